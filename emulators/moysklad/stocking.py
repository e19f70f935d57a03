"""Stock inside other answers: the `fields=stock` of lines and the numbers of the older assortment list."""

from collections.abc import Callable
from typing import Any

from emulators.moysklad.accounts import Account
from emulators.moysklad.records import Record, Row
from emulators.moysklad.reports import ledger

AS_OF_MOMENT = {"demand", "retaildemand", "supply", "purchasereturn", "salesreturn", "retailsalesreturn"}
"""Documents whose lines show the stock as of the document's moment; orders and invoices show today's."""
SHOWN_IN = AS_OF_MOMENT | {"customerorder", "invoiceout", "purchaseorder", "invoicein"}
"""Documents that know `fields=stock` (JSON API docs, "fields")."""
Shown = Callable[[Record, Row], dict[str, float] | None]
Balances = dict[str, ledger.Balance]


def of_goods(account: Account, now: str, *, until: str = "", store: str = "") -> Balances:
    """Balances by good, over all stores or in one, today or at an earlier moment."""
    places = ledger.ledger(account).balances(until) if until else ledger.current(account, now)
    out: Balances = {}
    for (good, where), balance in places.items():
        if not store or where == store:
            out.setdefault(good, ledger.Balance()).add(balance)
    return out


def of_lines(account: Account, now: str) -> Shown:
    """What to show beside a line of a document: kopecks and pieces. Nothing where the vendor shows nothing."""
    seen: dict[str, Balances] = {}

    def shown(record: Record, row: Row) -> dict[str, float] | None:
        good: Any = row.get("assortment")
        if record.entity.name not in SHOWN_IN or good is None:
            return None
        moment = str(record.fields.get("moment", "")) if record.entity.name in AS_OF_MOMENT else ""
        if moment not in seen:
            seen[moment] = of_goods(account, now, until=moment)
        balance = seen[moment].get(good.id) or ledger.Balance()
        return {
            "cost": round(balance.unit_cost, 2),
            "quantity": balance.stock,
            "reserve": balance.reserve,
            "intransit": balance.transit,
            "available": balance.quantity,
        }

    return shown


def numbers(balance: ledger.Balance | None) -> dict[str, float]:
    """A good's numbers as the assortment and the stock reports name them."""
    found = balance or ledger.Balance()
    return {
        "stock": found.stock,
        "reserve": found.reserve,
        "inTransit": found.transit,
        "quantity": found.quantity,
    }
