"""/_control: what tests and people set up, look at, and do behind the API's back. JSON, without authentication."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from emulators.common.serving import json_response
from emulators.google import attached, batch, layers, payload, rendering, resource
from emulators.google.accounts import DEFAULT_CLIENT, DEFAULT_PROJECT, DRIVE, SHEETS, Client, read_scopes
from emulators.google.cells import Formula
from emulators.google.control_page import control_page
from emulators.google.errors import ApiError
from emulators.google.files import File, Role, share
from emulators.google.layers import Layer
from emulators.google.rect import to_grid_range
from emulators.google.requests.actor import Actor
from emulators.google.tab import Tab
from emulators.google.world import Caller, World

Wanted = TypeVar("Wanted")


class NewClient(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """POST /_control/clients."""

    client_id: str
    client_secret: str
    redirect_uris: list[str] = []
    project_number: str = DEFAULT_PROJECT


class NewAccount(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """POST /_control/accounts."""

    email: str
    name: str = ""
    locale: str = ""
    time_zone: str = ""


class NewToken(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """POST /_control/tokens."""

    email: str
    client_id: str = DEFAULT_CLIENT
    scopes: list[str] = msgspec.field(default_factory=lambda: [SHEETS, DRIVE])
    expires_in: float = 3599


class Whose(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """An account, and perhaps one client."""

    email: str
    client_id: str = ""


class NewSpreadsheet(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """POST /_control/spreadsheets: a file that its owner made by hand, so that no client was given it."""

    email: str
    title: str = "Untitled spreadsheet"
    locale: str = ""
    time_zone: str = ""


class NewShare(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """POST /_control/spreadsheets/{id}/share: what its owner does by hand in Google's dialogue."""

    email: str
    role: Role = "writer"


class Control:
    """Handlers of the control endpoints that are this emulator's own."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        one = "/_control/spreadsheets/{id}"
        return [
            web.get("/_control", self._page),
            web.post("/_control/clients", self._add_client),
            web.post("/_control/accounts", self._add_account),
            web.post("/_control/tokens", self._add_tokens),
            web.post("/_control/tokens/expire", self._expire),
            web.post("/_control/grants/revoke", self._revoke),
            web.get("/_control/settings", self._settings),
            web.post("/_control/settings", self._set),
            web.get("/_control/quotas", self._quotas),
            web.delete("/_control/quotas", self._reset_quotas),
            web.get("/_control/spreadsheets", self._list),
            web.post("/_control/spreadsheets", self._create),
            web.delete("/_control/spreadsheets", self._forget),
            web.get(one, self._contents),
            web.get(one + "/revisions", self._revisions),
            web.post(one + "/edit", self._edit),
            web.post(one + "/share", self._share),
        ]

    async def _page(self, _: web.Request) -> web.Response:
        return control_page(self._world)

    async def _read(self, request: web.Request, kind: type[Wanted]) -> Wanted:
        try:
            return msgspec.json.decode(await request.read() or b"{}", type=kind)
        except msgspec.DecodeError as wrong:
            raise web.HTTPBadRequest(text=str(wrong)) from wrong

    async def _add_client(self, request: web.Request) -> web.Response:
        new = await self._read(request, NewClient)
        client = Client(new.client_id, new.client_secret, new.redirect_uris, new.project_number)
        self._world.accounts.clients[new.client_id] = client
        return json_response({"clientId": new.client_id, "redirectUris": new.redirect_uris}, 201)

    async def _add_account(self, request: web.Request) -> web.Response:
        new = await self._read(request, NewAccount)
        made = self._world.accounts.account(new.email, new.name, new.locale, new.time_zone)
        return json_response(
            {"email": made.email, "sub": made.subject, "locale": made.locale, "timeZone": made.time_zone}, 201
        )

    async def _add_tokens(self, request: web.Request) -> web.Response:
        new = await self._read(request, NewToken)
        accounts = self._world.accounts
        accounts.account(new.email)
        scopes = tuple(read_scopes(" ".join(new.scopes)))
        accounts.grant(new.email, new.client_id).scopes |= set(scopes)
        access = accounts.issue_access(new.email, new.client_id, scopes, new.expires_in)
        refresh = accounts.issue_refresh(new.email, new.client_id, scopes)
        return json_response(
            {"access_token": access.text, "refresh_token": refresh.text, "scope": " ".join(scopes)}, 201
        )

    async def _expire(self, request: web.Request) -> web.Response:
        whose = await self._read(request, Whose)
        return json_response({"expired": self._world.accounts.expire(whose.email)})

    async def _revoke(self, request: web.Request) -> web.Response:
        whose = await self._read(request, Whose)
        accounts = self._world.accounts
        pairs = [pair for pair in accounts.grants if pair[0] == whose.email and whose.client_id in {"", pair[1]}]
        return json_response({"revoked": sum(accounts.revoke(*pair) for pair in pairs)})

    async def _settings(self, _: web.Request) -> web.Response:
        return json_response(self._world.settings)

    async def _set(self, request: web.Request) -> web.Response:
        now = msgspec.to_builtins(self._world.settings)
        given = await self._read(request, dict[str, Any])
        try:
            settings = msgspec.convert({**now, **given}, type(self._world.settings))
        except msgspec.ValidationError as wrong:
            raise web.HTTPBadRequest(text=str(wrong)) from wrong
        self._world.settings = self._world.quotas.settings = settings
        return json_response(settings)

    async def _quotas(self, _: web.Request) -> web.Response:
        return json_response(self._world.quotas.used())

    async def _reset_quotas(self, _: web.Request) -> web.Response:
        self._world.quotas.reset()
        return json_response({})

    async def _list(self, _: web.Request) -> web.Response:
        return json_response([self._summary(file) for file in self._world.files.values()])

    def _summary(self, file: File) -> dict[str, Any]:
        return {
            "spreadsheetId": file.file_id,
            "title": file.book.properties["title"],
            "locale": file.book.locale,
            "timeZone": file.book.properties["timeZone"],
            "owner": file.owner,
            "clients": sorted(file.clients),
            "trashed": file.trashed,
            "gridCells": file.book.size(),
            "url": self._world.url(file.file_id),
            "permissions": [item.resource() for item in file.permissions],
        }

    async def _create(self, request: web.Request) -> web.Response:
        new = await self._read(request, NewSpreadsheet)
        caller = Caller(new.email, "", DEFAULT_PROJECT, frozenset())
        file = self._world.create(caller, new.title, new.locale, new.time_zone)
        file.clients, file.permissions = set(), [share(new.email, "owner")]
        file.book.add_first_tab()
        return json_response(self._summary(file), 201)

    def _file(self, request: web.Request) -> File:
        file = self._world.files.get(request.match_info["id"])
        if file is None:
            raise web.HTTPNotFound(text="no such spreadsheet")
        return file

    async def _forget(self, _: web.Request) -> web.Response:
        """Nobody has any file any more."""
        self._world.files.clear()
        return json_response({})

    async def _contents(self, request: web.Request) -> web.Response:
        file = self._file(request)
        book = file.book
        wanted = request.query.get("sheetId")
        tabs = [tab for tab in book.tabs if wanted is None or str(tab.sheet_id) == wanted]
        body = {
            **self._summary(file),
            "namedRanges": book.named_ranges,
            "protectedRanges": book.protected_ranges,
            "developerMetadata": [item.resource() for item in book.metadata.values()],
            "sheets": [_tab_contents(file, tab) for tab in tabs],
        }
        return json_response(body)

    async def _revisions(self, request: web.Request) -> web.Response:
        return json_response(self._file(request).revisions)

    async def _share(self, request: web.Request) -> web.Response:
        file, new = self._file(request), await self._read(request, NewShare)
        others = [item for item in file.permissions if item.email != new.email]
        file.permissions = [*others, share(new.email, new.role)]
        return json_response(self._summary(file))

    async def _edit(self, request: web.Request) -> web.Response:
        file = self._file(request)
        try:
            body = payload.decode(await request.read(), "BatchUpdate")
            actor = Actor(file.owner, DEFAULT_PROJECT, owner=True)
            replies = batch.run(file.book, body.get("requests") or [], actor)
        except ApiError as error:
            return json_response(error.body(), error.code)
        file.changed("edit", file.book.cells_changed)
        return json_response({"spreadsheetId": file.file_id, "replies": replies})


def _tab_contents(file: File, tab: Tab) -> dict[str, Any]:
    """One tab: rectangles of values (unformatted, as formulas, formatted), and the formats of its columns."""
    book = file.book
    render: Callable[[str], list[list[Any]]] = lambda kind: rendering.rows(book, tab, tab.area, kind, "SERIAL_NUMBER")  # noqa: E731
    formulas = {
        f"{row}:{column}": cell.text
        for row, cells in enumerate(tab.rows)
        if Formula in set(map(type, cells))
        for column, cell in enumerate(cells)
        if isinstance(cell, Formula)
    }
    return {
        **resource.sheet_properties(book, tab),
        "rowCount": tab.row_count,
        "columnCount": tab.column_count,
        "frozenRowCount": tab.frozen_rows,
        "hidden": tab.hidden,
        "dataRows": tab.data_rows(),
        "values": render("UNFORMATTED_VALUE"),
        "formulas": formulas,
        "formatted": render("FORMATTED_VALUE"),
        "columnFormats": [
            [{"startRow": start, "endRow": end, **cell} for start, end, cell in runs if cell]
            for column in range(tab.column_count)
            for runs in [layers.runs(tab.layers, column, 0, tab.row_count)]
        ],
        "columnProperties": _spans(tab.column_layers),
        "rowProperties": _spans(tab.row_layers),
        "merges": [to_grid_range(tab.sheet_id, rect) for rect in tab.merges],
        "basicFilter": tab.basic_filter,
        "protectedRanges": [
            item["protectedRangeId"]
            for item in book.protected_ranges
            if item["range"].get("sheetId", 0) == tab.sheet_id
        ],
        "conditionalFormats": [rule.resource(tab.sheet_id) for rule in tab.conditional_formats],
        **{kind: [] for kind in attached.IDS},
        **attached.told(book.attached, tab.sheet_id),
        "filterViews": [view for view in book.filter_views if view["range"].get("sheetId", 0) == tab.sheet_id],
    }


def _spans(found: list[Layer]) -> list[dict[str, Any]]:
    return [
        {"rows": list(layer.rect.side("ROWS")), "columns": list(layer.rect.side("COLUMNS")), **layer.cell}
        for layer in found
    ]
