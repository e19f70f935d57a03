"""What people do to a spreadsheet while a run writes to it ends the run in words, or is followed; over HTTP.

The spreadsheet is somebody else's, who has shared it with the connected account.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from application.exports.views import TaskView
from domain.shared.identities import ConfigId
from tests.integration.harness.sheets_over_http import LenientGoogle, OneAccount, strict_google
from tests.integration.harness.stories import COLUMNS, SMALL, Party, Story

STRATEGIES = ("upsert", "insert", "append", "append, gathered", "replace")
"""What is appended is gathered in a hidden tab before it is moved, or goes out in batches with markers."""
MARKED = replace(SMALL, gathered_cells=0)
WIDTH = len(COLUMNS)
OURS, OWNER = "ours@example.com", "owner@example.com"
Meddling = Callable[["Scene"], Awaitable[None]]


class Scene:
    """A company with an export that has run once, and the owner of the spreadsheet."""

    def __init__(self, google: LenientGoogle, party: Party, config: ConfigId, spreadsheet: str, tab: int) -> None:
        self.google, self.party, self.config = google, party, config
        self.spreadsheet, self.tab = spreadsheet, tab

    @classmethod
    async def begin(cls, google: LenientGoogle, strategy: str) -> "Scene":
        await google.control("DELETE", "spreadsheets")
        story = await Story.begin(MARKED if strategy == "append" else SMALL, google)
        story.world.source.page_size = 3
        party = await story.party("romashka")
        party.fill(7)
        made = await google.control("POST", "spreadsheets", {"email": OWNER, "title": "Отчёты"})
        spreadsheet = str(made["spreadsheetId"])
        await google.control("POST", f"spreadsheets/{spreadsheet}/share", {"email": OURS, "role": "writer"})
        config = await party.create(strategy=strategy.split(",", maxsplit=1)[0], spreadsheet=spreadsheet)
        assert (await party.run(config)).state == "finished"
        tab = (await party.config(config)).target.sheet_id
        assert tab is not None
        scene = cls(google, party, config, spreadsheet, tab)
        await scene.put(3, WIDTH, "чужое")
        for number in range(7):
            party.order(f"order-{number:03}", description=f"раз {number}")
        party.fill(8, "new")
        return scene

    async def run(self, meddling: Meddling, request: str, number: int = 2) -> TaskView:
        """A run of several batches, with the meddling just before the request of that kind and number."""
        self.google.session.plan(0, None, 0)
        self.google.session.meddle(request, number, lambda: meddling(self))
        return await self.party.run(self.config)

    async def edit(self, *requests: Any) -> None:
        await self.google.edit(self.spreadsheet, *requests)

    async def put(self, row: int, column: int, text: str) -> None:
        """Row and column count from 0."""
        start = {"sheetId": self.tab, "rowIndex": row, "columnIndex": column}
        cells = [{"values": [{"userEnteredValue": {"stringValue": text}}]}]
        width = {"sheetId": self.tab, "gridProperties": {"columnCount": WIDTH + 3}}
        await self.edit(
            {"updateSheetProperties": {"properties": width, "fields": "gridProperties.columnCount"}},
            {"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}},
        )

    async def drive(self, method: str, body: object = None) -> None:
        """The owner does that to the file."""
        token = (await self.google.control("POST", "tokens", {"email": OWNER}))["access_token"]
        url = f"{self.google.base}/drive/v3/files/{self.spreadsheet}"
        headers = {"Authorization": f"Bearer {token}"}
        data = msgspec.json.encode(body or {})
        async with self.google.http.request(method, url, data=data, headers=headers) as response:
            assert response.status < 300, await response.text()

    async def values(self, title: str = "Заказы") -> list[list[Any]]:
        shown = {one["title"]: one["values"] for one in await self.google.tabs(self.spreadsheet)}
        return list(shown[title])


@pytest.fixture(scope="module")
async def google() -> AsyncIterator[LenientGoogle]:
    async with strict_google() as running:
        assert isinstance(running.session, OneAccount)
        running.session.token = (await running.control("POST", "tokens", {"email": OURS}))["access_token"]
        yield running


def request_of(strategy: str) -> str:
    """The requests by which rows are written into the table or, of what is gathered, by which room is made for them."""
    return ":batchUpdate" if strategy.startswith("append") else "values:batchUpdateByDataFilter"


async def deleted(scene: Scene) -> None:
    await scene.drive("DELETE")


async def trashed(scene: Scene) -> None:
    await scene.drive("PATCH", {"trashed": True})


async def withdrawn(scene: Scene) -> None:
    await scene.google.control("POST", f"spreadsheets/{scene.spreadsheet}/share", {"email": OURS, "role": "reader"})


async def tab_deleted(scene: Scene) -> None:
    await scene.edit({"deleteSheet": {"sheetId": scene.tab}})


async def protected(scene: Scene) -> None:
    await scene.edit({"addProtectedRange": {"protectedRange": {"range": {"sheetId": scene.tab}}}})


async def key_column_deleted(scene: Scene) -> None:
    await scene.edit({"deleteDimension": {"range": columns(scene, 0, 1)}})


async def column_deleted(scene: Scene) -> None:
    await scene.edit({"deleteDimension": {"range": columns(scene, WIDTH - 1, WIDTH)}})


def columns(scene: Scene, first: int, end: int) -> dict[str, Any]:
    return {"sheetId": scene.tab, "dimension": "COLUMNS", "startIndex": first, "endIndex": end}


TROUBLES: dict[str, tuple[Meddling, str]] = {
    "deleted": (deleted, "exports.spreadsheet_not_found"),
    "trashed": (trashed, "exports.spreadsheet_trashed"),
    "rights withdrawn": (withdrawn, "exports.spreadsheet_forbidden"),
    "tab deleted": (tab_deleted, "exports.tab_missing"),
    "protected": (protected, ""),
    "key column deleted": (key_column_deleted, "exports.key_column_deleted"),
    "column deleted": (column_deleted, "exports.layout_changed"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("strategy", ["upsert", "append", "append, gathered", "replace"])
async def test_what_is_taken_away_is_told(google: LenientGoogle, strategy: str, trouble: str) -> None:
    scene = await Scene.begin(google, strategy)
    meddling, code = TROUBLES[trouble]
    before = await scene.values()
    task = await scene.run(meddling, request_of(strategy))
    assert task.error is not None
    if trouble == "protected":  # Google refuses the write, or the look before a table is replaced tells
        code = "exports.range_protected" if strategy == "replace" else "exports.spreadsheet_forbidden"
    assert (task.state, task.error.code) == ("failed", code)
    assert (await scene.party.connections())["google"] == "active"
    if strategy == "append, gathered" and trouble in {"trashed", "rights withdrawn", "protected"}:
        assert len(await scene.values()) == len(before), "nothing was moved"
    if strategy == "replace" and trouble in {"trashed", "rights withdrawn", "protected"}:
        assert await scene.values() == before, "the table is as it was"
    if trouble in {"protected", "trashed"}:
        assert (await scene.values())[3][WIDTH] == "чужое"


async def test_a_column_that_is_gone_is_made_anew_by_a_full_run(google: LenientGoogle) -> None:
    scene = await Scene.begin(google, "upsert")
    assert (await scene.run(column_deleted, request_of("upsert"))).state == "failed"
    assert (await scene.party.run(scene.config, "full")).state == "finished"
    header, *rows = await scene.values()
    assert sorted(str(row[0]) for row in rows) == sorted(scene.party.orders)
    assert all(row[header.index("Изменён")] != "" for row in rows)


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_a_renamed_tab_is_followed(google: LenientGoogle, strategy: str) -> None:
    scene = await Scene.begin(google, strategy)

    async def renamed(_: Scene) -> None:
        title = {"sheetId": scene.tab, "title": "Другой"}
        await scene.edit({"updateSheetProperties": {"properties": title, "fields": "title"}})

    request = ":batchUpdate" if strategy == "insert" else request_of(strategy)
    assert (await scene.run(renamed, request, 1)).state == "finished"
    rows = (await scene.values("Другой"))[1:]
    assert {str(row[0]) for row in rows} == set(scene.party.orders)


@pytest.mark.parametrize("strategy", ["upsert", "append", "append, gathered", "replace"])
async def test_a_grid_that_is_shortened_is_looked_at_again(google: LenientGoogle, strategy: str) -> None:
    """A person deletes the last rows of the grid, so that ours would come to lie beyond it."""
    scene = await Scene.begin(google, strategy)

    async def shortened(_: Scene) -> None:
        span = {"sheetId": scene.tab, "dimension": "ROWS", "startIndex": 6}
        await scene.edit({"deleteDimension": {"range": span}})

    task = await scene.run(shortened, request_of(strategy), 3)
    if task.state != "finished":
        assert task.error is not None
        assert (task.error.code, task.error.details["reason"]) == ("vendors.failed", "outside_grid")
        assert task.retry_at is not None
        scene.party.story.clock.set(task.retry_at)
        await scene.party.story.work()
        task = await scene.party.task(task.id)
    assert (task.state, task.error) == ("finished", None)
    shown = [str(row[0]) for row in (await scene.values())[1:]]
    assert {"new-006", "new-007"} <= set(shown)
    if not strategy.startswith("append"):
        assert len(shown) == len(set(shown))
        assert (
            await scene.party.run(scene.config, "reconcile" if strategy == "upsert" else "full")
        ).state == "finished"
        assert sorted(str(row[0]) for row in (await scene.values())[1:]) == sorted(scene.party.orders)


async def moved(scene: Scene) -> None:
    """Somebody drags our third column to the right end, past a column of theirs."""
    await scene.edit({"moveDimension": {"source": columns(scene, 2, 3), "destinationIndex": WIDTH + 2}})


@pytest.mark.parametrize("strategy", ["upsert", "insert", "append"])
async def test_columns_that_are_moved_meanwhile_are_noticed_and_ours_mended(
    google: LenientGoogle, strategy: str
) -> None:
    """Google offers no condition on a write: what came into a column of theirs is told, not prevented."""
    scene = await Scene.begin(google, strategy)
    task = await scene.run(moved, request_of(strategy))
    assert task.error is not None
    assert (task.state, task.error.code) == ("failed", "exports.columns_moved")
    scene.google.session.plan(0, None, 0)
    assert (await scene.party.run(scene.config)).state == "finished"
    if strategy == "upsert":
        await check(scene)


@pytest.mark.parametrize("number", [1, 2])
async def test_columns_that_are_moved_before_what_was_gathered_is_moved_are_followed(
    google: LenientGoogle, number: int
) -> None:
    """Before the hidden tab is made, and while room is made for what was gathered."""
    scene = await Scene.begin(google, "append, gathered")
    before = await scene.values()
    assert (await scene.run(moved, request_of("append, gathered"), number)).state == "finished"
    header, *rows = await scene.values()
    end = header.index("Сумма")
    assert (end, rows[2][WIDTH - 1], len(rows)) == (WIDTH + 1, "чужое", len(before) - 1 + 15)
    assert [row[end] for row in rows] == [1250.5] * len(rows)
    assert [row[0] for row in rows] == [*[row[0] for row in before[1:]], *scene.party.orders]


async def test_columns_that_are_moved_before_a_table_is_replaced_are_followed(google: LenientGoogle) -> None:
    """Also where their titles do not tell."""
    scene = await Scene.begin(google, "replace")
    await scene.put(0, 2, "Итого")
    assert (await scene.run(moved, request_of("replace"))).state == "finished"
    await check(scene, {2: "Итого"})
    assert (await scene.values())[3][WIDTH - 1] == "чужое"


@pytest.mark.parametrize("strategy", ["upsert", "replace"])
async def test_columns_that_are_moved_between_two_looks_are_followed(google: LenientGoogle, strategy: str) -> None:
    """After the spreadsheet was inspected, and before the keys are read."""
    scene = await Scene.begin(google, strategy)

    async def first(_: Scene) -> None:
        await scene.edit({"moveDimension": {"source": columns(scene, 0, 1), "destinationIndex": WIDTH + 2}})

    assert (await scene.run(first, "values:batchGet", 1)).state == "finished"
    await check(scene)
    assert (await scene.values())[3][WIDTH - 1] == "чужое"


async def check(scene: Scene, retitled: dict[int, str] | None = None) -> None:
    """Each order once, with each of its cells under its title, which somebody may have changed."""
    header, *rows = await scene.values()
    config = await scene.party.config(scene.config)
    titles = [column.title for column in config.columns]
    places = [header.index((retitled or {}).get(place, title)) for place, title in enumerate(titles)]
    found = [row for row in rows if row[places[0] : places[0] + 1] not in ([], [""])]
    assert sorted(str(row[places[0]]) for row in found) == sorted(scene.party.orders)
    for row in found:
        key = str(row[places[0]])
        expected = scene.party.expected(key)
        shown = [row[place] if place < len(row) else "" for place in places]
        assert shown == [expected[name] if expected[name] is not None else "" for name in COLUMNS]


async def test_what_a_first_run_asks_for_besides_its_rows(google: LenientGoogle) -> None:
    """Three reads: one after the spreadsheet was made, two at the end."""
    await google.control("DELETE", "spreadsheets")
    story = await Story.begin(SMALL, google)
    party = await story.party("romashka")
    party.fill(9)
    config = await party.create()
    google.session.plan(0, None, 0)
    assert (await party.run(config)).state == "finished"
    made = (await party.config(config)).target.spreadsheet_id
    besides = [one for one in google.session.sent if not one.endswith("values:batchUpdateByDataFilter")]
    assert besides == [
        "GET files",
        "POST files",
        f"GET {made}",
        f"POST {made}:batchUpdate",
        f"POST {made}:batchUpdate",
        f"GET {made}",
        f"GET {made}",
        "GET values:batchGet",
    ]
    assert len(google.session.sent) > len(besides) + 1


async def test_what_a_first_run_that_gathers_asks_for_besides_its_rows(google: LenientGoogle) -> None:
    """Four reads: one after the spreadsheet was made, three before what was gathered is moved."""
    await google.control("DELETE", "spreadsheets")
    story = await Story.begin(SMALL, google)
    party = await story.party("romashka")
    party.fill(12)
    config = await party.create(strategy="append")
    google.session.plan(0, None, 0)
    assert (await party.run(config)).state == "finished"
    made = (await party.config(config)).target.spreadsheet_id
    rows = "POST values:batchUpdateByDataFilter"
    assert google.session.sent.count(rows) > 2
    assert [one for one in google.session.sent if one != rows] == [
        "GET files",
        "POST files",
        f"GET {made}",
        *[f"POST {made}:batchUpdate"] * 2,
        "GET values:batchGet",
        "GET values:batchGet",
        f"GET {made}",  # Drive is asked whether it is in the trash
        f"GET {made}",
        f"POST {made}:batchUpdate",
    ]


async def row_inserted(scene: Scene) -> None:
    """Somebody inserts a row for a note of theirs, near the top."""
    await scene.edit({"insertDimension": {"range": rows_of(scene, 2, 3)}})


async def two_rows_inserted(scene: Scene) -> None:
    await scene.edit({"insertDimension": {"range": rows_of(scene, 2, 4)}})


async def first_row_deleted(scene: Scene) -> None:
    await scene.edit({"deleteDimension": {"range": rows_of(scene, 1, 2)}})


async def turned_around(scene: Scene) -> None:
    sort = {"range": {"sheetId": scene.tab, "startRowIndex": 1}, "sortSpecs": [{"sortOrder": "DESCENDING"}]}
    await scene.edit({"sortRange": sort})


def rows_of(scene: Scene, first: int, end: int) -> dict[str, Any]:
    return {"sheetId": scene.tab, "dimension": "ROWS", "startIndex": first, "endIndex": end}


@pytest.mark.parametrize("meddling", [row_inserted, two_rows_inserted, turned_around])
@pytest.mark.parametrize("number", [2, 4, 6])
@pytest.mark.parametrize("strategy", ["upsert", "insert"])
async def test_rows_that_are_moved_meanwhile_are_noticed_and_none_stays_lost(
    google: LenientGoogle, strategy: str, number: int, meddling: Meddling
) -> None:
    google.session.plan(0, None, 0)
    scene = await Scene.begin(google, strategy)
    task = await scene.run(meddling, request_of(strategy), number)
    shown = [str(row[0]) for row in (await scene.values())[1:] if row and row[0] != ""]
    lost, doubled = set(scene.party.orders) - set(shown), len(shown) - len(set(shown))
    if not lost:
        assert (task.state, doubled) == ("finished", 0)
        return
    assert task.error is not None
    assert task.error.code == ("exports.duplicate_keys" if doubled else "exports.rows_moved")
    scene.google.session.plan(0, None, 0)
    if doubled:
        await take_doubles_away(scene)
    assert (await scene.party.run(scene.config)).state == "finished"
    found = [str(row[0]) for row in (await scene.values())[1:] if row and row[0] != ""]
    assert sorted(found) == sorted(scene.party.orders)


async def take_doubles_away(scene: Scene) -> None:
    """As the error asks people to."""
    seen: set[str] = set()
    for number, row in reversed(list(enumerate(await scene.values()))):
        key = str(row[0]) if row else ""
        if key and key in seen:
            await scene.edit({"deleteDimension": {"range": rows_of(scene, number, number + 1)}})
        seen.add(key)


@pytest.mark.parametrize("meddling", [row_inserted, two_rows_inserted, first_row_deleted])
@pytest.mark.parametrize("number", [3, 4, 5])
async def test_a_history_goes_on_below_its_last_row_wherever_that_is_now(
    google: LenientGoogle, number: int, meddling: Meddling
) -> None:
    google.session.plan(0, None, 0)
    scene = await Scene.begin(google, "append")
    before = [row for row in (await scene.values())[1:] if row and row[0] != ""]
    task = await scene.run(meddling, "values:batchGet", number)
    assert (task.state, task.error) == ("finished", None)
    assert scene.google.session.sent.count("GET values:batchGet") > number
    shown = [str(row[0]) for row in (await scene.values())[1:] if row and row[0] != ""]
    deleted = [str(before[0][0])] if meddling is first_row_deleted else []
    written = [*scene.party.orders, *(str(row[0]) for row in before)]
    assert sorted([*shown, *deleted]) == sorted(written)


async def test_a_history_of_which_a_row_got_lost_is_told(google: LenientGoogle) -> None:
    """A row was inserted in the moment between the look and the batch."""
    google.session.plan(0, None, 0)
    scene = await Scene.begin(google, "append")
    task = await scene.run(row_inserted, ":batchUpdate", 4)
    shown = [str(row[0]) for row in (await scene.values())[1:] if row and row[0] != ""]
    assert len(shown) == 7 + 15 - 1
    assert task.error is not None
    assert task.error.code == "exports.rows_moved"


async def test_a_key_that_google_may_change_is_no_witness(google: LenientGoogle) -> None:
    """Whoever edits such a key is told nothing; nobody knows whether it was a person."""
    google.session.plan(0, None, 0)
    await google.control("DELETE", "spreadsheets")
    story = await Story.begin(SMALL, google)
    party = await story.party("romashka")
    for number in range(9):
        party.order(f"order-{number}", name=f"№ {number}\r\nвторая строка")
    config = await party.create(key_columns=("name",))
    target = (await party.config(config)).target

    async def kept_otherwise() -> None:
        target = (await party.config(config)).target
        replaced = {"find": "\r\n", "replacement": "\n", "allSheets": True}
        await google.edit(str(target.spreadsheet_id), {"findReplace": replaced})

    google.session.meddle("values:batchGet", 1, kept_otherwise)
    task = await party.run(config)
    google.session.plan(0, None, 0)
    assert (target.spreadsheet_id, task.state, task.error) == (None, "finished", None)
    await story.world.container.close()
