"""Companies in one spreadsheet, over HTTP: the first one keeps its table, and whatever was copied works.

Whether Google copies the metadata of a tab is not documented: both are tried.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from application.exports.views import TaskView
from domain.shared.identities import ConfigId
from tests.integration.harness.sheets_over_http import LenientGoogle, lenient_google
from tests.integration.harness.stories import Party, Story


@pytest.fixture(scope="module")
async def google() -> AsyncIterator[LenientGoogle]:
    async with lenient_google() as running:
        yield running


@pytest.fixture
async def story(google: LenientGoogle) -> AsyncIterator[Story]:
    await google.control("DELETE", "spreadsheets")
    begun = await Story.begin(None, google)
    yield begun
    await begun.world.container.close()


class Shared:
    """Romashka's table, and another company beside it."""

    def __init__(self, google: LenientGoogle, first: Party, other: Party, config: ConfigId) -> None:
        self.google, self.first, self.other, self.config = google, first, other, config
        self.book, self.tab = "", 0

    @classmethod
    async def begin(cls, google: LenientGoogle, story: Story, strategy: str) -> "Shared":
        first, other = await story.party("romashka"), await story.party("vasilek")
        first.fill(3)
        other.fill(2, "another")
        shared = cls(google, first, other, await first.create(strategy=strategy))
        await done(first, shared.config)
        target = (await first.config(shared.config)).target
        assert target.spreadsheet_id is not None
        assert target.sheet_id is not None
        shared.book, shared.tab = target.spreadsheet_id, target.sheet_id
        return shared

    async def values(self, book: str = "", tab: str = "Заказы") -> list[list[Any]]:
        found = await self.google.tabs(book or self.book)
        rows: list[list[Any]] = next(one for one in found if one["title"] == tab)["values"]
        return rows

    async def copy_tab(self, title: str, *, with_metadata: bool) -> None:
        copied = {"sourceSheetId": self.tab, "newSheetId": 4_321, "newSheetName": title}
        await self.google.edit(self.book, {"duplicateSheet": copied})
        if with_metadata:
            found = await self.google.control("GET", f"spreadsheets/{self.book}")
            entries = [made for one in found["developerMetadata"] if (made := self._entry(one)) is not None]
            assert len(entries) > 2
            await self.google.edit(self.book, *entries)

    def _entry(self, entry: dict[str, Any]) -> dict[str, Any] | None:
        kept = {name: entry[name] for name in ("metadataKey", "metadataValue", "visibility") if name in entry}
        location = entry["location"]
        if location.get("locationType") == "COLUMN":
            place: dict[str, Any] = {"dimensionRange": {**location["dimensionRange"], "sheetId": 4_321}}
        elif location.get("locationType") == "SHEET":
            place = {"sheetId": 4_321}
        else:
            return None
        return {"createDeveloperMetadata": {"developerMetadata": {**kept, "location": place}}}

    async def still_whole(self) -> None:
        self.first.fill(1, "new")
        await done(self.first, self.config)
        assert {row[0] for row in (await self.values())[1:]} == set(self.first.orders)


async def done(party: Party, config: ConfigId) -> TaskView:
    task = await party.run(config)
    assert (task.state, task.error) == ("finished", None)
    return task


@pytest.mark.parametrize("strategy", ["upsert", "append", "replace"])
async def test_the_first_company_keeps_its_table(google: LenientGoogle, story: Story, strategy: str) -> None:
    shared = await Shared.begin(google, story, strategy)
    before = await shared.values()
    config = await shared.other.create(spreadsheet=shared.book, strategy=strategy)
    task = await shared.other.run(config)
    assert task.error is not None
    assert (task.error.code, task.counts.write_requests) == ("exports.tab_owned", 0)
    assert await shared.values() == before
    await shared.still_whole()


@pytest.mark.parametrize("with_metadata", [False, True])
@pytest.mark.parametrize("strategy", ["upsert", "replace"])
async def test_a_copied_tab_is_free(google: LenientGoogle, story: Story, strategy: str, with_metadata: bool) -> None:
    shared = await Shared.begin(google, story, strategy)
    await shared.copy_tab("Копия", with_metadata=with_metadata)
    before = await shared.values()
    config = await shared.other.create(spreadsheet=shared.book, strategy=strategy, tab="Копия")
    await done(shared.other, config)
    keys = {row[0] for row in (await shared.values(tab="Копия"))[1:]}
    assert keys == set(shared.other.orders) | (set(shared.first.orders) if strategy == "upsert" else set())
    assert await shared.values() == before
    await shared.still_whole()
    await done(shared.other, config)


@pytest.mark.parametrize("with_metadata", [False, True])
async def test_a_copy_that_takes_the_place_of_the_table_is_ours_again(
    google: LenientGoogle,
    story: Story,
    with_metadata: bool,
) -> None:
    """After a full run, as for any other tab that was deleted."""
    shared = await Shared.begin(google, story, "upsert")
    await shared.copy_tab("Копия", with_metadata=with_metadata)
    rename = {"properties": {"sheetId": 4_321, "title": "Заказы"}, "fields": "title"}
    await google.edit(shared.book, {"deleteSheet": {"sheetId": shared.tab}}, {"updateSheetProperties": rename})
    task = await shared.first.run(shared.config)
    assert task.error is not None
    assert task.error.code == "exports.tab_missing"
    full = await shared.first.run(shared.config, "full")
    assert (full.error, full.counts.appended) == (None, 0)
    await shared.still_whole()


@pytest.mark.parametrize("strategy", ["upsert", "replace"])
async def test_a_copied_spreadsheet_is_free(google: LenientGoogle, story: Story, strategy: str) -> None:
    shared = await Shared.begin(google, story, strategy)
    async with google.http.post(f"{google.base}/drive/v3/files/{shared.book}/copy", data=b"{}") as response:
        assert response.status == 200
        twin = (await response.json())["id"]
    config = await shared.other.create(spreadsheet=twin, strategy=strategy)
    await done(shared.other, config)
    keys = {row[0] for row in (await shared.values(twin))[1:]}
    assert set(shared.other.orders) <= keys
    await shared.still_whole()
