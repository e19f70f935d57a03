"""Every request of a run goes wrong, under every way of writing: the sheet ends up the same.

Each request suffers three of the twelve faults: one of those before it is carried out, one of those after it, and one
death of the worker, each in turn. `make thorough` tries all twelve.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from application.exports.limits import RunLimits
from domain.shared.identities import ConfigId, TaskId
from tests.integration.harness.ordeals import Killed
from tests.integration.harness.sheets_over_http import FAULTS, Fault, LenientGoogle, Values, lenient_google
from tests.integration.harness.stories import Party, Story, command_of
from tests.integration.harness.thoroughness import THOROUGH, in_turn

ROUNDS = 12
TRIES = 3
"""A fault that lasts for so many requests is more than the adapter tries by itself."""

MARKED = RunLimits(batch_bytes=600, gathered_cells=0)
GATHERED = RunLimits(batch_bytes=120, gathered_cells=49)
"""Where more than four orders come they are gathered in a hidden tab, six at a time, and moved."""
WAYS: dict[str, tuple[int | RunLimits, int, dict[str, Any]]] = {
    # name: bytes in a batch or all limits, how many runs (the last one suffers), and the export
    "upsert, first run": (200, 1, {}),
    "upsert, second run": (200, 2, {}),
    "upsert, rows removed": (200, 2, {"gone": 2}),
    "upsert, rows archived": (200, 2, {"gone": 2, "removal": "archive"}),
    "upsert, a key of their own": (200, 2, {"key_columns": ("name",)}),
    "insert, second run": (200, 2, {"strategy": "insert"}),
    "append, first run": (MARKED, 1, {"strategy": "append"}),
    "append, second run": (MARKED, 2, {"strategy": "append"}),
    "append, gathered, first run": (GATHERED, 1, {"strategy": "append"}),
    "append, gathered, second run": (GATHERED, 2, {"strategy": "append", "new": 7}),
    "replace at once": (100_000, 3, {"strategy": "replace", "gone": 2}),
    "replace in batches": (200, 3, {"strategy": "replace", "gone": 2}),
    "replace, first run in batches": (200, 1, {"strategy": "replace"}),
}


SUFFERED = [(fault, times) for fault in FAULTS for times in ((1, TRIES) if fault.lasting else (1,))]
DEATHS = [one for one in SUFFERED if one[0].outcome is Killed]
BEFORE, AFTER = (
    [one for one in SUFFERED if one not in DEATHS and one[0].applied is applied] for applied in (False, True)
)


def faults(turn: int) -> list[tuple[Fault, int]]:
    return [one for kind in (BEFORE, AFTER, DEATHS) for one in in_turn(kind, turn)]


@pytest.fixture(scope="module")
async def google() -> AsyncIterator[LenientGoogle]:
    async with lenient_google() as running:
        yield running


@pytest.mark.timeout(600)
@pytest.mark.parametrize("way", WAYS)
async def test_whatever_fails_the_sheet_ends_up_the_same(
    google: LenientGoogle, way: str, record_property: Callable[[str, object], None]
) -> None:
    expected, sent = await _outcome(google, way, 0, None, 0)
    assert len(sent) > 3
    tried = 0
    for request in range(1, len(sent) + 1):
        for fault, times in faults(request + list(WAYS).index(way)):
            try:
                found, _ = await _outcome(google, way, request, fault, times)
                assert found == expected
            except BaseException as wrong:
                raise AssertionError(f"{fault.name}, {times} times from request {request} of {sent}") from wrong
            tried += 1
    assert tried == len(sent) * (12 if THOROUGH else 3)
    record_property("faults tried", tried)


async def _outcome(
    google: LenientGoogle, way: str, request: int, fault: Fault | None, times: int
) -> tuple[dict[str, Values], list[str]]:
    """What every tab shows in the end, and which requests the suffering attempt has made."""
    limits, runs, fields = WAYS[way]
    await google.control("DELETE", "spreadsheets")
    gone, new = fields.get("gone", 0), fields.get("new", 3)
    story = await Story.begin(RunLimits(batch_bytes=limits) if isinstance(limits, int) else limits, google)
    story.world.source.page_size = 3
    party = await story.party("romashka")
    party.fill(7)
    config = await party.create(**{name: value for name, value in fields.items() if name not in {"gone", "new"}})
    for number in range(1, runs):
        assert (await party.run(config)).state == "finished"
        party.order("order-002", description=f"раз {number}")
        party.fill(new, f"new-{number}")
        for key in list(party.orders)[3 : 3 + gone]:
            party.world.source.trash(party.token, "customerorder", key, f"2026-01-11 1{number}:00:00.000")
            del party.orders[key]
    before = await google.values(party, config)
    task = await party.start(config)
    google.session.plan(request, fault, times)
    await _attempt(party)
    sent = google.session.sent
    google.session.plan(0, None, 0)
    if fields.get("strategy") == "replace":
        await _never_half(google, party, config, before)
    await _make_good(party, task)
    found = await google.values(party, config)
    (only,) = await google.control("GET", "spreadsheets")
    assert only["spreadsheetId"] == (await party.config(config)).target.spreadsheet_id
    assert (only["locale"], only["timeZone"]) == ("ru_RU", "Europe/Moscow")
    await party.world.container.close()
    return found, sent


async def _attempt(party: Party) -> None:
    """One worker does what it can, and dies where it is killed."""
    for message in await party.story.relay():
        task = asyncio.create_task(party.app.execute(command_of(message)))
        await asyncio.wait({task})
        failed = task.exception()
        if failed is not None and not isinstance(failed, Killed):
            raise failed


async def _never_half(google: LenientGoogle, party: Party, config: ConfigId, before: dict[str, Values]) -> None:
    """Whoever looks at the table now sees all of the old rows or all of the new ones."""
    now = await google.values(party, config)
    if now.get("Заказы") == before.get("Заказы") or not before:
        return
    shown = sorted(str(row[0]) for row in now["Заказы"][1:])
    assert shown == sorted(party.orders), "the table is neither as it was nor as it shall be"


async def _make_good(party: Party, task_id: TaskId) -> None:
    for _ in range(ROUNDS):
        if (await party.task(task_id)).ended_at is not None:
            break
        await party.story.pass_time()
        await party.story.work()
    task = await party.task(task_id)
    assert (task.state, task.error) == ("finished", None)
