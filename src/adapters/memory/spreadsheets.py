"""A Google Sheets whose spreadsheets a test can look into."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from adapters.memory.failures import PlannedFailures
from adapters.memory.grids import MemorySpreadsheet, MemoryTab
from application.connections.ports import GoogleKey
from application.exports.vendor_ports import Layout, Shown, Spreadsheet, Tab
from domain.connections.google import GoogleDisconnected, SpreadsheetNeeded
from domain.exports.spreadsheet import (
    SpreadsheetForbidden,
    SpreadsheetFull,
    SpreadsheetNotFound,
    TabMissing,
    TabTitleTaken,
)
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import Cell
from domain.shared.errors import VendorFailed

_FIRST_SHEET_ID = 1_000
_NEW_ROWS = 2
_NEW_COLUMNS = 1


class MemorySpreadsheets:
    """Spreadsheets by their id. `reads` and `writes` count requests, failed ones too.

    What is in `missing` is not found, what is in `forbidden` can be read only, and access tokens in `refused` are not
    accepted. `cells_limit` is how many cells one spreadsheet may have.
    """

    def __init__(self) -> None:
        self.spreadsheets: dict[str, MemorySpreadsheet] = {}
        self.missing: set[str] = set()
        self.forbidden: set[str] = set()
        self.refused: set[str] = set()
        self.cells_limit = 10_000_000
        self.failures = PlannedFailures()
        self.reads = 0
        self.writes = 0
        self._sheets = 0

    def add(self, title: str, *tabs: str, rows: int = 1000, columns: int = 26) -> MemorySpreadsheet:
        """Makes a spreadsheet as a person would, by default with a tab of the usual size."""
        made = self._new(title, "Europe/Moscow")
        for tab in tabs or ("Лист1",):
            made.tabs.append(self._tab(tab, rows, columns))
        return made

    async def create(self, key: GoogleKey, title: str, tab: str, time_zone: str) -> Spreadsheet:
        """See application.exports.vendor_ports.Spreadsheets."""
        with self._request("create", key, writing=True):
            await asyncio.sleep(0)
            if not key.makes_files:
                raise SpreadsheetNeeded(address=key.user)
            made = self._new(title, time_zone)
            made.tabs.append(self._tab(tab, _NEW_ROWS, _NEW_COLUMNS))
        return made.spreadsheet()

    async def inspect(self, key: GoogleKey, spreadsheet_id: str) -> Spreadsheet:
        """See the port."""
        with self._request("inspect", key, writing=False):
            await asyncio.sleep(0)
            return self._find(spreadsheet_id, writing=False).spreadsheet()

    async def add_tab(self, key: GoogleKey, spreadsheet_id: str, title: str) -> Tab:
        """See the port."""
        with self._request("add_tab", key, writing=True):
            await asyncio.sleep(0)
            found = self._find(spreadsheet_id, writing=True)
            if any(tab.title == title for tab in found.tabs):
                raise TabTitleTaken
            made = self._tab(title, _NEW_ROWS, _NEW_COLUMNS)
            found.tabs.append(made)
        return made.tab()

    async def show(self, key: GoogleKey, spreadsheet_id: str, tab: Tab, key_column: int, width: int) -> Shown:
        """See the port."""
        with self._request("show", key, writing=False):
            await asyncio.sleep(0)
            found = self._find_tab(spreadsheet_id, tab, writing=False)
        header = [_as_text(cell) for cell in found.row(1)[:width]]
        keys = [_as_text(cell) for cell in found.column(key_column)[: found.row_count - 1]]
        return Shown(_trimmed(header), _trimmed(keys))

    async def blank(self, key: GoogleKey, spreadsheet_id: str, tab: Tab, width: int) -> bool:
        """See the port."""
        with self._request("blank", key, writing=False):
            await asyncio.sleep(0)
            found = self._find_tab(spreadsheet_id, tab, writing=False)
        return all(cell in {None, ""} for row in found.values() for cell in row[:width])

    async def lay_out(self, key: GoogleKey, spreadsheet_id: str, tab: Tab, layout: Layout, rows: int) -> Tab:
        """See the port."""
        with self._request("lay_out", key, writing=True):
            await asyncio.sleep(0)
            found = self._find_tab(spreadsheet_id, tab, writing=True)
            self._resize(spreadsheet_id, found, rows, len(layout.titles))
            found.put_row(1, layout.titles)
            found.kinds = layout.kinds
            found.frozen_rows = 1
        return found.tab()

    async def grow(self, key: GoogleKey, spreadsheet_id: str, tab: Tab, layout: Layout, rows: int) -> Tab:
        """See the port."""
        del layout
        with self._request("grow", key, writing=True):
            await asyncio.sleep(0)
            found = self._find_tab(spreadsheet_id, tab, writing=True)
            self._resize(spreadsheet_id, found, rows, 0)
        return found.tab()

    async def write(
        self,
        key: GoogleKey,
        spreadsheet_id: str,
        tab: Tab,
        operations: Sequence[PutRows[bytes]],
        width: int,
        first_column: int = 0,
    ) -> None:
        """See the port."""
        with self._request("write", key, writing=True):
            await asyncio.sleep(0)
            found = self._find_tab(spreadsheet_id, tab, writing=True)
            placed = _placed(operations, width)
            if first_column + width > found.column_count or max(placed, default=0) > found.row_count:
                raise VendorFailed(vendor="google", reason="outside_grid")
            for number, cells in placed.items():
                for column, cell in enumerate(cells, start=first_column):
                    found.put_cell(number, column, cell)

    async def contents(
        self, key: GoogleKey, spreadsheet_id: str, tab: Tab, spans: Sequence[tuple[int, int]], width: int
    ) -> tuple[tuple[Cell, ...], ...]:
        """See the port."""
        with self._request("contents", key, writing=False):
            await asyncio.sleep(0)
            found = self._find_tab(spreadsheet_id, tab, writing=False)
        numbers = [number for first, last in spans for number in range(first, last + 1)]
        rows = [[None if cell == "" else cell for cell in found.row(number)[:width]] for number in numbers]
        return tuple((*row, *[None] * (width - len(row))) for row in rows)

    async def delete_rows(self, key: GoogleKey, spreadsheet_id: str, tab: Tab, spans: Sequence[tuple[int, int]]) -> Tab:
        """See the port."""
        with self._request("delete_rows", key, writing=True):
            await asyncio.sleep(0)
            found = self._find_tab(spreadsheet_id, tab, writing=True)
            for first, last in sorted(spans, reverse=True):
                for number in range(last, first - 1, -1):
                    found.delete_row(number)
            found.row_count = max(found.row_count, _NEW_ROWS)
        return found.tab()

    @contextmanager
    def _request(self, call: str, key: GoogleKey, *, writing: bool) -> Iterator[None]:
        self.writes += writing
        self.reads += not writing
        with self.failures.around(call):
            if key.token in self.refused:
                raise GoogleDisconnected(reason="access_token")
            yield

    def _find(self, spreadsheet_id: str, *, writing: bool) -> MemorySpreadsheet:
        found = self.spreadsheets.get(spreadsheet_id)
        if found is None or spreadsheet_id in self.missing:
            raise SpreadsheetNotFound
        if writing and spreadsheet_id in self.forbidden:
            raise SpreadsheetForbidden
        return found

    def _find_tab(self, spreadsheet_id: str, tab: Tab, *, writing: bool) -> MemoryTab:
        for found in self._find(spreadsheet_id, writing=writing).tabs:
            if found.sheet_id == tab.sheet_id:
                return found
        raise TabMissing

    def _resize(self, spreadsheet_id: str, tab: MemoryTab, rows: int, columns: int) -> None:
        row_count, column_count = max(tab.row_count, rows, _NEW_ROWS), max(tab.column_count, columns)
        others = self.spreadsheets[spreadsheet_id].cells() - tab.row_count * tab.column_count
        if others + row_count * column_count > self.cells_limit:
            raise SpreadsheetFull(limit=self.cells_limit)
        tab.row_count, tab.column_count = row_count, column_count

    def _new(self, title: str, time_zone: str) -> MemorySpreadsheet:
        spreadsheet_id = f"memory-spreadsheet-{len(self.spreadsheets) + 1:06}"
        made = MemorySpreadsheet(spreadsheet_id, title, time_zone)
        self.spreadsheets[spreadsheet_id] = made
        return made

    def _tab(self, title: str, rows: int, columns: int) -> MemoryTab:
        self._sheets += 1
        return MemoryTab(_FIRST_SHEET_ID + self._sheets, title, rows, columns)


def _placed(operations: Sequence[PutRows[bytes]], width: int) -> dict[int, list[Cell]]:
    placed: dict[int, list[Cell]] = {}
    for operation in operations:
        for number, row in enumerate(operation.rows, start=operation.first_row):
            cells: list[Cell] = msgspec.json.decode(row)
            if len(cells) != width or number < 1:
                raise AssertionError(f"row {number} has {len(cells)} cells, and the table {width}")
            placed[number] = cells
    return placed


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _trimmed(texts: list[str]) -> tuple[str, ...]:
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)
