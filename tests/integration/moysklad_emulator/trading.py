"""A little trade with known numbers: what was bought, sold, returned, paid and ordered."""

from typing import Any

import httpx

from .conftest import Customer

JUNE = {"momentFrom": "2026-06-01 00:00:00", "momentTo": "2026-06-30 23:59:59"}
TEA, CUP = "Чай", "Чашка"


class Trade:
    """Two goods, two stores and every kind of document that moves them, in June 2026.

    Tea: 10 came at 100.00, 4 left for 250.00 each, 1 came back, 2 went to the other store; 3 are reserved without a
    store, 5 are awaited. Cups: 20 were there at 50.00 and nothing happened to them.
    """

    def __init__(self, shop: Customer) -> None:
        self.shop = shop
        self.api = shop.api
        self.store = {"meta": shop.objects("store")[0]["meta"]}
        self.other = self.make("store", name="Второй склад")
        self.folder = self.make("productfolder", name="Напитки")
        unit = {"meta": shop.objects("uom")[0]["meta"]}
        self.tea = self.make("product", name=TEA, article="T-1", code="tea", uom=unit, productFolder=link(self.folder))
        self.cup = self.make("product", name=CUP)
        self.agent = self.make("counterparty", name="Покупатель", tags=["опт"], inn="7736570901")
        self.organization = shop.first("organization")
        self.api.put(
            f"/entity/organization/{shop.objects('organization')[0]['id']}",
            json={"accounts": [{"accountNumber": "40702810000000000001", "isDefault": True}]},
        ).raise_for_status()
        self.channel = self.make("saleschannel", name="Сайт", type="ECOMMERCE")
        shop.post("/stock", {"rows": [self.place(self.cup, self.store, 20, 5000)]})
        sold = {"assortment": link(self.tea), "price": 25000}
        self.supply = self.document(
            "supply", "01", positions=[{"assortment": link(self.tea), "quantity": 10, "price": 10000}]
        )
        self.demand = self.document("demand", "02", positions=[sold | {"quantity": 4}], salesChannel=link(self.channel))
        self.back = self.document("salesreturn", "03", positions=[sold | {"quantity": 1}], demand=link(self.demand))
        self.move = self.make(
            "move",
            organization=self.organization,
            moment="2026-06-04 12:00:00",
            sourceStore=self.store,
            targetStore=link(self.other),
            positions=[{"assortment": link(self.tea), "quantity": 2}],
        )
        self.order = self.make(
            "customerorder",
            organization=self.organization,
            agent=link(self.agent),
            moment="2026-06-05 12:00:00",
            positions=[sold | {"quantity": 3, "reserve": 3}],
        )
        self.purchase = self.document(
            "purchaseorder",
            "06",
            positions=[{"assortment": link(self.tea), "quantity": 5, "price": 10000, "inTransit": 5, "wait": True}],
        )
        self.payment = self.document("paymentin", "07", sum=60000)

    def make(self, kind: str, **fields: Any) -> dict[str, Any]:
        answer = self.api.post(f"/entity/{kind}", json=fields)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def document(self, kind: str, day: str, **fields: Any) -> dict[str, Any]:
        usual = {"organization": self.organization, "agent": link(self.agent), "store": self.store}
        if kind == "paymentin":
            del usual["store"]
        return self.make(kind, moment=f"2026-06-{day} 12:00:00", **usual, **fields)

    def place(self, good: dict[str, Any], store: dict[str, Any], quantity: float, cost: float = 0) -> dict[str, Any]:
        where = store["meta"]["href"].rsplit("/", 1)[-1]
        return {"good": good["id"], "store": where, "quantity": quantity, "cost": cost}

    def ask(self, path: str, **parameters: str) -> httpx.Response:
        return self.api.get(f"/report/{path}", params=parameters)

    def rows(self, path: str, **parameters: str) -> list[dict[str, Any]]:
        answer = self.ask(path, **parameters)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        return list(body["rows"] if isinstance(body, dict) else body)

    def tea_in(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """The row about tea."""
        return next(row for row in rows if self.tea["id"] in str(row))


def link(one: dict[str, Any]) -> dict[str, Any]:
    return {"meta": one["meta"]}


def href(one: dict[str, Any]) -> str:
    return str(one["meta"]["href"])
