"""The part of the control surface that is about stock, background tasks, saved filters and limits."""

import random
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from emulators.common.serving import CONTROL
from emulators.moysklad import namedfilters
from emulators.moysklad.accounts import Account, World
from emulators.moysklad.async_tasks import STATES
from emulators.moysklad.bans import Bans
from emulators.moysklad.control import Body, Endpoint, as_json
from emulators.moysklad.limits import Key, Quotas
from emulators.moysklad.records import Record, Ref
from emulators.moysklad.reports import ledger, movements
from emulators.moysklad.stockbook import Opening

BEGINNING = "1970-01-01 03:00:00.000"


class ReportControl:
    """Handlers of `/_control` beyond objects and installs."""

    def __init__(self, world: World, quotas: Quotas, bans: Bans) -> None:
        self._world = world
        self._quotas = quotas
        self._bans = bans

    def routes(self) -> list[web.RouteDef]:
        account = f"{CONTROL}/accounts/{{account}}"
        endpoints: list[tuple[str, str, Endpoint]] = [
            ("POST", f"{account}/stock", self._stock),
            ("POST", f"{account}/stock/change", self._change_stock),
            ("POST", f"{account}/stock/cells", self._cells),
            ("POST", f"{account}/async", self._plan_outcomes),
            ("POST", f"{account}/namedfilters", self._named_filter),
            ("GET", f"{CONTROL}/limits", self._limits),
            ("DELETE", f"{CONTROL}/limits", self._clear_limits),
            ("POST", f"{CONTROL}/limits/lift", self._lift),
        ]
        return [web.route(method, path, as_json(endpoint)) for method, path, endpoint in endpoints]

    async def _stock(self, request: web.Request, body: Body) -> object:
        """Opening stock, explicit or made up: {"rows": [{"good", "store", "quantity", "cost", "moment"}]}, or
        {"count", "seed"} for that many goods; cost is kopecks for a piece.
        """
        account = self._account(request)
        rows = (
            body["rows"] if "rows" in body else _made_up(account, int(body.get("count", 10)), int(body.get("seed", 1)))
        )
        return self._set(account, rows)

    async def _cells(self, request: web.Request, body: Body) -> object:
        """What lies in the cells of stores: {"rows": [{"good", "store", "slot", "quantity"}]}. Zero empties a cell."""
        account, shown = self._account(request), []
        for row in body["rows"]:
            good, store = _good(account, str(row["good"])), _store(account, row.get("store"))
            account.stock.cells[good.id, store.id, str(row["slot"])] = float(row["quantity"])
            shown.append({"good": good.id, "store": store.id, "slot": row["slot"], "quantity": row["quantity"]})
        return {"rows": shown}

    async def _change_stock(self, request: web.Request, body: Body) -> object:
        """Other opening stock for `count` places, or for explicit rows; `changedSince` tells of them from now on."""
        account = self._account(request)
        now = self._world.clock.now()
        ledger.current(account, now)
        book, source = account.stock, random.Random(f"{body.get('seed', 0)}/{account.version}")
        if "rows" in body:
            rows = body["rows"]
        else:
            chosen = source.sample(sorted(book.opening), min(int(body.get("count", 1)), len(book.opening)))
            rows = [_other(book.opening[place], source) for place in chosen]
        shown = self._set(account, rows)
        ledger.current(account, now)
        return shown

    def _set(self, account: Account, rows: Iterable[Body]) -> Body:
        shown = []
        for row in rows:
            good, store = _good(account, str(row["good"])), _store(account, row.get("store"))
            moment = str(row.get("moment", BEGINNING))
            one = Opening(good.ref, store.id, float(row["quantity"]), float(row.get("cost", 0)), moment)
            account.stock.opening[good.id, store.id] = one
            shown.append({"good": good.id, "store": store.id, "quantity": one.quantity, "cost": one.cost})
        account.schema_version += 1
        return {"rows": shown}

    async def _plan_outcomes(self, request: web.Request, body: Body) -> object:
        """How the next background tasks end: {"outcomes": ["ERROR", ...]}."""
        outcomes = [str(one) for one in body["outcomes"]]
        if not set(outcomes) <= set(STATES):
            raise web.HTTPBadRequest(text=f"outcomes are among {', '.join(STATES)}")
        self._account(request).tasks.planned.extend(outcomes)
        return {"planned": outcomes}

    async def _named_filter(self, request: web.Request, body: Body) -> object:
        """A filter saved by an employee, the administrator unless `employeeId` names another."""
        account, kind = self._account(request), str(body["type"])
        if kind not in account.shelves:
            raise web.HTTPNotFound(text=f"no such type: {kind}")
        owner = Ref("employee", str(body.get("employeeId", account.admin.id)))
        made = namedfilters.define(account, kind, str(body["name"]), str(body["filter"]), owner)
        return {"id": made.id, "href": f"{account.links.entity(kind)}/namedfilter/{made.id}"}

    async def _limits(self, _: web.Request, __: Body) -> object:
        """What each credential was granted and refused, and whose access was taken away."""
        keys = dict.fromkeys([*self._quotas.tallies, *self._bans.records])
        rows = [self._credential(key) for key in keys]
        totals = {
            name: sum(int(row[name]) for row in rows)
            for name in ("requests", "units", "windowRefusals", "parallelRefusals", "bans", "blocked")
        }
        return totals | {"wornConnections": self._bans.worn, "credentials": rows}

    def _credential(self, key: Key) -> Body:
        tally, record = self._quotas.tally(key), self._bans.record(key)
        return {
            "account": key[0],
            "credential": key[1],
            "requests": tally.requests,
            "units": tally.units,
            "peakUnits": tally.peak,
            "peakParallel": tally.parallel,
            "windowRefusals": tally.window_refusals,
            "parallelRefusals": tally.parallel_refusals,
            "failures": record.failures,
            "bans": record.bans,
            "banned": record.reason,
            "blocked": record.blocked,
            "worst": record.worst,
        }

    async def _clear_limits(self, _: web.Request, __: Body) -> object:
        self._quotas.clear()
        self._bans.clear()
        return {}

    async def _lift(self, _: web.Request, body: Body) -> object:
        """Support gives access back: to one credential, {"account", "credential"}, or to all."""
        key = (str(body["account"]), str(body["credential"])) if "credential" in body else None
        return {"lifted": self._bans.lift(key)}

    def _account(self, request: web.Request) -> Account:
        account = self._world.accounts.get(request.match_info["account"])
        if account is None:
            raise web.HTTPNotFound(text="no such account")
        return account


def _made_up(account: Account, count: int, seed: int) -> list[Body]:
    """Stock of the first goods in every store."""
    source = random.Random(seed)
    goods = sorted(record.id for kind in ("product", "variant") for record in account.shelves[kind])
    stores = [store.id for store in account.shelves["store"]]
    return [
        {
            "good": good,
            "store": store,
            "quantity": float(source.randrange(1, 200)),
            "cost": source.randrange(100, 90_000),
        }
        for good in goods[:count]
        for store in stores
    ]


def _other(one: Opening, source: random.Random) -> Body:
    change = source.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0])
    return {
        "good": one.good.id,
        "store": one.store,
        "quantity": one.quantity + change,
        "cost": one.cost,
        "moment": one.moment,
    }


def _good(account: Account, identifier: str) -> Record:
    for kind in movements.STOCKED:
        record = account.shelves[kind].records.get(identifier)
        if record is not None:
            return record
    raise web.HTTPNotFound(text=f"no such good: {identifier}")


def _store(account: Account, identifier: Any) -> Record:
    """The named store, or the account's first one."""
    shelf = account.shelves["store"]
    record = shelf.records.get(str(identifier)) if identifier is not None else next(iter(shelf), None)
    if record is None:
        raise web.HTTPNotFound(text=f"no such store: {identifier}")
    return record
