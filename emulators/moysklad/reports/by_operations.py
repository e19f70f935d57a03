"""Which documents make a good's stock, reserve and expectation (JSON API docs, "report by documents")."""

from typing import Any

from emulators.moysklad import errors
from emulators.moysklad.accounts import Account
from emulators.moysklad.calls import Call
from emulators.moysklad.records import Record, Ref
from emulators.moysklad.reports import asking, documents, goods, ledger
from emulators.moysklad.reports.answers import Table
from emulators.moysklad.reports.asking import REF
from emulators.moysklad.reports.ledger import Lot
from emulators.moysklad.reports.movements import STOCKED, Claim
from emulators.moysklad.reports.stock import sees_costs

KIND = "byoperations"


def stock(call: Call) -> Table:
    """`/report/byoperations/stock`: what is left of each document's goods, first in, first out. What was there before
    the first document (the opening stock) belongs to none and is not listed.
    """
    good, now = _good(call), call.world.clock.now()
    lots = [
        (document, lot)
        for lot in ledger.lots(call.account, good.id, now)
        if (document := lot.movement.document) is not None
    ]
    costs = sees_costs(call)
    return Table(KIND, lots, lambda row: _lot(call.account, good, row, now, costs=costs), with_query=True)


def reserve(call: Call) -> Table:
    """`/report/byoperations/reserve`."""
    return _claims(call, ledger.ledger(call.account).reserves, "reserve")


def transit(call: Call) -> Table:
    """`/report/byoperations/intransit`."""
    return _claims(call, ledger.ledger(call.account).transits, "inTransit")


def _claims(call: Call, claims: list[Claim], name: str) -> Table:
    account, good = call.account, _good(call)
    found = [claim for claim in claims if claim.good.id == good.id]

    def shape(claim: Claim) -> dict[str, Any]:
        return _head(account, good, claim.document, claim.store) | {name: claim.quantity}

    return Table(KIND, found, shape, with_query=True)


def _lot(account: Account, good: Ref, row: tuple[Record, Lot], now: str, *, costs: bool) -> dict[str, Any]:
    document, lot = row
    move = lot.movement
    out = _head(account, good, document, move.store) | {"stock": round(lot.quantity, 4)}
    if costs:
        out |= {"costPerUnit": round(lot.cost, 4), "sumCost": round(lot.cost * lot.quantity, 4)}
    return out | {"avgStockDays": round(ledger.days_between(move.moment, now), 2)}


def _head(account: Account, good: Ref, document: Record, store: str) -> dict[str, Any]:
    out: dict[str, Any] = {
        "assortment": {"meta": goods.meta(account, good)},
        "operation": {"meta": goods.meta(account, document.ref)},
        "moment": documents.moment(document),
    }
    return out | ({"store": {"meta": goods.meta(account, Ref("store", store))}} if store else {})


def _good(call: Call) -> Ref:
    """The one good that the filter has to name."""
    asked = asking.read(call, {"assortment": REF})
    ref = asked.one("assortment")
    if ref is None:
        raise errors.filter_refused("не указан обязательный параметр assortment", "assortment")
    if ref.kind not in STOCKED:
        raise errors.filter_value(f"{call.account.links.href(ref)}", "assortment")
    if goods.find(call.account, ref) is None:
        raise errors.not_found(ref.kind, ref.id)
    found: Ref = ref
    return found
