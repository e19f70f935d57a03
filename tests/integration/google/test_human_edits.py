"""People sort, insert, delete, move, rename and write between runs: nothing of theirs changes, no row of ours is wrong.

`EDITS=500 make test ARGS='-k human_edits'` tries so many histories instead of a few.
"""

from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest

from application.exports.commands.start_export import StartExport
from application.exports.limits import RunLimits
from domain.shared.identities import ConfigId
from tests.integration.harness.people import CELLS, GRID, KEPT, LOOKS, Person, Table
from tests.integration.harness.sheets_over_http import LenientGoogle, lenient_google
from tests.integration.harness.stories import COLUMNS, SMALL, Story
from tests.integration.harness.thoroughness import so_many

HISTORIES = so_many("EDITS", 5, 60)
ROUNDS = 6
WAYS: dict[str, dict[str, Any]] = {
    "upsert": {},
    "upsert, marked": {"removal": "mark"},
    "insert": {"strategy": "insert"},
    "append": {"strategy": "append"},
    "append, gathered": {"strategy": "append", "limits": RunLimits(batch_bytes=60, gathered_cells=49)},
    "replace": {"strategy": "replace"},
}
IN_THE_TABLE = {"fill an inserted row", "insert a row", "sort", "delete a row"}
"""Edits that mix people's rows with those of a table that is replaced as a whole."""


@pytest.fixture(scope="module")
async def google() -> AsyncIterator[LenientGoogle]:
    async with lenient_google() as running:
        yield running


@pytest.mark.timeout(180 + HISTORIES * 10)
@pytest.mark.parametrize("way", WAYS)
async def test_human_edits_survive_and_rows_stay_right(google: LenientGoogle, way: str) -> None:
    for seed in range(HISTORIES):
        history = History(google, way, Random(seed))
        try:
            await history.play()
        except BaseException as wrong:
            raise AssertionError(f"history {seed} of {way}: {history.log}") from wrong


class History:
    """One company, one export, one person in its spreadsheet."""

    def __init__(self, google: LenientGoogle, way: str, random: Random) -> None:
        self.google, self.way, self.random = google, way, random
        self.log: list[str] = []
        self.trashed = 0
        self.changed: set[str] = set()
        self.frozen: dict[str, dict[str, Any]] = {}

    async def play(self) -> None:
        await self.google.control("DELETE", "spreadsheets")
        fields = dict(WAYS[self.way])
        story = await Story.begin(fields.pop("limits", SMALL), self.google)
        story.world.source.page_size = 3
        self.party = await story.party("romashka")
        self.party.fill(6)
        self.config = await self.party.create(**fields)
        await self._run("incremental")
        target = (await self.party.config(self.config)).target
        assert target.spreadsheet_id is not None
        assert target.sheet_id is not None
        self.person = Person(self.google, target.spreadsheet_id, target.sheet_id, self.random)
        for _ in range(ROUNDS):
            await self._people()
            self._source()
            await self._run_and_check(self.random.choice(("incremental", "incremental", "full")))
        await self._run_and_check("full" if WAYS[self.way].get("strategy") in {"append", "replace"} else "reconcile")
        if self.way.startswith("upsert") or self.way == "replace":
            await self._check_all()
        await story.world.container.close()

    async def _people(self) -> None:
        kinds = GRID + CELLS + LOOKS + KEPT
        if self.way == "replace":
            kinds = tuple(kind for kind in kinds if kind not in IN_THE_TABLE)
        for _ in range(self.random.randint(1, 4)):
            await self.person.edit(await self._table(), kinds)
        self.log.append(f"people: {', '.join(self.person.done)}")
        self.person.done.clear()

    def _source(self) -> None:
        party = self.party
        for _ in range(self.random.randint(0, 3)):
            key = self.random.choice(sorted(party.orders))
            self.person.spoilt.discard(key)
            self.person.deleted.discard(key)
            party.order(key, description=f"раз {self.random.random()}")
            self.changed.add(key)
        if self.random.random() < 0.6:
            key = f"new-{len(party.orders):03}-{self.random.random()}"
            party.order(key)
            self.changed.add(key)
        if self.random.random() < 0.3 and len(party.orders) > 5:
            key = self.random.choice(sorted(party.orders))
            self.trashed += 1
            party.world.source.trash(party.token, "customerorder", key, f"2026-01-1{1 + self.trashed}:00:00.000")
            del party.orders[key]
            self.changed.discard(key)

    async def _run_and_check(self, mode: str) -> None:
        before, looks, marked, kept = await self._table(), await self._looks(), await self._marks(), await self._kept()
        await self._run(mode)
        after = await self._table()
        if mode != "incremental":
            self.person.deleted.clear()
        if mode in {"full", "reconcile"}:
            self.person.spoilt.clear()
        self._check_foreign(before, after)
        assert await self._looks() == looks, "frozen columns, merged cells, filters, filter views and protections"
        assert await self._kept() == kept, "charts, slicers, colours, tables, rules and names"
        self._check_marks(before, marked, after, await self._marks())
        if WAYS[self.way].get("strategy") in {"insert", "append"}:
            self._check_untouched(before, after)
        if WAYS[self.way].get("strategy") == "append":
            self._check_appended(before, after)
        if WAYS[self.way].get("strategy") not in {"insert", "append"}:
            self._check_rows(after)

    def _check_marks(self, before: Table, was: set[int], after: Table, is_now: set[int]) -> None:
        """Colours, notes and drop-downs stay with their rows; where a table is replaced, in their places."""
        if self.way == "replace":
            table = {row for row in was if row in before.rows.values()}
            assert table <= is_now, "colours, notes and drop-downs"
            return
        keys = {key for row in was if (key := before.key_at(row)) is not None and key in after.rows}
        assert keys <= {after.key_at(row) for row in is_now}, "colours, notes and drop-downs"

    def _check_foreign(self, before: Table, after: Table) -> None:
        """Nothing is lost, and what stood beside a row still does, unless that row is gone."""
        was, is_now = before.foreign(), after.foreign()
        for cell, key in was.items():
            if key is None or key in after.rows:
                assert cell in is_now, f"{cell} is lost"
                if self.way != "replace":
                    assert is_now[cell] == key, f"{cell} stood beside {key} and now beside {is_now[cell]}"

    def _check_rows(self, after: Table) -> None:
        for key in after.rows:
            if key in self.party.orders and key not in self.person.spoilt:
                assert _plain(after.shown(key)) == _plain(self.party.expected(key)), key

    def _check_untouched(self, before: Table, after: Table) -> None:
        rows = [[before.cell(row, one) for one in before.columns.values()] for row in range(len(before.values))]
        now = [[after.cell(row, one) for one in after.columns.values()] for row in range(len(after.values))]
        for row in rows:
            if any(row):
                assert row in now, row

    def _check_appended(self, before: Table, after: Table) -> None:
        """Each new version has one row, below all others."""
        was, is_now = [[key for _, key in self._keys(one)] for one in (before, after)]
        assert is_now[: len(was)] == was
        assert sorted(is_now[len(was) :]) == sorted(self.changed)
        for row, key in self._keys(after)[len(was) :]:
            shown = {name: after.cell(row, column) for name, column in after.columns.items()}
            assert _plain(shown) == _plain(self.party.expected(key)), key
        self.changed.clear()

    def _keys(self, table: Table) -> list[tuple[int, str]]:
        return [(row, key) for row in range(len(table.values)) if (key := table.key_at(row)) is not None]

    async def _check_all(self) -> None:
        after = await self._table()
        kept = {key for key in after.rows if key not in self.party.orders}
        assert set(after.rows) - kept == set(self.party.orders)
        assert not kept or "marked" in self.way
        self._check_rows(after)

    async def _run(self, mode: str) -> None:
        self.log.append(mode)
        command = StartExport(company_id=self.party.id, config_id=self.config, mode=mode, may_remove=True)
        task_id = await self.party.app.execute(command)
        await self.party.story.work()
        task = await self.party.task(task_id)
        assert (task.state, task.error) == ("finished", None)

    async def _tab(self) -> dict[str, Any]:
        target = (await self.party.config(self.config)).target
        assert target.spreadsheet_id is not None
        tabs = await self.google.tabs(target.spreadsheet_id)
        return next(tab for tab in tabs if tab["sheetId"] == target.sheet_id)

    async def _table(self) -> Table:
        target = (await self.party.config(self.config)).target
        assert target.spreadsheet_id is not None
        book = await self.google.control("GET", f"spreadsheets/{target.spreadsheet_id}")
        columns = {
            entry["metadataValue"]: entry["location"]["dimensionRange"]["startIndex"]
            for entry in book["developerMetadata"]
            if entry["metadataKey"].endswith(ConfigId(self.config).hex) and "dimensionRange" in entry["location"]
        }
        columns = {name: columns[name] for name in COLUMNS}
        tab = next(tab for tab in book["sheets"] if tab["sheetId"] == target.sheet_id)
        return Table(columns, "id", tab["values"], (tab["rowCount"], tab["columnCount"]))

    async def _looks(self) -> Any:
        tab = await self._tab()
        frozen, ids = tab["gridProperties"].get("frozenColumnCount"), ("filterViewId", "title")
        views = [[view[name] for name in ids] for view in tab["filterViews"]]
        return (frozen, tab["merges"], bool(tab["basicFilter"]), views, tab["protectedRanges"])

    async def _kept(self) -> Any:
        """What lies over the table and around its cells, and in which columns; a run may insert and delete rows."""
        target = (await self.party.config(self.config)).target
        book = await self.google.control("GET", f"spreadsheets/{target.spreadsheet_id}")
        tab = next(tab for tab in book["sheets"] if tab["sheetId"] == target.sheet_id)
        kinds = ("charts", "slicers", "bandedRanges", "tables", "conditionalFormats")
        return [*(_without_rows(tab[kind]) for kind in kinds), _without_rows(book["namedRanges"])]

    async def _marks(self) -> set[int]:
        """The rows in which our cells have a colour, a note or a drop-down of somebody's."""
        table, tab = await self._table(), await self._tab()
        spans = [span for column in table.columns.values() for span in tab["columnFormats"][column]]
        return {
            row
            for span in spans
            if {"note", "dataValidation"} & span.keys() or "backgroundColor" in span.get("userEnteredFormat", {})
            for row in range(span["startRow"], span["endRow"])
        }


def _plain(cells: dict[str, Any]) -> dict[str, Any]:
    return {name: None if cell == "" else cell for name, cell in cells.items()}


def _without_rows(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_rows(one) for one in value]
    if isinstance(value, dict):
        rows = {"startRowIndex", "endRowIndex", "rowIndex"}
        return {name: _without_rows(inner) for name, inner in value.items() if name not in rows}
    return value
