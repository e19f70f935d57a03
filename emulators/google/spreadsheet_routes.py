"""HTTP of spreadsheets: create, get, getByDataFilter, batchUpdate, developerMetadata and sheets.copyTo."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from emulators.google import batch, data_filters, payload, resource
from emulators.google.accounts import DRIVE, DRIVE_FILE, SHEETS
from emulators.google.calls import api, flag, read_mask
from emulators.google.errors import ApiError, Refused, invalid
from emulators.google.files import File
from emulators.google.metadata import matches
from emulators.google.rect import Rect
from emulators.google.requests.cells import update_cells
from emulators.google.requests.sheets import build_tab
from emulators.google.tab import Tab
from emulators.google.world import Caller, World


class SpreadsheetRoutes:
    """Handlers; each answers plain data or raises ApiError."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """All of spreadsheets except values."""
        one = "/v4/spreadsheets/{id:[^/:]+}"
        itself = one + "{slash:/?}"  # google-spreadsheet asks with a slash behind the id, even before a colon
        table: list[tuple[str, str, str, Callable[..., Any]]] = [
            ("POST", "/v4/spreadsheets", "write", self._create),
            ("GET", itself, "read", self._get),
            ("POST", itself + ":getByDataFilter", "read", self._get_by_filter),
            ("POST", itself + ":batchUpdate", "write", self._batch_update),
            ("GET", one + "/developerMetadata/{number:[0-9]+}", "read", self._get_metadata),
            ("POST", one + "/developerMetadata:search", "read", self._search_metadata),
            ("POST", one + "/sheets/{sheet:[0-9]+}:copyTo", "write", self._copy_to),
        ]
        whole = {self._create, self._get, self._get_by_filter}
        return [
            web.route(method, path, api(self._world, kind, work, "Spreadsheet" if work in whole else ""))
            for method, path, kind, work in table
        ]

    def _create(self, _: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        caller.needs("sheets.googleapis.com", DRIVE, DRIVE_FILE, SHEETS)
        body = payload.decode(raw, "Spreadsheet")
        properties = body.get("properties") or {}
        file = self._world.create(
            caller, properties.get("title", ""), properties.get("locale", ""), properties.get("timeZone", "")
        )
        try:
            self._fill(file, caller, body)
        except (ApiError, Refused) as error:
            del self._world.files[file.file_id]
            raise invalid(str(error)) from error
        file.changed("create", file.book.cells_changed)
        return self._resource(file, caller, {}, None, grid_data=False)

    def _fill(self, file: File, caller: Caller, body: dict[str, Any]) -> None:
        book, actor = file.book, self._world.actor(caller, file)
        for number, sheet in enumerate(body.get("sheets") or []):
            properties = dict(sheet.get("properties") or {})
            if number == 0:
                properties.setdefault("sheetId", 0)
            tab = build_tab(book, properties)
            book.tabs = [*book.tabs, tab]
            for data in sheet.get("data") or []:
                start = {"rowIndex": data.get("startRow", 0), "columnIndex": data.get("startColumn", 0)}
                request = {
                    "start": {"sheetId": tab.sheet_id, **start},
                    "rows": data.get("rowData") or [],
                    "fields": "*",
                }
                update_cells(book, request, actor)
        if not book.tabs:
            book.add_first_tab()

    def _get(self, request: web.Request, _: bytes, caller: Caller) -> dict[str, Any]:
        file = self._world.spreadsheet(caller, request.match_info["id"], write=False)
        texts = request.query.getall("ranges", [])
        areas = None
        if texts:
            resolved = [file.book.resolve(text) for text in texts]
            areas = [(tab, file.book.on_grid(tab, reference.rect)) for tab, reference in resolved]
        mask = read_mask(request.query.get("fields"))
        return self._resource(file, caller, mask, areas, grid_data=flag(request, "includeGridData"))

    def _get_by_filter(self, request: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        file = self._world.spreadsheet(caller, request.match_info["id"], write=False)
        body = payload.decode(raw, "GetByDataFilter")
        areas: list[tuple[Tab, Rect]] = []
        try:
            for one in body.get("dataFilters") or []:
                areas += data_filters.areas(file.book, one, caller.project)
        except Refused as refused:
            raise invalid(str(refused)) from refused
        mask = read_mask(request.query.get("fields"))
        return self._resource(file, caller, mask, areas, grid_data=bool(body.get("includeGridData")))

    def _resource(
        self, file: File, caller: Caller, mask: Any, areas: list[tuple[Tab, Rect]] | None, *, grid_data: bool
    ) -> dict[str, Any]:
        url = self._world.url(file.file_id)
        return resource.spreadsheet(file.book, url, self._world.actor(caller, file), mask, areas, grid_data=grid_data)

    def _batch_update(self, request: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        file = self._world.spreadsheet(caller, request.match_info["id"], write=True)
        body = payload.decode(raw, "BatchUpdate")
        replies = batch.run(file.book, body.get("requests") or [], self._world.actor(caller, file))
        file.changed("batchUpdate", file.book.cells_changed)
        answer: dict[str, Any] = {"spreadsheetId": file.file_id, "replies": replies}
        if body.get("includeSpreadsheetInResponse"):
            areas = None
            if body.get("responseRanges"):
                resolved = [file.book.resolve(text) for text in body["responseRanges"]]
                areas = [(tab, file.book.on_grid(tab, reference.rect)) for tab, reference in resolved]
            grid_data = bool(body.get("responseIncludeGridData"))
            answer["updatedSpreadsheet"] = self._resource(file, caller, {}, areas, grid_data=grid_data)
        return answer

    def _get_metadata(self, request: web.Request, _: bytes, caller: Caller) -> dict[str, Any]:
        file = self._world.spreadsheet(caller, request.match_info["id"], write=True)
        number = int(request.match_info["number"])
        found = next((x for x in data_filters.visible(file.book, caller.project) if x.number == number), None)
        if found is None:
            raise ApiError(404, f"No developer metadata with ID {number}")
        return found.resource()

    def _search_metadata(self, request: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        file = self._world.spreadsheet(caller, request.match_info["id"], write=True)
        filters = payload.decode(raw, "SearchMetadata").get("dataFilters") or []
        try:
            found = data_filters.entries(file.book, filters, caller.project)
            matched = [
                {"developerMetadata": item.resource(), "dataFilters": [x for x in filters if _chose(x, item)]}
                for item in found
            ]
        except Refused as refused:
            raise invalid(str(refused)) from refused
        return {"matchedDeveloperMetadata": matched} if matched else {}

    def _copy_to(self, request: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        file = self._world.spreadsheet(caller, request.match_info["id"], write=False)
        target_id = payload.decode(raw, "CopyTo").get("destinationSpreadsheetId", "")
        target = self._world.spreadsheet(caller, target_id, write=True)
        source = file.book.tab(int(request.match_info["sheet"]))
        if source is None:
            raise invalid(f"No grid with id: {request.match_info['sheet']}")
        refused = target.book.check_size(source.size, tabs=1)
        if refused:
            raise invalid(refused)
        title, number = f"Copy of {source.title}", 2
        while target.book.tab_titled(title) is not None:
            title, number = f"Copy of {source.title} {number}", number + 1
        tab = source.copy(target.book.free_id(), title, target.book.undo)
        tab.basic_filter = None
        target.book.tabs = [*target.book.tabs, tab]
        target.book.take_over([one for one in file.book.attached if one.sheet_id == source.sheet_id], tab.sheet_id)
        target.changed("sheets.copyTo", sum(map(len, tab.rows)))
        return resource.sheet_properties(target.book, tab)


def _chose(one: dict[str, Any], item: Any) -> bool:
    lookup = one.get("developerMetadataLookup")
    return lookup is None or matches(item, lookup)
