"""The part of the control surface that makes, changes and spoils objects of an account."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web

from emulators.common.serving import CONTROL
from emulators.moysklad import audit, errors, expanding, render, touching, writing
from emulators.moysklad.accounts import Account, World
from emulators.moysklad.catalogue import ATTRIBUTE_TYPES
from emulators.moysklad.custom_values import NAMES, define_all
from emulators.moysklad.filling import Filler
from emulators.moysklad.records import Record, Shelf
from emulators.moysklad.schemas import add_attribute, forget_attribute
from emulators.moysklad.seeding import Generator, Plan

Body = dict[str, Any]
Endpoint = Callable[[web.Request, Body], Awaitable[object]]
OPTION_CODES = {"task": 37000, "report/counterparty": 1043}
"""What the vendor says when a tariff has no such option; 1070 for everything else (reference 2.5)."""


class ObjectControl:
    """Handlers of `/_control/accounts/{account}` that are about objects."""

    def __init__(self, world: World) -> None:
        self._world = world

    def endpoints(self) -> list[tuple[str, str, Endpoint]]:
        """Method, path and handler of each."""
        account = f"{CONTROL}/accounts/{{account}}"
        posts: dict[str, Endpoint] = {
            "seed": self._seed,
            "fill": self._fill,
            "add": self._add,
            "touch": self._touch,
            "trash": self._trash,
            "restore": self._restore,
            "purge": self._purge,
            "archive": self._archive,
            "unarchive": self._unarchive,
            "settle": self._settle,
            "distort": self._distort,
            "attributes/define": self._define,
            "attributes/remove": self._remove_attribute,
            "options": self._options,
        }
        return [
            *(("POST", f"{account}/{path}", endpoint) for path, endpoint in posts.items()),
            ("GET", f"{account}/objects/{{type:.+}}/count", self._count),
        ]

    def routes(self) -> list[web.RouteDef]:
        """Endpoints whose answers are not made by `endpoints`."""
        return [web.get(f"{CONTROL}/accounts/{{account}}/objects/{{type:.+}}", self._objects)]

    async def _seed(self, request: web.Request, body: Body) -> object:
        plan = Plan(
            orders=int(body.get("orders", 2500)),
            counterparties=int(body.get("counterparties", 200)),
            products=int(body.get("products", 50)),
            positions=int(body.get("positionsPerOrder", 3)),
            seed=int(body.get("seed", 1)),
            days=int(body.get("days", 180)),
            burst=int(body.get("burst", 0)),
        )
        return Generator(self._world, self._account(request), plan.seed).fill(plan)

    async def _fill(self, request: web.Request, body: Body) -> object:
        account = self._account(request)
        filler = Filler(self._world, account, int(body.get("seed", 1)), float(body.get("days", 0)))
        kind = str(body["type"])
        if kind != "customentity":
            self._shelf(account, kind)
        positions, attributes = int(body.get("positions", 3)), bool(body.get("attributes", False))
        return _ids(filler.fill(kind, int(body.get("count", 1)), positions, attributes=attributes))

    async def _add(self, request: web.Request, body: Body) -> object:
        account, kind, count = self._account(request), str(body["type"]), int(body.get("count", 1))
        seed, positions = int(body.get("seed", 0)), int(body.get("positionsPerOrder", 3))
        generator = Generator(self._world, account, seed)
        if kind == "counterparty":
            made = generator.counterparties(count, generator.now())
        elif kind == "product":
            made = generator.products(count, generator.now())
        elif kind == "customerorder":
            made = generator.orders(count, positions, generator.now())
        else:
            self._shelf(account, kind)
            made = Filler(self._world, account, seed).fill(kind, count, positions)
        for record in made:  # what is seeded has a past; this is made now, by somebody in the interface
            if "created" in record.fields:
                record.fields["created"] = record.fields["updated"]
            audit.note(account, record, "create", None, self._world.clock)
        return _ids(made)

    async def _touch(self, request: web.Request, body: Body) -> object:
        account = self._account(request)
        shelf = self._shelf(account, str(body["type"]))
        chosen = self._records(request, body) if "ids" in body else None
        return _ids(
            touching.touch(self._world, account, shelf, int(body.get("count", 1)), int(body.get("seed", 0)), chosen)
        )

    async def _trash(self, request: web.Request, body: Body) -> object:
        account = self._account(request)
        return self._each(request, body, lambda one: writing.remove(account, one, self._world.clock))

    async def _restore(self, request: web.Request, body: Body) -> object:
        account = self._account(request)
        return self._each(request, body, lambda one: writing.restore(account, one, self._world.clock))

    async def _purge(self, request: web.Request, body: Body) -> object:
        account = self._account(request)

        def purge(one: Record) -> None:
            writing.purge(account, one)
            audit.note(account, one, "delete", None, self._world.clock)

        return self._each(request, body, purge)

    async def _archive(self, request: web.Request, body: Body) -> object:
        return self._archived(request, body, archived=True)

    async def _unarchive(self, request: web.Request, body: Body) -> object:
        return self._archived(request, body, archived=False)

    async def _settle(self, request: web.Request, body: Body) -> object:
        account, fields = self._account(request), body.get("fields")
        return self._each(request, body, lambda one: touching.settle(account, one, fields))

    async def _distort(self, request: web.Request, body: Body) -> object:
        account = self._account(request)
        shelf = self._shelf(account, str(body["type"]))
        record = _known(shelf, str(body["id"]))
        record.distorted = {**(record.distorted or {}), **body["fields"]} if body["fields"] else None
        shelf.refresh(record)
        account.forget_rows()
        return {"id": record.id, "distorted": record.distorted or {}}

    async def _define(self, request: web.Request, body: Body) -> object:
        account = self._account(request)
        owner = self._owner(account, str(body["type"]))
        dictionary = self._dictionary(account, str(body.get("dictionary", "Справочник")))
        if "kind" not in body:
            define_all(account, owner, dictionary)
        else:
            kind = str(body["kind"])
            if kind not in ATTRIBUTE_TYPES:
                raise web.HTTPBadRequest(text=f"kind is one of {', '.join(ATTRIBUTE_TYPES)}")
            name = str(body.get("name", NAMES[kind]))
            extra: dict[str, Any] = {"dictionary": dictionary} if kind == "customentity" else {}
            extra["required"] = bool(body.get("required", False))
            add_attribute(account, owner, name, kind, **extra)
        return _attributes(account, owner)

    async def _remove_attribute(self, request: web.Request, body: Body) -> object:
        account = self._account(request)
        owner = self._owner(account, str(body["type"]))
        known = account.attributes.get(owner, {})
        for one in list(known.values()):
            if one.id == body.get("id") or one.name == body.get("name"):
                forget_attribute(account, owner, one.id)
        return _attributes(account, owner)

    async def _options(self, request: web.Request, body: Body) -> object:
        """Switches parts of the API off and on for the account's tariff: `{"options": {"processing": false}}`."""
        account = self._account(request)
        for resource, allowed in dict(body["options"]).items():
            if allowed:
                account.closed.pop(resource, None)
            else:
                account.closed[resource] = int(body.get("code") or OPTION_CODES.get(resource, 1070))
        return account.closed

    async def _count(self, request: web.Request, _: Body) -> object:
        shelf = self._shelf(self._account(request), request.match_info["type"])
        return {"count": len(shelf), "shown": len(shelf.shown.keys), "hidden": len(shelf.hidden.keys)}

    async def _objects(self, request: web.Request) -> web.Response:
        account = self._account(request)
        shelf = self._shelf(account, request.match_info["type"])
        try:
            tree = expanding.parse(shelf.entity, request.query.get("expand", ""))
        except errors.ApiError as refused:
            raise web.HTTPBadRequest(text=str(refused)) from refused
        rows = b",".join(render.expanded(account, record, tree, render.View(10_000)) for record in shelf)
        return web.Response(body=b"[" + rows + b"]", content_type="application/json", charset="utf-8")

    def _archived(self, request: web.Request, body: Body, *, archived: bool) -> object:
        account = self._account(request)
        if "archived" not in self._shelf(account, str(body["type"])).entity.by_name:
            raise web.HTTPBadRequest(text="objects of this type have no archive")
        return self._each(
            request, body, lambda one: touching.archive(account, one, self._world.clock, archived=archived)
        )

    def _each(self, request: web.Request, body: Body, act: Callable[[Record], object]) -> object:
        records = self._records(request, body)
        for record in records:
            act(record)
        return _ids(records)

    def _records(self, request: web.Request, body: Body) -> list[Record]:
        shelf = self._shelf(self._account(request), str(body["type"]))
        return [_known(shelf, str(identifier)) for identifier in body["ids"]]

    def _account(self, request: web.Request) -> Account:
        account = self._world.accounts.get(request.match_info["account"])
        if account is None:
            raise web.HTTPNotFound(text="no such account")
        return account

    def _shelf(self, account: Account, kind: str) -> Shelf:
        if kind not in account.shelves:
            raise web.HTTPNotFound(text=f"no such type: {kind}")
        return account.shelves[kind]

    def _owner(self, account: Account, kind: str) -> str:
        """Whose custom fields a type has."""
        entity = self._shelf(account, kind).entity
        owner = kind if entity.name == "customentity" else entity.attributes_of
        if not owner:
            raise web.HTTPBadRequest(text="objects of this type have no custom fields")
        return owner

    def _dictionary(self, account: Account, wanted: str) -> str:
        for identifier, name in account.dictionaries.items():
            if wanted in {identifier, name}:
                return identifier
        return account.add_dictionary(wanted)


def _known(shelf: Shelf, identifier: str) -> Record:
    record = shelf.records.get(identifier)
    if record is None:
        raise web.HTTPNotFound(text=f"no such object: {identifier}")
    return record


def _ids(records: Iterable[Record]) -> dict[str, list[str]]:
    return {"ids": [record.id for record in records]}


def _attributes(account: Account, owner: str) -> list[dict[str, Any]]:
    return [render.attribute_definition(account, owner, one) for one in account.attributes.get(owner, {}).values()]
