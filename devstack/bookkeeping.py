"""Somebody who works in a company's MoySklad, as people do besides our service: through its public API."""

import random
from typing import Any

import httpx

from devstack.errors import StackError
from devstack.people import Administrator, Vendors
from devstack.stack import Stack

_API = "/api/remap/1.2"
_OFFERED = 100


def link(row: dict[str, Any]) -> dict[str, Any]:
    """How other objects point at this one."""
    return {"meta": row["meta"]}


class Bookkeeper:
    """Makes documents of what is there. Raises StackError where MoySklad refuses one."""

    def __init__(self, stack: Stack, vendors: Vendors, company: Administrator) -> None:
        token = vendors.moysklad(f"/accounts/{company.account_id}/tokens", {"kind": "user", "admin": True})["token"]
        self._http = httpx.Client(
            base_url=f"{stack.moysklad_url}{_API}",
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
            timeout=60,
        )
        self._known: dict[str, list[dict[str, Any]]] = {}

    def first(self, kind: str) -> dict[str, Any]:
        """The first of a kind, always the same one."""
        return self._rows(kind)[0]

    def lines(self, count: int, seed: int) -> list[dict[str, Any]]:
        """Positions of different products, chosen by the seed."""
        drawn = random.Random(seed)
        products = drawn.sample(self._rows("product"), count)
        return [
            {"assortment": link(one), "quantity": drawn.randint(1, 9), "price": drawn.randint(100, 99_999)}
            for one in products
        ]

    def parties(self, kind: str) -> dict[str, Any]:
        """Who a document of that kind is between; a shipment also has a store."""
        kinds = {"agent": "counterparty", "organization": "organization"}
        if kind == "demand":
            kinds["store"] = "store"
        return {field: link(self.first(of)) for field, of in kinds.items()}

    def make(self, kind: str, body: dict[str, Any]) -> str:
        """A new document of that kind between the usual parties. Answers its id."""
        answer = self._http.post(f"/entity/{kind}", json={**self.parties(kind), **body})
        if answer.is_error:
            raise StackError(f"MoySklad answered {answer.status_code} to a new {kind}: {answer.text[:500]}")
        return str(answer.json()["id"])

    def _rows(self, kind: str) -> list[dict[str, Any]]:
        if kind not in self._known:
            answer = self._http.get(f"/entity/{kind}", params={"limit": _OFFERED, "order": "id,asc"})
            self._known[kind] = answer.raise_for_status().json()["rows"]
        return self._known[kind]
