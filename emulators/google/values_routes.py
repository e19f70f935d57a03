"""HTTP of spreadsheets.values."""

from collections.abc import Callable, Iterable
from typing import Any

from aiohttp import web

from emulators.google import a1, appending, data_filters, payload, rendering, values
from emulators.google.calls import api, choice, flag
from emulators.google.cells import Row
from emulators.google.errors import ApiError, Refused, invalid
from emulators.google.files import File
from emulators.google.rect import Rect
from emulators.google.requests.common import check_protection
from emulators.google.tab import Tab
from emulators.google.workbook import Workbook
from emulators.google.world import Caller, World

_RENDERS = ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA")
_DATES = ("SERIAL_NUMBER", "FORMATTED_STRING")
_MAJORS = ("ROWS", "COLUMNS")
_INPUTS = ("RAW", "USER_ENTERED")


def _options(given: Any, render: str = "valueRenderOption", dates: str = "dateTimeRenderOption") -> dict[str, str]:
    return {
        "majorDimension": choice(given.get("majorDimension"), "majorDimension", _MAJORS, "ROWS"),
        "valueRenderOption": choice(given.get(render), render, _RENDERS, "FORMATTED_VALUE"),
        "dateTimeRenderOption": choice(given.get(dates), dates, _DATES, "SERIAL_NUMBER"),
    }


def _input(given: Any) -> str:
    option = choice(given.get("valueInputOption"), "valueInputOption", _INPUTS, "")
    if not option:
        raise invalid("'valueInputOption' is required but not specified")
    return option


class ValuesRoutes:
    """Handlers; each answers plain data or raises ApiError."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """All of spreadsheets.values."""
        one = "/v4/spreadsheets/{id:[^/:]+}/values/{range:[^/]+}"
        many = "/v4/spreadsheets/{id:[^/:]+}/values:"
        table: list[tuple[str, str, str, Callable[..., Any]]] = [
            ("POST", one + ":append", "write", self._append),
            ("POST", one + ":clear", "write", self._clear),
            ("GET", one, "read", self._get),
            ("PUT", one, "write", self._update),
            ("GET", many + "batchGet", "read", self._batch_get),
            ("POST", many + "batchUpdate", "write", self._batch_update),
            ("POST", many + "batchClear", "write", self._batch_clear),
            ("POST", many + "batchGetByDataFilter", "read", self._batch_get_by_filter),
            ("POST", many + "batchUpdateByDataFilter", "write", self._batch_update_by_filter),
            ("POST", many + "batchClearByDataFilter", "write", self._batch_clear_by_filter),
        ]
        return [web.route(method, path, api(self._world, kind, work)) for method, path, kind, work in table]

    def _file(self, request: web.Request, caller: Caller, *, write: bool) -> File:
        return self._world.spreadsheet(caller, request.match_info["id"], write=write)

    def _get(self, request: web.Request, _: bytes, caller: Caller) -> dict[str, Any]:
        book = self._file(request, caller, write=False).book
        return values.read(book, request.match_info["range"], _options(request.query))

    def _batch_get(self, request: web.Request, _: bytes, caller: Caller) -> dict[str, Any]:
        book = self._file(request, caller, write=False).book
        options = _options(request.query)
        found = [values.read(book, text, options) for text in request.query.getall("ranges", [])]
        body: dict[str, Any] = {"spreadsheetId": book.spreadsheet_id}
        return {**body, "valueRanges": found} if found else body

    def _update(self, request: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        file = self._file(request, caller, write=True)
        book, text = file.book, request.match_info["range"]
        option = _input(request.query)
        body = payload.decode(raw, "ValueRange")
        values.check_same_range(book, text, body.get("range"))
        block = values.rows_of(body, "data")
        tab, rect = values.aim(book, text, block)
        with book.all_or_nothing():
            self._check(file, caller, tab, rect)
            reply = values.write(book, tab, rect, block, option)
        file.changed("values.update", book.cells_changed)
        if flag(request, "includeValuesInResponse"):
            reply["updatedData"] = self._written(book, tab, rect, request.query, body)
        return reply

    def _check(self, file: File, caller: Caller, tab: Tab, rect: Rect) -> None:
        try:
            check_protection(file.book, tab, rect, self._world.actor(caller, file))
        except Refused as refused:
            raise invalid(str(refused)) from refused

    @staticmethod
    def _written(book: Workbook, tab: Tab, rect: Rect, given: Any, body: dict[str, Any]) -> dict[str, Any]:
        options = _options(given, "responseValueRenderOption", "responseDateTimeRenderOption")
        options["majorDimension"] = choice(body.get("majorDimension"), "majorDimension", _MAJORS, "ROWS")
        return rendering.value_range(book, tab, rect, a1.echo(tab.title, rect), options)

    def _batch_update(self, request: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        file = self._file(request, caller, write=True)
        body = payload.decode(raw, "BatchUpdateValues")
        option = _input(body)
        return self._write_all(file, caller, body, option, self._aimed(file.book, body.get("data") or []))

    @staticmethod
    def _aimed(book: Workbook, data: list[dict[str, Any]]) -> list[tuple[Tab, Rect, list[Row], dict[str, Any]]]:
        found = []
        for number, item in enumerate(data):
            block = values.rows_of(item, f"data[{number}]")
            try:
                if not item.get("range"):
                    raise invalid("Unable to parse range: ")
                tab, rect = values.aim(book, item["range"], block)
            except ApiError as error:
                raise invalid(f"Invalid data[{number}]: {error.message}") from error
            found.append((tab, rect, block, item))
        return found

    def _write_all(
        self,
        file: File,
        caller: Caller,
        body: dict[str, Any],
        option: str,
        aimed: list[tuple[Tab, Rect, list[Row], dict[str, Any]]],
    ) -> dict[str, Any]:
        book, replies = file.book, []
        with book.all_or_nothing():
            for tab, rect, block, item in aimed:
                self._check(file, caller, tab, rect)
                reply = values.write(book, tab, rect, block, option)
                if body.get("includeValuesInResponse"):
                    reply["updatedData"] = self._written(book, tab, rect, body, item)
                replies.append(reply)
        file.changed("values.batchUpdate", book.cells_changed)
        totals = {
            "totalUpdatedRows": _covered((tab.sheet_id, rect.top, rect.bottom) for tab, rect, _, _ in aimed),
            "totalUpdatedColumns": _covered((tab.sheet_id, rect.left, rect.right) for tab, rect, _, _ in aimed),
            "totalUpdatedCells": sum(reply.get("updatedCells", 0) for reply in replies),
            "totalUpdatedSheets": len({tab.sheet_id for tab, _, _, _ in aimed}),
        }
        answer: dict[str, Any] = {"spreadsheetId": book.spreadsheet_id}
        answer |= {name: total for name, total in totals.items() if total}
        return {**answer, "responses": replies} if replies else answer

    def _append(self, request: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        file = self._file(request, caller, write=True)
        book, option = file.book, _input(request.query)
        how = choice(
            request.query.get("insertDataOption"), "insertDataOption", ("OVERWRITE", "INSERT_ROWS"), "OVERWRITE"
        )
        body = payload.decode(raw, "ValueRange")
        text = request.match_info["range"]
        values.check_same_range(book, text, body.get("range"))
        block = values.rows_of(body, "data")
        with book.all_or_nothing():
            reply = appending.append(book, text, block, option, how)
            tab, reference = book.resolve(reply["updates"]["updatedRange"])
            self._check(file, caller, tab, reference.rect)
        file.changed("values.append", book.cells_changed)
        if flag(request, "includeValuesInResponse"):
            reply["updates"]["updatedData"] = self._written(book, tab, reference.rect, request.query, body)
        return reply

    def _clear(self, request: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        file = self._file(request, caller, write=True)
        payload.decode(raw, "Clear")
        return {
            "spreadsheetId": file.file_id,
            "clearedRange": self._clear_all(file, caller, [request.match_info["range"]])[0],
        }

    def _batch_clear(self, request: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        file = self._file(request, caller, write=True)
        cleared = self._clear_all(file, caller, payload.decode(raw, "BatchClear").get("ranges") or [])
        return {"spreadsheetId": file.file_id, "clearedRanges": cleared}

    def _clear_all(self, file: File, caller: Caller, texts: list[str]) -> list[str]:
        with file.book.all_or_nothing():
            for text in texts:
                tab, reference = file.book.resolve(text)
                self._check(file, caller, tab, reference.rect.clamp(tab.row_count, tab.column_count))
            cleared = [values.clear(file.book, text) for text in texts]
        file.changed("values.clear", file.book.cells_changed)
        return cleared

    def _filtered(self, book: Workbook, one: dict[str, Any], caller: Caller) -> list[tuple[Tab, Rect]]:
        try:
            return data_filters.areas(book, one, caller.project)
        except Refused as refused:
            raise invalid(str(refused)) from refused

    def _batch_get_by_filter(self, request: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        book = self._file(request, caller, write=False).book
        body = payload.decode(raw, "BatchGetByDataFilter")
        options = _options(body)
        matched = []
        for one in body.get("dataFilters") or []:
            for tab, rect in self._filtered(book, one, caller):
                found = rendering.value_range(book, tab, rect, a1.echo(tab.title, rect), options)
                matched.append({"valueRange": found, "dataFilters": [one]})
        answer: dict[str, Any] = {"spreadsheetId": book.spreadsheet_id}
        return {**answer, "valueRanges": matched} if matched else answer

    def _batch_update_by_filter(self, request: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        file = self._file(request, caller, write=True)
        body = payload.decode(raw, "BatchUpdateByDataFilter")
        option, aimed = _input(body), []
        for number, item in enumerate(body.get("data") or []):
            block = values.rows_of(item, f"data[{number}]")
            width = max(map(len, block), default=0)
            areas = self._filtered(file.book, item.get("dataFilter") or {}, caller)
            for tab, rect in areas:
                if len(block) > rect.height or width > rect.width:
                    raise invalid(f"Invalid data[{number}]: the values exceed the range matched by the data filter.")
                target = Rect(rect.top, rect.top + len(block), rect.left, rect.left + width)
                own = block if len(areas) == 1 else [list(row) for row in block]
                aimed.append((tab, target, own, item))
        answer = self._write_all(file, caller, body, option, aimed)
        for reply, (_, _, _, item) in zip(answer.get("responses", []), aimed, strict=True):
            reply.pop("spreadsheetId", None)
            reply["dataFilter"] = item.get("dataFilter")
        return answer

    def _batch_clear_by_filter(self, request: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        file = self._file(request, caller, write=True)
        body = payload.decode(raw, "BatchClearByDataFilter")
        found = [area for one in body.get("dataFilters") or [] for area in self._filtered(file.book, one, caller)]
        texts = [a1.echo(tab.title, rect) for tab, rect in found]
        return {"spreadsheetId": file.file_id, "clearedRanges": self._clear_all(file, caller, texts)}


def _covered(spans: Iterable[tuple[int, int, int]]) -> int:
    """How many places the spans (tab, start, end) cover, each counted once."""
    total, tab, reached = 0, -1, 0
    for sheet_id, start, end in sorted(spans):
        if sheet_id != tab:
            tab, reached = sheet_id, 0
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total
