"""What each counterparty bought, returned and owes (JSON API docs, "counterparty report")."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulators.moysklad import errors
from emulators.moysklad.accounts import Account
from emulators.moysklad.calls import Call
from emulators.moysklad.links import JSON_TYPE, UUID
from emulators.moysklad.records import Record
from emulators.moysklad.reports import asking, documents, goods, profit
from emulators.moysklad.reports.answers import Table, Whole
from emulators.moysklad.reports.asking import Asked, Condition
from emulators.moysklad.reports.stock import sees_costs

BOUGHT = ("demand", "retaildemand", "commissionreportin")
RETURNED = ("salesreturn", "retailsalesreturn")
OWES = {"paymentin": 1, "cashin": 1, "supply": 1, "salesreturn": 1, "counterpartyadjustment": 1}
OWES |= {"paymentout": -1, "cashout": -1, "demand": -1, "purchasereturn": -1}
_ALL = ("=", "!=", "<", ">", "<=", ">=")
_WORDS = ("=", "!=", "~", "~=", "=~")
NUMBERS = ("averageReceipt", "balance", "demandsCount", "demandsSum", "discountsSum", "profit")
MORE_NUMBERS = ("returnsCount", "returnsSum")
DATES = ("firstDemandDate", "lastDemandDate", "lastEventDate", "updated")
OF_COUNTERPARTY = ("name", "description", "email", "inn", "phone")
FILTERS = {
    **dict.fromkeys((*NUMBERS, *MORE_NUMBERS), Condition("number", _ALL, many=True)),
    **dict.fromkeys(DATES, Condition("moment", _ALL, many=True)),
    **{f"counterparty.{name}": Condition("text", _WORDS, many=True) for name in OF_COUNTERPARTY},
    "counterparty.companyType": Condition("text", ("=", "!="), many=True),
    "lastEventText": Condition("text", _WORDS, many=True),
    "id": Condition("id", ("=", "!="), many=True),
}
SHOWN = ("externalCode", "inn", "companyType")


@dataclass(slots=True)
class Figures:
    """One counterparty's figures; sums in kopecks. The balance is negative while the counterparty owes."""

    record: Record
    first: str | None = None
    last: str | None = None
    count: int = 0
    total: float = 0.0
    returns: int = 0
    returned: float = 0.0
    discounts: float = 0.0
    balance: float = 0.0
    profit: float = 0.0

    def values(self) -> dict[str, Any]:
        """The figures by their names in the API; moments without milliseconds, absent ones null."""
        return {
            "firstDemandDate": _seconds(self.first),
            "lastDemandDate": _seconds(self.last),
            "demandsCount": self.count,
            "demandsSum": round(self.total, 2),
            "averageReceipt": round(self.total / self.count, 2) if self.count else 0.0,
            "returnsCount": self.returns,
            "returnsSum": round(self.returned, 2),
            "discountsSum": round(self.discounts, 2),
            "balance": round(self.balance, 2),
            "profit": round(self.profit, 2),
            "lastEventDate": None,
            "lastEventText": None,
            "updated": _seconds(self.record.fields.get("updated")),
        }


def every(call: Call) -> Table:
    """`GET /report/counterparty`: counterparties outside of the archive, by name."""
    asked = asking.read(call, FILTERS)
    figures = _figures(call.account)
    rows = [one for one in figures.values() if not one.record.fields.get("archived") and _passes(asked, one)]
    return _table(call, rows)


def some(call: Call) -> Table:
    """`POST /report/counterparty`: the listed counterparties, in the order of the list."""
    body = call.json()
    listed = body.get("counterparties") if isinstance(body, dict) else None
    if not isinstance(listed, list):
        raise errors.required("counterparties")
    figures = _figures(call.account)
    rows = []
    for item in listed:
        inner = item.get("counterparty") if isinstance(item, dict) else None
        meta = inner.get("meta") if isinstance(inner, dict) else None
        if not isinstance(meta, dict):
            raise errors.missing_meta("counterparty")
        ref = call.account.links.read(meta.get("href"), "counterparty")
        if ref.kind != "counterparty":
            raise errors.wrong_target(ref.kind, "counterparty")
        if ref.id not in figures:
            raise errors.not_found("counterparty", ref.id)
        rows.append(figures[ref.id])
    return _table(call, rows, sort=False)


def one(call: Call, identifier: str) -> Whole:
    """`GET /report/counterparty/{id}`."""
    if not UUID.match(identifier.lower()):
        raise errors.not_an_id(identifier)
    found = _figures(call.account).get(identifier.lower())
    if found is None:
        raise errors.not_found("counterparty", identifier)
    return Whole(_shown(call.account, found, profits=sees_costs(call)))


def _table(call: Call, rows: list[Figures], *, sort: bool = True) -> Table:
    if sort:
        rows.sort(key=lambda row: (str(row.record.fields.get("name")), row.record.id))
    profits = sees_costs(call)
    return Table("counterparty", rows, lambda row: _shown(call.account, row, profits=profits))


def _figures(account: Account) -> dict[str, Figures]:
    out = {record.id: Figures(record) for record in account.shelves["counterparty"]}
    for kind in {*BOUGHT, *RETURNED, *OWES}:
        for document in documents.posted(account, kind):
            agent = documents.link(document, "agent")
            found = out.get(agent.id) if agent is not None else None
            if found is not None:
                _count(found, kind, document)
    for line in profit.sold(account, "", "9999"):
        agent = documents.link(line.document, "agent")
        if agent is not None and agent.id in out:
            gain = line.amount - line.cost
            out[agent.id].profit += -gain if line.returned else gain
    return out


def _count(found: Figures, kind: str, document: Record) -> None:
    total = documents.total(document)
    found.balance += OWES.get(kind, 0) * total
    if kind in BOUGHT:
        at = documents.moment(document)
        found.count += 1
        found.total += total
        found.discounts += documents.discount(document)
        found.first = min(found.first or at, at)
        found.last = max(found.last or at, at)
    elif kind in RETURNED:
        found.returns += 1
        found.returned += total


def _shown(account: Account, row: Figures, *, profits: bool) -> dict[str, Any]:
    record = row.record
    screen = account.links.meta(record.ref)
    meta = {
        "href": f"{account.links.api}/report/counterparty/{record.id}",
        "type": "counterparty",
        "mediaType": JSON_TYPE,
        "uuidHref": screen["uuidHref"],
    }
    inner = {"meta": screen, "id": record.id, "name": goods.name(record)}
    inner |= {name: record.fields[name] for name in SHOWN if record.fields.get(name)}
    values = row.values()
    if not profits:
        del values["profit"]
    if record.fields.get("bonusPoints"):
        values["bonusBalance"] = record.fields["bonusPoints"]
    return {"meta": meta, "counterparty": inner} | values


def _passes(asked: Asked, row: Figures) -> bool:
    if not asked.values:
        return True
    values, fields = row.values(), row.record.fields
    values |= {f"counterparty.{name}": fields.get(name) for name in (*OF_COUNTERPARTY, "companyType")}
    values["id"] = row.record.id
    values["updated"] = fields.get("updated")
    values |= {"firstDemandDate": row.first, "lastDemandDate": row.last}
    return all(_holds(values.get(name), conditions) for name, conditions in asked.values.items())


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "!=": lambda found, wanted: found != wanted,
    "<": lambda found, wanted: found is not None and found < wanted,
    ">": lambda found, wanted: found is not None and found > wanted,
    "<=": lambda found, wanted: found is not None and found <= wanted,
    ">=": lambda found, wanted: found is not None and found >= wanted,
    "~": lambda found, wanted: str(wanted).casefold() in str(found or "").casefold(),
    "~=": lambda found, wanted: str(found or "").casefold().startswith(str(wanted).casefold()),
    "=~": lambda found, wanted: str(found or "").casefold().endswith(str(wanted).casefold()),
}


def _holds(found: Any, conditions: list[tuple[str, Any]]) -> bool:
    """Several `=` are alternatives, everything else must hold together."""
    equal = [value for operator, value in conditions if operator == "="]
    return (not equal or found in equal) and all(
        _TESTS[operator](found, value) for operator, value in conditions if operator != "="
    )


def _seconds(moment: str | None) -> str | None:
    return None if moment is None else moment[:19]
