"""Profit by product, variant, employee, counterparty and sales channel (JSON API docs, "profit report").

Sales are posted demands and retail sales, returns are customers' and retail returns. What goods cost comes from the
stock ledger, so that profit agrees with turnover.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from emulators.moysklad.accounts import Account
from emulators.moysklad.calls import Call
from emulators.moysklad.records import Record, Ref
from emulators.moysklad.reports import asking, documents, goods, ledger
from emulators.moysklad.reports.answers import Table
from emulators.moysklad.reports.asking import FLAG, REF, REFS, REFS_NOT, TEXT, Asked, Condition
from emulators.moysklad.reports.stock import sees_costs

SALES = ("demand", "retaildemand")
RETURNS = ("salesreturn", "retailsalesreturn")
FILTERS = {
    "product": REFS_NOT,
    "productFolder": REFS_NOT,
    "withSubFolders": FLAG,
    "agentTag": TEXT,
    "entityType": Condition("choice", choices=SALES),
    "counterparty": REF,
    "organization": REF,
    "store": REF,
    "project": REF,
    "retailStore": REF,
    "supplier": REF,
    "salesChannel": REFS,
}
_LINKS = {"counterparty": "agent", "organization": "organization", "store": "store", "project": "project"}
_LINKS |= {"retailStore": "retailStore", "salesChannel": "salesChannel"}
_KIN = {"salesreturn": "demand", "retailsalesreturn": "retaildemand"}


@dataclass(slots=True)
class Sums:
    """What one row adds up to: pieces and kopecks, sold and returned, and in how many documents."""

    key: Ref
    sold: float = 0.0
    sold_sum: float = 0.0
    sold_cost: float = 0.0
    back: float = 0.0
    back_sum: float = 0.0
    back_cost: float = 0.0
    sales: set[str] = field(default_factory=set)
    returns: set[str] = field(default_factory=set)

    @property
    def profit(self) -> float:
        return self.sold_sum - self.sold_cost - self.back_sum + self.back_cost


@dataclass(frozen=True, slots=True)
class Sold:
    """One line of a sale or of a return."""

    document: Record
    good: Ref
    quantity: float
    amount: float
    cost: float
    returned: bool


def by_product(call: Call) -> Table:
    """`/report/profit/byproduct`: variants count for their product."""
    return _of_goods(call, "product", "salesbyproduct")


def by_variant(call: Call) -> Table:
    """`/report/profit/byvariant`."""
    return _of_goods(call, "variant", "salesbyvariant")


def by_employee(call: Call) -> Table:
    """`/report/profit/byemployee`: sales count for the document's owner."""
    return _of_people(call, "employee", "owner", "salesbyemployee", path="/report/profit/byEmployee")


def by_counterparty(call: Call) -> Table:
    """`/report/profit/bycounterparty`."""
    return _of_people(call, "counterparty", "agent", "salesbyCounterparty")


def by_sales_channel(call: Call) -> Table:
    """`/report/profit/bysaleschannel`: documents without a channel are left out."""
    return _of_people(call, "salesChannel", "salesChannel", "salesbysaleschannel")


def sold(account: Account, start: str, end: str) -> Iterator[Sold]:
    """Every line that was sold or returned in the period, both ends included."""
    costs: dict[tuple[str, str], float] = {}
    for move in ledger.ledger(account).movements:
        if move.document is not None and move.of is not None and start <= move.moment <= end:
            key = (move.document.id, move.of.id)
            costs[key] = costs.get(key, 0.0) + abs(move.cost)
    for kind in (*SALES, *RETURNS):
        for document in documents.posted(account, kind):
            if start <= documents.moment(document) <= end:
                yield from _lines(document, costs, returned=kind in RETURNS)


def _lines(document: Record, costs: dict[tuple[str, str], float], *, returned: bool) -> Iterator[Sold]:
    amounts: dict[str, float] = {}
    for good, line in documents.lines(document):
        amounts[good.id] = amounts.get(good.id, 0.0) + line.quantity
    for good, line in documents.lines(document):
        cost = costs.get((document.id, good.id))
        unit = documents.number(line, "cost") if cost is None else cost / (amounts[good.id] or 1.0)
        yield Sold(document, good, line.quantity, line.total(), unit * line.quantity, returned)


def _of_goods(call: Call, group: str, kind: str) -> Table:
    account = call.account
    rows = _sums(call, lambda one: goods.grouped(account, one.good, group))
    rows.sort(key=lambda row: (goods.name(goods.find(account, row.key)), row.key.id))
    costs = sees_costs(call)

    def shape(row: Sums) -> dict[str, Any]:
        expand = "product.supplier" if row.key.kind == "variant" else ""
        return {"assortment": goods.short(account, row.key, expand=expand)} | _goods_numbers(row, costs=costs)

    return Table(kind, rows, shape)


def _of_people(call: Call, name: str, field_name: str, kind: str, *, path: str = "") -> Table:
    account = call.account
    rows = _sums(call, lambda one: documents.link(one.document, field_name))
    rows.sort(key=lambda row: (str(goods.named(account, row.key)["name"]), row.key.id))
    costs = sees_costs(call)

    def shape(row: Sums) -> dict[str, Any]:
        shown = goods.named(account, row.key)
        found = account.find(row.key)
        if name == "salesChannel" and found is not None:
            shown["type"] = found.fields.get("type")
        return {name: shown} | _people_numbers(row, costs=costs)

    return Table(kind, rows, shape, path=path)


def _sums(call: Call, key: Callable[[Sold], Ref | None]) -> list[Sums]:
    asked = asking.read(call, FILTERS)
    if asked.values.get("product") and asked.values.get("productFolder"):
        raise goods.incompatible("product, productFolder")
    chosen = goods.choose(call.account, asked)
    start, end = asking.period(call)
    out: dict[Ref, Sums] = {}
    for one in sold(call.account, start, end):
        if not _wanted(call.account, asked, one.document) or not chosen.admits(one.good):
            continue
        found = key(one)
        if found is None:
            continue
        ref = Ref(found.kind, found.id)
        _count(out.setdefault(ref, Sums(ref)), one)
    return list(out.values())


def _count(row: Sums, one: Sold) -> None:
    if one.returned:
        row.back += one.quantity
        row.back_sum += one.amount
        row.back_cost += one.cost
        row.returns.add(one.document.id)
        return
    row.sold += one.quantity
    row.sold_sum += one.amount
    row.sold_cost += one.cost
    row.sales.add(one.document.id)


def _wanted(account: Account, asked: Asked, document: Record) -> bool:
    for name, field_name in _LINKS.items():
        if asked.values.get(name):
            ref = documents.link(document, field_name)
            if not asked.admits(name, None if ref is None else Ref(ref.kind, ref.id)):
                return False
    kind = asked.one("entityType")
    if kind is not None and _KIN.get(document.entity.name, document.entity.name) != kind:
        return False
    tag = asked.one("agentTag")
    return tag is None or tag in tags(account, document)


def tags(account: Account, document: Record) -> list[str]:
    """The groups of the document's counterparty."""
    agent = documents.link(document, "agent")
    found = account.find(agent) if agent is not None else None
    return list(found.fields.get("tags") or ()) if found is not None else []


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _goods_numbers(row: Sums, *, costs: bool) -> dict[str, float]:
    """Average prices and sums in kopecks; margins are shares: of the cost, and of the revenue."""
    out = {
        "sellQuantity": round(row.sold, 4),
        "sellPrice": _ratio(row.sold_sum, row.sold),
        "sellCost": _ratio(row.sold_cost, row.sold),
        "sellSum": round(row.sold_sum, 4),
        "sellCostSum": round(row.sold_cost, 4),
        "returnQuantity": round(row.back, 4),
        "returnPrice": _ratio(row.back_sum, row.back),
        "returnCost": _ratio(row.back_cost, row.back),
        "returnSum": round(row.back_sum, 4),
        "returnCostSum": round(row.back_cost, 4),
    }
    return _with_profit(out, row, costs=costs)


def _people_numbers(row: Sums, *, costs: bool) -> dict[str, float]:
    out: dict[str, float] = {
        "salesCount": len(row.sales),
        "salesAvgCheck": _ratio(row.sold_sum, len(row.sales)),
        "sellSum": round(row.sold_sum, 4),
        "sellCostSum": round(row.sold_cost, 4),
        "returnCount": len(row.returns),
        "returnAvgCheck": _ratio(row.back_sum, len(row.returns)),
        "returnSum": round(row.back_sum, 4),
        "returnCostSum": round(row.back_cost, 4),
    }
    return _with_profit(out, row, costs=costs)


def _with_profit(out: dict[str, float], row: Sums, *, costs: bool) -> dict[str, float]:
    if not costs:
        hidden = {"sellCost", "sellCostSum", "returnCost", "returnCostSum"}
        return {name: value for name, value in out.items() if name not in hidden}
    profit = round(row.profit, 4)
    cost, revenue = row.sold_cost - row.back_cost, row.sold_sum - row.back_sum
    return out | {"profit": profit, "margin": _ratio(profit, cost), "salesMargin": _ratio(profit, revenue)}
