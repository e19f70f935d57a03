"""How a run is told about in its spreadsheet: what is looked at, and the steps of the one batch that writes."""

import hashlib
from dataclasses import dataclass, field

from application.exports.preflight import check_cell, check_end, check_space
from application.exports.run_report import KINDS, NAMES, RunReport
from application.exports.sheet_calls import SheetCalls
from application.exports.sheets import (
    AddTab,
    AppendRow,
    Layout,
    MakeTable,
    NameCell,
    NamedCells,
    Spreadsheet,
    Step,
    Tab,
    Widen,
    WriteRows,
)
from domain.exports.spreadsheet import CellsMerged, RangeProtected, SpreadsheetFull, TooManyTabs
from domain.exports.status_cell import CellAddress, RunLogTaken, StatusCellInTable, StatusCellTaken
from domain.exports.task import RunMode, TaskError
from domain.exports.write_strategies.operations import PutRows

_SHEET_IDS = 2**31 - 1
_PROBLEMS = (
    RunLogTaken,
    StatusCellTaken,
    StatusCellInTable,
    RangeProtected,
    CellsMerged,
    SpreadsheetFull,
    TooManyTabs,
)
"""What people can mend in the sheet. The rest of the batch is written all the same."""


@dataclass(slots=True)
class Plan:
    """What one batch shall do. `made` is where the status cell is named when it was applied; `problems` are what of the
    company's wishes cannot be fulfilled.
    """

    steps: list[Step] = field(default_factory=list)
    made: str | None = None
    problems: list[TaskError] = field(default_factory=list)


class SheetTelling:
    """Plans what is written into one spreadsheet about one run. Makes reads only, and those only the first time."""

    def __init__(self, calls: SheetCalls, found: Spreadsheet, report: RunReport, seed: int) -> None:
        self._calls = calls
        self._found = found
        self._report = report
        self._config = report.config
        self._seed = seed
        self._tabs = list(found.tabs)
        self._sizes: list[tuple[Tab | None, int, int]] = []

    async def plan(self, *, status: bool) -> Plan:
        """The row of the log, and with `status` the status cell. Raises what Spreadsheets raises."""
        plan = Plan(made=self._config.status_made)
        parts = [self._log, *([self._status] if status else [])]
        for part in parts:
            try:
                await part(plan)
            except _PROBLEMS as problem:
                plan.problems.append(TaskError(problem.code, problem.details))
        return plan

    async def _log(self, plan: Plan) -> None:
        title = self._config.run_log
        if title is None:
            return
        layout = Layout(self._report.words.titles(), KINDS, NAMES, tag=log_tag(title))
        tab = self._log_tab(title, layout.tag)
        if tab is None:
            tab = self._new_tab(title, 2, len(layout.titles))
            plan.steps += [AddTab(tab), MakeTable(tab, layout)]
            places = dict(enumerate(layout.places()))
        else:
            known = await self._columns(tab, layout)
            if known is None:
                plan.steps.append(MakeTable(tab, layout))
            places = dict(enumerate(layout.places())) if known is None else known
            check_end(tab, list(places.values()))
        chosen = sorted(places, key=places.__getitem__)
        shown = Layout(
            tuple(layout.titles[one] for one in chosen),
            tuple(KINDS[one] for one in chosen),
            tuple(NAMES[one] for one in chosen),
            tuple(places[one] for one in chosen),
        )
        plan.steps.append(AppendRow(tab, shown, self._report.row(shown.names)))

    def _log_tab(self, title: str, tag: str) -> Tab | None:
        """The tab of that title; failing that, the log that somebody has given another title."""
        titled = self._titled(title)
        ours = [tab for tab in self._tabs if any(found == tag for found, _, _ in tab.anchors)]
        return ours[0] if ours and titled not in ours else titled

    async def _columns(self, tab: Tab, layout: Layout) -> dict[int, int] | None:
        """Where the log's columns stand, by their numbers; None in a tab that is blank. Raises RunLogTaken."""
        anchors = {name: place for tag, name, place in tab.anchors if tag == layout.tag}
        if anchors:
            return {NAMES.index(name): place for name, place in anchors.items() if name in NAMES}
        if not tab.row_count or tab.anchors:
            raise RunLogTaken(tab=tab.title)
        spreadsheet_id, sheets = self._found.spreadsheet_id, self._calls.spreadsheets
        shown = await self._calls.read(lambda key: sheets.show(key, spreadsheet_id, tab, ()))
        if shown.header == layout.titles:  # a copy of a log: anchors are not copied
            return dict(enumerate(layout.places()))
        everywhere = range(tab.column_count)
        filled = await self._calls.read(lambda key: sheets.first_filled(key, spreadsheet_id, tab, 1, everywhere))
        if shown.header or filled is not None:
            raise RunLogTaken(tab=tab.title)
        return None

    async def _status(self, plan: Plan) -> None:
        config = self._config
        if config.status_cell is None or (config.status_cell.tab is None and config.header is None):
            return  # beside a table that does not stand yet the line would make the tab somebody else's
        named = next((one for one in self._found.named if one.name == config.status_name()), None)
        wanted = config.status_place()
        tab = self._tab_of(named)
        if named is not None and tab is not None and config.status_made in {None, wanted}:
            plan.made = wanted
            _require_free(tab, named.rows[0], named.columns[0])
            self._show(plan, tab, named.rows[0], named.columns[0])
            return
        if config.status_made == wanted and self._report.task.mode is not RunMode.FULL:
            return  # somebody has deleted the name, and with it the wish
        if await self._make(plan, config.status_cell, named):
            plan.made = wanted

    async def _make(self, plan: Plan, cell: CellAddress, known: NamedCells | None) -> bool:
        """Names the cell, which has to be blank, in place of where the `known` name leads. False where the table's own
        tab is gone: a full run makes it anew. Raises what is among the problems.
        """
        config, spreadsheet_id = self._config, self._found.spreadsheet_id
        if cell.tab is None:
            tab = next((one for one in self._tabs if one.sheet_id == config.target.sheet_id), None)
            if tab is None:
                return False
        else:
            tab = self._titled(cell.tab)
        if tab is None:
            tab = self._new_tab(cell.tab or "", cell.row, cell.column + 1)
            plan.steps.append(AddTab(tab))
        else:
            standing = tab
            blank = tab.row_count and await self._calls.read(
                lambda key: self._calls.spreadsheets.blank(key, spreadsheet_id, standing, cell.row, cell.column)
            )
            if not blank:
                raise StatusCellTaken(cell=cell.text(), tab=tab.title)
            self._require_space(tab, cell.row, cell.column + 1)
        _require_free(tab, cell.row, cell.column)
        plan.steps.append(Widen(tab, cell.row, cell.column + 1))
        plan.steps.append(NameCell(config.status_name(), tab, cell.row, cell.column, known))
        self._show(plan, tab, cell.row, cell.column)
        return True

    def _show(self, plan: Plan, tab: Tab, row: int, column: int) -> None:
        plan.steps.append(WriteRows(tab, (column,), PutRows(row, (self._report.line(),))))

    def _tab_of(self, named: NamedCells | None) -> Tab | None:
        """Where the name leads; None for one that leads nowhere, as when its cells were deleted."""
        if named is None:
            return None
        for tab in self._tabs:
            within = named.rows[1] <= tab.row_count and named.columns[1] < tab.column_count
            if tab.sheet_id == named.sheet_id and within:
                return tab
        return None

    def _require_space(self, tab: Tab | None, rows: int, columns: int) -> None:
        """Raises what check_space does where this does not fit in along with what is planned so far."""
        check_space(self._found.tabs, [*self._sizes, (tab, rows, columns)])
        self._sizes.append((tab, rows, columns))

    def _titled(self, title: str) -> Tab | None:
        """The tab of that title, one that this batch makes included. Google ignores case."""
        return next((tab for tab in self._tabs if tab.title.casefold() == title.casefold()), None)

    def _new_tab(self, title: str, rows: int, columns: int) -> Tab:
        """A tab yet to be made, with an id that no other has: the same for the same run. It will have to be so large.
        Raises TooManyTabs or SpreadsheetFull.
        """
        self._require_space(None, rows, columns)
        taken = {tab.sheet_id for tab in self._tabs}
        number = self._seed % _SHEET_IDS
        while number in taken:
            number = (number + 1) % _SHEET_IDS
        made = Tab(number, title, 2, 1)
        self._tabs.append(made)
        return made


def log_tag(title: str) -> str:
    """What the anchors of the log of that title bear: a spreadsheet may have several logs, and people rename tabs."""
    return "runs." + hashlib.sha256(title.casefold().encode()).hexdigest()[:8]


def _require_free(tab: Tab, row: int, column: int) -> None:
    """Raises StatusCellInTable, wherever people may have moved the name, RangeProtected or CellsMerged."""
    if any(place == column for _, _, place in tab.anchors):
        raise StatusCellInTable(cell=CellAddress(tab.title, row, column).text(), tab=tab.title)
    check_cell(tab, row, column)
