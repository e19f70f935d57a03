"""What of Drive concerns contents: copies, exports, imports of CSV, and the comments, of which there are none here."""

import csv
import io
from collections.abc import Callable
from typing import Any

from aiohttp import web

from emulators.google import rendering, values
from emulators.google.accounts import DRIVE, DRIVE_FILE
from emulators.google.calls import api
from emulators.google.drive import Drive
from emulators.google.errors import ApiError, Refused
from emulators.google.files import SPREADSHEET, File, new_id
from emulators.google.rect import Rect
from emulators.google.requests.sheets import build_tab
from emulators.google.tab import DEFAULT_COLUMNS, DEFAULT_ROWS, Tab
from emulators.google.workbook import Workbook
from emulators.google.world import Caller, World

_SEPARATORS = {"text/csv": ",", "text/tab-separated-values": "\t"}


class DriveContents:
    """Handlers; each answers plain data or a response, or raises ApiError."""

    def __init__(self, world: World, drive: Drive) -> None:
        self._world = world
        self._drive = drive

    def routes(self) -> list[web.RouteDef]:
        """All of them. Version 2 is there for its conversion of uploads, which clients of spreadsheets still use."""
        one = "/drive/v3/files/{id}"
        table: list[tuple[str, str, Callable[..., Any]]] = [
            ("POST", one + "/copy", self._copy),
            ("GET", one + "/export", self._export),
            ("GET", one + "/comments", self._comments),
            ("GET", "/spreadsheets/d/{id}/export", self._download),
            ("PUT", "/upload/drive/v2/files/{id}", self._import),
        ]
        return [web.route(method, path, api(self._world, "drive", work)) for method, path, work in table]

    def _copy(self, request: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        caller.needs("drive.googleapis.com", DRIVE, DRIVE_FILE)
        source = self._drive.file(request, caller, write=False)
        title = self._drive.body(raw).get("name") or f"Copy of {source.book.properties['title']}"
        book = source.book.copy(new_id(), str(title))
        book.protected_ranges = [_own(item, caller) for item in book.protected_ranges]
        return self._drive.shown(request, self._world.own(caller, book), caller)

    def _export(self, request: web.Request, _: bytes, caller: Caller) -> web.Response:
        book = self._drive.file(request, caller, write=False).book
        wanted = request.query.get("mimeType", "")
        if not wanted:
            raise ApiError(400, "Required parameter: mimeType")
        return _exported(book, next((tab for tab in book.tabs if not tab.hidden), book.tabs[0]), wanted)

    def _download(self, request: web.Request, _: bytes, caller: Caller) -> web.Response:
        """What File, Download of a spreadsheet's own page asks for, and clients after it: the tab of `gid`."""
        book = self._drive.file(request, caller, write=False).book
        gid = request.query.get("gid", str(book.tabs[0].sheet_id))
        tab = book.tab(int(gid)) if gid.isdecimal() else None
        if tab is None:
            raise ApiError(400, f"There is no sheet {gid}.")
        short = request.query.get("format", "")
        return _exported(book, tab, {"csv": "text/csv", "tsv": "text/tab-separated-values"}.get(short, short))

    def _comments(self, request: web.Request, _: bytes, caller: Caller) -> dict[str, Any]:
        self._drive.file(request, caller, write=False)
        if not request.query.get("fields"):
            raise ApiError(400, "The 'fields' parameter is required for this method.")
        return {"kind": "drive#commentList", "comments": []}

    def _import(self, request: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        """CSV in place of everything that the spreadsheet held: one tab, titled like the file."""
        file = self._drive.file(request, caller, write=True)
        if request.content_type != "text/csv":
            raise ApiError(400, f"Only text/csv is converted here, not {request.content_type}.")
        rows: list[list[Any]] = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
        size = {"rowCount": max(DEFAULT_ROWS, len(rows)), "columnCount": max(DEFAULT_COLUMNS, *map(len, [[], *rows]))}
        book = file.book
        with book.all_or_nothing():
            free = book.free_id()
            book.tabs, book.named_ranges, book.protected_ranges, book.metadata = [], [], [], {}
            try:
                tab = build_tab(book, {"sheetId": free, "title": book.properties["title"], "gridProperties": size})
            except Refused as refused:
                raise ApiError(400, str(refused)) from refused
            book.tabs = [tab]
            block = Rect(0, len(rows), 0, max(map(len, rows), default=0))
            values.write(book, tab, block, rows, "USER_ENTERED")
        file.changed("import", book.cells_changed)
        return self._as_version_2(file)

    def _as_version_2(self, file: File) -> dict[str, Any]:
        return {
            "kind": "drive#file",
            "id": file.file_id,
            "title": file.book.properties["title"],
            "mimeType": SPREADSHEET,
            "alternateLink": self._world.url(file.file_id),
            "labels": {"starred": False, "hidden": False, "trashed": file.trashed, "restricted": False, "viewed": True},
            "createdDate": file.created,
            "modifiedDate": file.modified,
            "version": str(file.number + 1),
            "ownerNames": [file.owner],
            "shared": len(file.permissions) > 1,
            "editable": True,
        }


def _own(protection: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """The same protection of somebody else's copy: only they may edit there."""
    return {**protection, "editors": {"users": [caller.email]}}


def _exported(book: Workbook, tab: Tab, kind: str) -> web.Response:
    if kind not in _SEPARATORS:
        raise ApiError(400, f"The requested conversion is not supported, or not emulated: {kind}")
    return web.Response(body=_written(book, tab, _SEPARATORS[kind]).encode(), content_type=kind)


def _written(book: Workbook, tab: Tab, separator: str) -> str:
    rows = rendering.rows(book, tab, tab.area, "FORMATTED_VALUE", "SERIAL_NUMBER")
    width = max(map(len, rows), default=0)
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(
        row + [""] * (width - len(row)) for row in rows
    )
    return text.getvalue().removesuffix("\r\n")
