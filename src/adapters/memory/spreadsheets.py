"""A Google Sheets whose spreadsheets a test can look into."""

import asyncio
import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from adapters.memory.failures import PlannedFailures
from adapters.memory.grids import MemorySpreadsheet, MemoryTab, cell_of, trimmed
from application.connections.ports import GoogleKey
from application.exports.sheets import (
    AddTab,
    AppendRow,
    ClearRows,
    CopyRows,
    DropMarker,
    DropTab,
    Layout,
    Made,
    MakeTable,
    NameCell,
    Shown,
    Sign,
    Spreadsheet,
    Step,
    Tab,
    Widen,
    WriteRows,
)
from domain.connections.google import GoogleDisconnected, SpreadsheetNeeded
from domain.exports.spreadsheet import (
    CELLS_LIMIT,
    GRID_COLUMNS_LIMIT,
    TABS_LIMIT,
    SpreadsheetForbidden,
    SpreadsheetFull,
    SpreadsheetNotFound,
    SpreadsheetTrashed,
    TabMissing,
    TabTitleTaken,
    TooManyColumns,
    TooManyTabs,
)
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import Cell, as_key
from domain.shared.errors import VendorFailed

_FIRST_SHEET_ID = 1_000
_NEW_ROWS = 2
_NEW_COLUMNS = 1


class MemorySpreadsheets:
    """Spreadsheets by their id. `reads` and `writes` count requests, failed ones too.

    What is in `missing` is not found, what is in `forbidden` can be read only, what is in `trashed` was thrown
    away, and access tokens in `refused` are not accepted. `cells_limit` is how many cells one spreadsheet may have.
    Unless `drive_open`, nobody can tell for what a spreadsheet was made.
    """

    def __init__(self) -> None:
        self.spreadsheets: dict[str, MemorySpreadsheet] = {}
        self.missing: set[str] = set()
        self.forbidden: set[str] = set()
        self.trashed: set[str] = set()
        self.refused: set[str] = set()
        self.cells_limit = CELLS_LIMIT
        self.drive_open = True
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

    async def create(self, key: GoogleKey, title: str, tab: str, time_zone: str, origin: str) -> Made:
        """See application.exports.vendor_ports.Spreadsheets."""
        with self._request("create", key, writing=True):
            await asyncio.sleep(0)
            if not key.makes_files:
                raise SpreadsheetNeeded(address=key.user)
            known = self._made_for(key, origin)
            if known is not None:
                return Made(known.spreadsheet(), fresh=False)
            made = self._new(title, time_zone)
            made.owner, made.origin = key.user, origin
            made.tabs.append(self._tab(tab, _NEW_ROWS, _NEW_COLUMNS))
        return Made(made.spreadsheet())

    async def inspect(self, key: GoogleKey, spreadsheet_id: str) -> Spreadsheet:
        """See the port."""
        with self._request("inspect", key, writing=False):
            await asyncio.sleep(0)
            return self._find(spreadsheet_id, writing=False).spreadsheet()

    async def require_writable(self, key: GoogleKey, spreadsheet_id: str) -> None:
        """See the port."""
        with self._request("require_writable", key, writing=False):
            await asyncio.sleep(0)
            if spreadsheet_id in self.trashed:
                raise SpreadsheetTrashed(spreadsheet=spreadsheet_id)
            if spreadsheet_id in self.forbidden:
                raise SpreadsheetForbidden(reason="viewer")

    async def add_tab(
        self,
        key: GoogleKey,
        spreadsheet_id: str,
        title: str,
        *,
        hidden: bool = False,
        sign: Sign | None = None,
        table: tuple[Layout, int] | None = None,
    ) -> Tab:
        """See the port."""
        with self._request("add_tab", key, writing=True):
            await asyncio.sleep(0)
            made = self._tab(title, _NEW_ROWS, _NEW_COLUMNS)
            made.hidden, made.signs = hidden, () if sign is None else (sign,)
            found = self._find(spreadsheet_id, writing=True)
            if table is not None:
                self._require_space(found, table[1] * len(table[0].titles))
            self._add(found, made)
            if table is not None:
                self._lay_out(spreadsheet_id, made, *table, range(len(table[0].titles)))
        return made.tab()

    async def show(self, key: GoogleKey, spreadsheet_id: str, tab: Tab, columns: Sequence[int]) -> Shown:
        """See the port."""
        with self._request("show", key, writing=False):
            await asyncio.sleep(0)
            found = self._find_tab(spreadsheet_id, tab, writing=False)
        header = [as_key(cell) for cell in found.row(1)]
        texts = [[cell_of(found.row(1), one), *found.column(one)] for one in columns]
        return Shown(trimmed(header), tuple(trimmed([as_key(cell) for cell in column]) for column in texts))

    async def first_filled(
        self, key: GoogleKey, spreadsheet_id: str, tab: Tab, first_row: int, columns: Sequence[int]
    ) -> int | None:
        """See the port."""
        with self._request("first_filled", key, writing=False):
            await asyncio.sleep(0)
            found = self._find_tab(spreadsheet_id, tab, writing=False)
        for number in range(first_row, len(found.values()) + 1):
            row = found.row(number)
            if any(column < len(row) and row[column] not in {None, ""} for column in columns):
                return number
        return None

    async def blank(self, key: GoogleKey, spreadsheet_id: str, tab: Tab, row: int, column: int) -> bool:
        """See the port."""
        with self._request("blank", key, writing=False):
            await asyncio.sleep(0)
            return cell_of(self._find_tab(spreadsheet_id, tab, writing=False).row(row), column) is None

    async def lay_out(
        self, key: GoogleKey, spreadsheet_id: str, tab: Tab, layout: Layout, rows: int, fresh: Sequence[int]
    ) -> Tab:
        """See the port."""
        with self._request("lay_out", key, writing=True):
            await asyncio.sleep(0)
            found = self._find_tab(spreadsheet_id, tab, writing=True)
            self._lay_out(spreadsheet_id, found, layout, rows, fresh)
        return found.tab()

    async def grow(self, key: GoogleKey, spreadsheet_id: str, tab: Tab, layout: Layout, rows: int) -> Tab:
        """See the port."""
        del layout
        with self._request("grow", key, writing=True):
            await asyncio.sleep(0)
            found = self._find_tab(spreadsheet_id, tab, writing=True)
            self._resize(spreadsheet_id, found, rows, 0)
        return found.tab()

    async def insert_rows(
        self, key: GoogleKey, spreadsheet_id: str, tab: Tab, layout: Layout, first: int, count: int
    ) -> Tab:
        """See the port."""
        del layout
        with self._request("insert_rows", key, writing=True):
            await asyncio.sleep(0)
            found = self._find_tab(spreadsheet_id, tab, writing=True)
            self._require_space(self.spreadsheets[spreadsheet_id], count * found.column_count)
            found.insert_rows(first, count)
        return found.tab()

    async def write(
        self,
        key: GoogleKey,
        spreadsheet_id: str,
        tab: Tab,
        operations: Sequence[PutRows[bytes]],
        columns: Sequence[int],
    ) -> None:
        """See the port."""
        with self._request("write", key, writing=True):
            await asyncio.sleep(0)
            self._find_tab(spreadsheet_id, tab, writing=True).put_rows(operations, columns)

    async def apply(
        self, key: GoogleKey, spreadsheet_id: str, steps: Sequence[Step], marker: int, previous: int | None
    ) -> None:
        """See the port. Steps that are refused leave nothing behind."""
        with self._request("apply", key, writing=True):
            await asyncio.sleep(0)
            found = self._find(spreadsheet_id, writing=True)
            if marker in found.markers:
                return
            before = copy.deepcopy(found)
            try:
                for step in steps:
                    self._step(spreadsheet_id, step)
            except BaseException:
                found.tabs, found.markers = before.tabs, before.markers
                raise
            found.markers = (found.markers - {previous}) | {marker}

    async def marked(self, key: GoogleKey, spreadsheet_id: str, marker: int) -> bool:
        """See the port."""
        with self._request("marked", key, writing=False):
            await asyncio.sleep(0)
            return marker in self._find(spreadsheet_id, writing=False).markers

    async def contents(
        self,
        key: GoogleKey,
        spreadsheet_id: str,
        tab: Tab,
        spans: Sequence[tuple[int, int]],
        columns: Sequence[int],
    ) -> tuple[tuple[Cell, ...], ...]:
        """See the port."""
        with self._request("contents", key, writing=False):
            await asyncio.sleep(0)
            found = self._find_tab(spreadsheet_id, tab, writing=False)
        rows = [found.row(number) for first, last in spans for number in range(first, last + 1)]
        return tuple(tuple(cell_of(row, column) for column in columns) for row in rows)

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

    def _step(self, spreadsheet_id: str, step: Step) -> None:
        match step:
            case WriteRows(tab, columns, operation):
                self._find_tab(spreadsheet_id, tab, writing=True).put_rows([operation], columns)
            case CopyRows():
                self._copy(spreadsheet_id, step)
            case ClearRows(tab, columns, first, last):
                self._find_tab(spreadsheet_id, tab, writing=True).clear(first, last, columns)
            case DropTab(tab):
                dropped = self._find_tab(spreadsheet_id, tab, writing=True)
                self.spreadsheets[spreadsheet_id].tabs.remove(dropped)
            case AddTab(tab):
                found = self._find(spreadsheet_id, writing=True)
                made = MemoryTab(tab.sheet_id, tab.title, _NEW_ROWS, _NEW_COLUMNS, hidden=tab.hidden, signs=tab.signs)
                self._add(found, made)
            case MakeTable(tab, layout):
                target = self._find_tab(spreadsheet_id, tab, writing=True)
                self._lay_out(spreadsheet_id, target, layout, _NEW_ROWS, range(len(layout.titles)))
            case AppendRow(tab, layout, row):
                self._append(spreadsheet_id, self._find_tab(spreadsheet_id, tab, writing=True), layout, row)
            case Widen(tab, rows, columns):
                wide = self._find_tab(spreadsheet_id, tab, writing=True)
                more = max(rows - tab.row_count, 0), max(columns - tab.column_count, 0)
                self._resize(spreadsheet_id, wide, wide.row_count + more[0], wide.column_count + more[1])
            case NameCell():
                self._name(spreadsheet_id, step)
            case DropMarker(marker):
                self._find(spreadsheet_id, writing=True).markers -= {marker}

    def _add(self, spreadsheet: MemorySpreadsheet, made: MemoryTab) -> None:
        if any(tab.title.lower() == made.title.lower() for tab in spreadsheet.tabs):
            raise TabTitleTaken
        if any(tab.sheet_id == made.sheet_id for tab in spreadsheet.tabs):
            raise VendorFailed(vendor="google", reason="INVALID_ARGUMENT")
        if len(spreadsheet.tabs) >= TABS_LIMIT:
            raise TooManyTabs(limit=TABS_LIMIT)
        self._require_space(spreadsheet, _NEW_ROWS * _NEW_COLUMNS)
        spreadsheet.tabs.append(made)

    def _lay_out(self, spreadsheet_id: str, found: MemoryTab, layout: Layout, rows: int, fresh: Sequence[int]) -> None:
        places = layout.places()
        self._resize(spreadsheet_id, found, rows, max(places) + 1)
        for one in fresh:
            found.put_cell(1, places[one], layout.titles[one])
        if layout.tag:
            self.spreadsheets[spreadsheet_id].forget({layout.tag, *layout.former})
            found.signs += (layout.sign(),) if layout.owner else ()
            found.anchors |= {(layout.tag, name): at for name, at in zip(layout.names, places, strict=True)}
        found.kinds = layout.kinds
        found.frozen_rows = 1 if len(fresh) == len(places) else found.frozen_rows

    def _append(self, spreadsheet_id: str, tab: MemoryTab, layout: Layout, row: bytes) -> None:
        number = len(tab.values()) + 1
        self._resize(spreadsheet_id, tab, number, max(layout.places()) + 1)
        tab.put_rows([PutRows(number, (row,))], layout.places())

    def _name(self, spreadsheet_id: str, step: NameCell) -> None:
        spreadsheet, target = (
            self._find(spreadsheet_id, writing=True),
            self._find_tab(spreadsheet_id, step.tab, writing=True),
        )
        target.require_inside(step.row, (step.column,))
        for tab in spreadsheet.tabs:
            if step.known is None and step.name in tab.names:
                raise VendorFailed(vendor="google", reason="INVALID_ARGUMENT")
            tab.names.pop(step.name, None)
        target.names[step.name] = (step.row, step.column)

    def _copy(self, spreadsheet_id: str, step: CopyRows) -> None:
        source = self._find_tab(spreadsheet_id, step.source, writing=True)
        target = self._find_tab(spreadsheet_id, step.target, writing=True)
        source.require_inside(step.last, step.columns)
        target.require_inside(step.to + step.last - step.first, step.to_columns)
        for number in range(step.first, step.last + 1):
            row = source.row(number)
            for column, to_column in zip(step.columns, step.to_columns, strict=True):
                target.put_cell(step.to + number - step.first, to_column, cell_of(row, column))

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
        more = row_count * column_count - tab.row_count * tab.column_count
        if column_count > GRID_COLUMNS_LIMIT:
            raise TooManyColumns(limit=GRID_COLUMNS_LIMIT)
        self._require_space(self.spreadsheets[spreadsheet_id], more)
        tab.row_count, tab.column_count = row_count, column_count

    def _require_space(self, spreadsheet: MemorySpreadsheet, more: int) -> None:
        if more > 0 and spreadsheet.cells() + more > self.cells_limit:
            raise SpreadsheetFull(limit=self.cells_limit)

    def _made_for(self, key: GoogleKey, origin: str) -> MemorySpreadsheet | None:
        """The oldest, unless it is in the trash, gone, or Drive may not be asked."""
        hidden = self.trashed | self.missing
        made = [one for one in self.spreadsheets.values() if (one.owner, one.origin) == (key.user, origin)]
        return next((one for one in made if self.drive_open and one.spreadsheet_id not in hidden), None)

    def _new(self, title: str, time_zone: str) -> MemorySpreadsheet:
        spreadsheet_id = f"memory-spreadsheet-{len(self.spreadsheets) + 1:06}"
        made = MemorySpreadsheet(spreadsheet_id, title, time_zone)
        self.spreadsheets[spreadsheet_id] = made
        return made

    def _tab(self, title: str, rows: int, columns: int) -> MemoryTab:
        self._sheets += 1
        return MemoryTab(_FIRST_SHEET_ID + self._sheets, title, rows, columns)
