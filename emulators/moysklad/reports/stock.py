"""The extended stock reports: over all stores and by store (JSON API docs, "stock report")."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulators.moysklad import clock, errors
from emulators.moysklad.accounts import Account
from emulators.moysklad.calls import Call
from emulators.moysklad.records import Record, Ref
from emulators.moysklad.reports import asking, goods, ledger
from emulators.moysklad.reports.answers import Table
from emulators.moysklad.reports.asking import FLAG, FLAGS, MOMENT, REF, REFS_NOT, TEXT, WHOLE, Asked, Condition
from emulators.moysklad.reports.ledger import Balance
from emulators.moysklad.stockbook import Place

MODES = ("all", "positiveOnly", "negativeOnly", "empty", "nonEmpty", "underMinimum")
MODE = Condition("choice", choices=MODES)
GROUPS = ("product", "variant", "consignment")
ALL_FILTERS = {
    "archived": FLAGS,
    "consignment": REFS_NOT,
    "inTransitOnly": FLAG,
    "moment": MOMENT,
    "product": REFS_NOT,
    "productFolder": Condition("ref", ("=", "!=")),
    "withSubFolders": FLAG,
    "quantityMode": MODE,
    "reserveOnly": FLAG,
    "search": Condition("text", ("=", "!~")),
    "soldByWeight": FLAG,
    "stockDaysFrom": WHOLE,
    "stockDaysTo": WHOLE,
    "stockMode": MODE,
    "store": REFS_NOT,
    "supplier": REFS_NOT,
    "variant": REFS_NOT,
}
STORE_FILTERS = {
    **dict.fromkeys(("consignment", "product", "productFolder", "store", "supplier", "variant"), REF),
    "moment": MOMENT,
    "search": TEXT,
    "soldByWeight": FLAG,
    "stockMode": MODE,
}
ALONE = ("product", "variant", "consignment", "productFolder", "search")


@dataclass(slots=True)
class Row:
    """One good and what there is of it; `stores` is filled for the report by store only."""

    ref: Ref
    record: Record
    balance: Balance
    stores: dict[str, Balance]
    days: int = 0


def over_all(call: Call) -> Table:
    """`/report/stock/all`. A store counts with the stores inside it. `quantityMode` is `nonEmpty` unless asked,
    whatever `stockMode` says, so goods of which nothing is available are left out (documented default; whether it
    yields to an explicit `stockMode` is UNVERIFIED, as is that archived goods appear only when asked for).

    `includeRelated=true` needs a condition on products or variants; then these stand for their variants and batches,
    each of which gets a row.
    """
    asked = asking.read(call, ALL_FILTERS, attributes=True)
    related = asking.parameter(call, "includeRelated", ("true", "false"), "false") == "true"
    if related and not asked.values.get("product") and not asked.values.get("variant"):
        raise errors.bad_parameters("includeRelated")
    chosen = goods.choose(call.account, asked, related=related)
    group = "consignment" if related else _group(call)
    found = _rows(call, asked, chosen, _stores(call.account, asked), group)
    stock, quantity = asked.one("stockMode", "all"), asked.one("quantityMode", "nonEmpty")
    days = (asked.one("stockDaysFrom"), asked.one("stockDaysTo"))
    kept = [
        row
        for row in found
        if _mode(stock, row.balance.stock, row.record)
        and _mode(quantity, row.balance.quantity, row.record)
        and (not asked.one("reserveOnly") or row.balance.reserve > 0)
        and (not asked.one("inTransitOnly") or row.balance.transit > 0)
        and (days[0] is None or row.days >= days[0])
        and (days[1] is None or row.days <= days[1])
    ]
    ordered = _order(call, kept, ALL_ORDER)
    costs = sees_costs(call)
    return Table("stock", ordered, lambda row: _shown(call.account, row, costs=costs), flat_context=True)


def by_store(call: Call) -> Table:
    """`/report/stock/bystore`: each row is a good's `meta` alone, with one entry for every store of the account."""
    asked = asking.read(call, STORE_FILTERS, attributes=True)
    if sum(1 for name in ALONE if asked.values.get(name)) > 1:
        raise goods.incompatible(", ".join(ALONE))
    chosen = goods.choose(call.account, asked)
    only = asked.one("store")
    found = _rows(call, asked, chosen, None if only is None else {only.id}, _group(call))
    mode = asked.one("stockMode", "nonEmpty")
    kept = [row for row in found if _mode(mode, row.balance.stock, row.record)]
    ordered = _order(call, kept, STORE_ORDER)
    stores = [store for store in call.account.shelves["store"] if only is None or store.id == only.id]
    return Table("stockbystore", ordered, lambda row: _by_store(call.account, row, stores), flat_context=True)


def sees_costs(call: Call) -> bool:
    """Whether the caller may see costs and profits (`viewProductCostAndProfit`)."""
    if call.caller.install is not None:
        return "view" not in call.caller.install.denied.get("viewProductCostAndProfit", ())
    return call.caller.person is None or call.caller.person.admin


def recalculating(call: Call) -> set[Place]:
    """Places whose numbers are still being counted: the report leaves their goods out."""
    delay = call.world.settings.stock_recalculation_seconds
    if delay <= 0:
        return set()
    edge = clock.stamp(call.world.clock.seconds() - delay)
    return {place for place, moment in call.account.stock.changed.items() if moment > edge}


def _stores(account: Account, asked: Asked) -> set[str] | None:
    """Ids of the stores that count; None for all of them and for what belongs to none."""
    if not asked.values.get("store"):
        return None
    inside: dict[str, set[str]] = {}
    shelf = account.shelves["store"]
    for store in shelf:
        at: Record | None = store
        seen: set[str] = set()
        while at is not None and at.id not in seen:
            seen.add(at.id)
            inside.setdefault(at.id, set()).add(store.id)
            above = at.fields.get("parent")
            at = shelf.records.get(above.id) if isinstance(above, Ref) else None
    wanted, unwanted = asked.every("store"), asked.every("store", "!=")
    out = set().union(*(inside.get(one.id, {one.id}) for one in wanted)) if wanted else set(shelf.records)
    return out.difference(*(inside.get(one.id, {one.id}) for one in unwanted if one is not None))


def _group(call: Call) -> str:
    return asking.parameter(call, "groupBy", GROUPS, "variant")


def _rows(call: Call, asked: Asked, chosen: goods.Chosen, stores: set[str] | None, group: str) -> list[Row]:
    account, now = call.account, call.world.clock.now()
    until = min(asked.one("moment", now), now)
    balances = ledger.current(account, now) if until == now else ledger.ledger(account).balances(until)
    busy = {good for good, _ in recalculating(call)}
    known = ledger.ledger(account).goods
    archived = asked.every("archived") or {False}
    rows: dict[Ref, Row] = {}
    for kind in GROUPS[: GROUPS.index(group) + 1]:
        for record in account.shelves.get(kind, ()):
            if record.id not in busy and bool(record.fields.get("archived")) in archived and chosen.admits(record.ref):
                ref = Ref(kind, record.id)
                rows[ref] = Row(ref, record, Balance(), {})
    for (good, store), balance in balances.items():
        row = rows.get(goods.grouped(account, known[good], group)) if good in known else None
        if row is not None and (stores is None or store in stores):
            row.balance.add(balance)
            row.stores.setdefault(store, Balance()).add(balance)
    for row in rows.values():
        row.days = int(ledger.days_between(row.balance.oldest, until)) if row.balance.oldest else 0
    return list(rows.values())


def _mode(mode: str, amount: float, record: Record) -> bool:
    tests: dict[str, bool] = {
        "all": True,
        "positiveOnly": amount > 0,
        "negativeOnly": amount < 0,
        "empty": amount == 0,
        "nonEmpty": amount != 0,
        "underMinimum": amount < goods.minimum(record),
    }
    return tests[mode]


Key = Callable[[Account, Row], Any]
_NAMES: dict[str, Key] = {
    "pathName": lambda account, row: goods.path_name(account, row.record),
    "name": lambda _, row: goods.name(row.record),
    "code": lambda _, row: str(row.record.fields.get("code") or ""),
    "productCode": lambda _, row: str(row.record.fields.get("article") or ""),
}
ALL_ORDER: dict[str, Key] = {
    **_NAMES,
    "avgStockDays": lambda _, row: row.days,
    "inTransit": lambda _, row: row.balance.transit,
    "minimumBalance": lambda _, row: goods.minimum(row.record),
    "price": lambda _, row: row.balance.unit_cost,
    "quantity": lambda _, row: row.balance.quantity,
    "reserve": lambda _, row: row.balance.reserve,
    "salePrice": lambda account, row: goods.sale_price(account, row.record),
    "stock": lambda _, row: row.balance.stock,
    "sumTotal": lambda _, row: row.balance.cost,
}
STORE_ORDER: dict[str, Key] = {**_NAMES, "stockOnAllStores": lambda _, row: row.balance.stock}


def _order(call: Call, rows: list[Row], keys: dict[str, Key]) -> list[Row]:
    """By group and name unless asked otherwise."""
    account = call.account
    done = sorted(rows, key=lambda row: (_NAMES["pathName"](account, row), goods.name(row.record), row.ref.id))
    for name, direction in reversed(asking.order(call)):
        key = keys.get(name)
        if key is None:
            raise errors.order_refused(name)
        done.sort(key=lambda row, key=key: key(account, row), reverse=direction)  # type: ignore[misc]
    return done


EXPAND = {"product": "supplier", "variant": "product.supplier", "consignment": "assortment"}


def _shown(account: Account, row: Row, *, costs: bool) -> dict[str, Any]:
    record, balance = row.record, row.balance
    out: dict[str, Any] = {
        "meta": goods.meta(account, row.ref, expand=EXPAND[row.ref.kind], screen=False),
        "stock": balance.stock,
        "inTransit": balance.transit,
        "reserve": balance.reserve,
        "quantity": round(balance.quantity, 4),
        "name": goods.name(record),
    }
    root = goods.parent(account, record)
    for name in ("code", "article"):
        found = record.fields.get(name) or (name == "article" and root.fields.get(name))
        if found:
            out[name] = found
    if costs:
        out["price"] = round(balance.unit_cost, 4)
    out["salePrice"] = goods.sale_price(account, record)
    unit = goods.uom(account, record)
    if unit is not None:
        out["uom"] = unit
    folder = goods.shown_folder(account, record)
    if folder is not None:
        out["folder"] = folder
    picture = goods.image(account, record)
    if picture is not None:
        out["image"] = picture
    return out | {"externalCode": str(record.fields.get("externalCode") or ""), "stockDays": row.days}


def _by_store(account: Account, row: Row, stores: list[Record]) -> dict[str, Any]:
    nothing = Balance()
    entries = []
    for store in stores:
        balance = row.stores.get(store.id, nothing)
        entries.append(
            {
                "meta": goods.meta(account, Ref("store", store.id), screen=False),
                "name": str(store.fields.get("name") or ""),
                "stock": balance.stock,
                "reserve": balance.reserve,
                "inTransit": balance.transit,
            }
        )
    meta = goods.meta(account, row.ref, expand=EXPAND[row.ref.kind], screen=False)
    return {"meta": meta, "stockByStore": entries}
