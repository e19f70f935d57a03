"""The brief stock reports: one number for each good, good and store, or good, store and cell, in one array without
pages and in no order (JSON API docs, "brief stock report").
"""

import random
from typing import Any

from emulators.moysklad import clock, errors
from emulators.moysklad.calls import Call
from emulators.moysklad.reports import asking, ledger
from emulators.moysklad.reports.answers import Whole
from emulators.moysklad.reports.asking import IDS, Asked
from emulators.moysklad.reports.ledger import Balance
from emulators.moysklad.reports.stock import recalculating
from emulators.moysklad.stockbook import Place

FILTERS = {"assortmentId": IDS, "storeId": IDS}
TYPES = ("stock", "freeStock", "quantity", "reserve", "inTransit")
STALE = 24 * 3600
PARAMETERS = {"stockType", "include", "changedSince", "filter", "withRecalculate"}


def over_all(call: Call) -> Whole:
    """`/report/stock/all/current`."""
    return _report(call, by_store=False)


def by_store(call: Call) -> Whole:
    """`/report/stock/bystore/current`: a row with `storeId` null holds what orders without a store reserve or expect;
    with `withRecalculate` goods that are being counted again appear with null.
    """
    return _report(call, by_store=True)


def by_slot(call: Call) -> Whole:
    """`/report/stock/byslot/current`: the cells that goods lie in. One of the filters is required.

    Documents do not say from which cell goods are taken: what lies where is as the control interface has put it.
    """
    asked = asking.read(call, FILTERS)
    if not asked.values:
        raise errors.bad_parameters("filter")
    goods, stores = asked.every("assortmentId"), asked.every("storeId")
    return Whole(
        [
            {"assortmentId": good, "storeId": store, "slotId": slot, "stock": quantity}
            for (good, store, slot), quantity in call.account.stock.cells.items()
            if quantity and (not goods or good in goods) and (not stores or store in stores)
        ]
    )


def _report(call: Call, *, by_store: bool) -> Whole:
    account = call.account
    asked = asking.read(call, FILTERS)
    kind = asking.parameter(call, "stockType", TYPES, "stock")
    since = _since(call)
    zeros = asking.parameter(call, "include", ("", "zeroLines"), "") == "zeroLines" or since is not None
    balances = _admitted(asked, ledger.shown_now(account, call.world.clock.now()))
    busy, changed = recalculating(call), account.stock.changed
    gone = _gone(call, asked, balances) if since is not None else {}
    recount = by_store and asking.parameter(call, "withRecalculate", ("true", "false"), "false") == "true"
    keep = _kept(by_store=by_store, places={place for place in changed if since is None or changed[place] >= since})
    rows: dict[tuple[str, str | None], Balance | None] = {}
    for place, balance in (balances | gone).items():
        good, store = place
        key = (good, (store or None) if by_store else "")
        if since is not None and (place if by_store else good) not in keep:
            continue
        if place in busy:
            rows[key] = None
        elif rows.setdefault(key, Balance()) is not None:
            rows[key].add(balance)  # type: ignore[union-attr]
    shown = [
        _row(key, kind, balance, by_store=by_store)
        for key, balance in rows.items()
        if (recount if balance is None else zeros or _amount(kind, balance) != 0)
    ]
    random.Random(account.version).shuffle(shown)
    return Whole(shown)


def _kept(*, by_store: bool, places: set[Place]) -> set[Any]:
    return places if by_store else {good for good, _ in places}


def _admitted(asked: Asked, balances: dict[Place, Balance]) -> dict[Place, Balance]:
    wanted, stores = asked.every("assortmentId"), asked.every("storeId")
    return {
        place: balance
        for place, balance in balances.items()
        if (not wanted or place[0] in wanted) and (not stores or place[1] in stores)
    }


def _gone(call: Call, asked: Asked, balances: dict[Place, Balance]) -> dict[Place, Balance]:
    """Places that had numbers and have none now: deleted goods and stores are told with zero."""
    past = {place: Balance() for place in call.account.stock.changed if place not in balances}
    return _admitted(asked, past)


def _since(call: Call) -> str | None:
    """`changedSince`: not in the future and at most 24 hours back. Raises ApiError 1035, 1040."""
    text = call.query.get("changedSince")
    if text is None:
        return None
    moment, now = asking.moment("changedSince", text), call.world.clock.seconds()
    if not clock.stamp(now - STALE) <= moment <= clock.stamp(now):
        raise errors.bad_parameters("changedSince")
    return moment


def _amount(kind: str, balance: Balance) -> float:
    amounts = {
        "stock": balance.stock,
        "freeStock": balance.stock - balance.reserve,
        "quantity": balance.quantity,
        "reserve": balance.reserve,
        "inTransit": balance.transit,
    }
    return round(amounts[kind], 4)


def _row(key: tuple[str, str | None], kind: str, balance: Balance | None, *, by_store: bool) -> dict[str, Any]:
    good, store = key
    amount = None if balance is None else _amount(kind, balance)
    return {"assortmentId": good, "storeId": store, kind: amount} if by_store else {"assortmentId": good, kind: amount}
