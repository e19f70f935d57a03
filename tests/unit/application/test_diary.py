"""The diary of an attempt: where the time went, what was waited for, and nothing where nobody keeps one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from adapters.memory.budgets import MemoryBudgets, MemoryGoogleBudgets
from adapters.memory.watching import MemoryRunWatch, MemoryVendorWatch
from application.connections.google_limits import GoogleLimits
from application.connections.google_ports import Spending
from application.connections.limits import VendorLimits
from application.connections.ports import GoogleKey, Turn, Urgency
from application.connections.tally import VendorTally, tallying
from application.connections.watched_turns import WatchedBudgets, WatchedGoogleBudgets
from application.exports import diary as diaries
from application.exports.diary import Diary, RunPhase, batch_written, keeping, next_page, phase
from domain.exports.task import TaskCounts
from domain.exports.timeline import AttemptWork
from domain.shared.errors import VendorBusy
from domain.shared.identities import CompanyId


class Seconds:
    """A clock that moves when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(diaries.time, "perf_counter", lambda: self.now)


async def test_rows_made_while_a_page_is_fetched_count_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds, watch = Seconds(monkeypatch), MemoryRunWatch()
    diary = Diary(watch, TaskCounts(units=5, updated=3, appended=4, write_requests=2))

    async def pages() -> AsyncIterator[str]:
        for page in ("one", "two"):
            seconds.now += 3.0
            with phase(RunPhase.MAP):
                seconds.now += 0.5
            yield page

    with keeping(diary):
        source = pages()
        while await next_page(source) is not None:
            with phase(RunPhase.MAP):
                seconds.now += 0.25
        with phase(RunPhase.WRITE):
            seconds.now += 7.0
        batch_written()
    work = diary.work(TaskCounts(units=9, updated=3, appended=10, write_requests=4))
    assert work == AttemptWork(fetch=6.0, map=1.5, write=7.0, batches=1, rows=6, units=4, write_requests=2)
    assert watch.phases == {RunPhase.FETCH: 3, RunPhase.MAP: 4, RunPhase.WRITE: 1}
    assert watch.rows == 6
    diary.work(TaskCounts(units=9, updated=3, appended=10, write_requests=4))
    assert watch.rows == 6, "the same rows are told once"


async def test_tasks_that_a_run_starts_write_into_its_diary_and_others_into_none() -> None:
    async def work() -> None:
        with phase(RunPhase.NOTE):
            batch_written()

    watch = MemoryRunWatch()
    mine, theirs = (Diary(watch, TaskCounts()) for _ in range(2))
    with keeping(mine):
        inside = asyncio.create_task(work())
    with keeping(theirs):
        pass
    await asyncio.gather(inside, work())
    assert (mine.batches, theirs.batches, watch.phases[RunPhase.NOTE]) == (1, 0, 1)


async def test_what_fails_is_timed_and_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds, watch = Seconds(monkeypatch), MemoryRunWatch()
    diary = Diary(watch, TaskCounts())

    def write() -> None:
        with phase(RunPhase.WRITE):
            seconds.now += 2.0
            raise VendorBusy(1.0)

    with keeping(diary), pytest.raises(VendorBusy):
        write()
    assert diary.work(TaskCounts()).write == 2.0
    assert watch.under_way[RunPhase.WRITE] == 0


async def test_a_turn_that_had_to_be_waited_for_is_told_with_its_reason() -> None:
    watch, tally = MemoryVendorWatch(), VendorTally()
    budgets = WatchedBudgets(MemoryBudgets(VendorLimits(units=4, window=0.2, guard=0.0, transit=0.01, burst=4)), watch)
    with tallying(tally):
        for _ in range(5):
            async with budgets.turn("token", "account", 1, Urgency.ROUTINE):
                pass
    assert [waited.seconds > 0 for _, waited in watch.turns] == [False] * 4 + [True]
    assert {vendor for vendor, _ in watch.turns} == {"moysklad"}
    assert [waited.shares["window"] for _, waited in watch.turns[:4]] == [0.25, 0.5, 0.75, 1.0]
    ((key, waits),) = tally.waits.items()
    assert (key, waits.times) == (("moysklad", "window"), 1)
    assert 0.1 < waits.seconds < 5.0


async def test_a_lack_of_slots_is_another_reason() -> None:
    watch, tally = MemoryVendorWatch(), VendorTally()
    budgets = WatchedBudgets(MemoryBudgets(VendorLimits(parallel=1, poll=0.01)), watch)
    got = asyncio.Event()

    async def hold() -> None:
        async with budgets.turn("token", "account", 1, Urgency.ROUTINE):
            got.set()
            await asyncio.sleep(0.05)

    holding = asyncio.create_task(hold())
    await got.wait()
    with tallying(tally):
        async with budgets.turn("token", "account", 1, Urgency.ROUTINE):
            pass
    await holding
    assert list(tally.waits) == [("moysklad", "parallel")]


async def test_a_turn_that_does_not_come_is_told_and_raised() -> None:
    watch, tally = MemoryVendorWatch(), VendorTally()
    budgets = WatchedBudgets(MemoryBudgets(VendorLimits(parallel=1)), watch)
    async with budgets.turn("token", "account", 1, Urgency.ROUTINE):
        with tallying(tally), pytest.raises(VendorBusy):
            async with budgets.turn("token", "account", 1, Urgency.ROUTINE, patience=0.05):
                pytest.fail("there was no turn")
    ((vendor, waited),) = watch.refused
    assert (vendor, waited.reason) == ("moysklad", "budget")
    assert waited.seconds >= 0.04
    assert list(tally.waits) == [("moysklad", "budget")]


async def test_a_refusal_within_a_turn_is_not_a_turn_that_did_not_come() -> None:
    watch = MemoryVendorWatch()
    closed: list[BaseException | None] = []

    class Budgets(MemoryBudgets):
        @asynccontextmanager
        async def turn(self, *_: object, **__: object) -> AsyncIterator[Turn]:
            try:
                yield Turn()
            except VendorBusy as busy:
                closed.append(busy)
                raise

    with pytest.raises(VendorBusy):
        async with WatchedBudgets(Budgets(), watch).turn("token", "account", 1, Urgency.ROUTINE):
            raise VendorBusy(1.0)
    assert (watch.refused, len(watch.turns), len(closed)) == ([], 1, 1)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (GoogleLimits(user=2, project=100, window=0.2, guard=0.0, transit=0.01, burst=1.0, spacing=0.0), "user"),
        (GoogleLimits(user=100, project=2, window=0.2, guard=0.0, transit=0.01, burst=1.0, spacing=0.0), "project"),
        (GoogleLimits(burst=1.0, spacing=0.2, spacing_burst=2), "spreadsheet"),
    ],
)
async def test_which_of_googles_quotas_was_waited_for(limits: GoogleLimits, reason: str) -> None:
    watch, tally = MemoryVendorWatch(), VendorTally()
    budgets = WatchedGoogleBudgets(MemoryGoogleBudgets(limits), watch)
    key = GoogleKey("token", "user", "project", CompanyId(uuid4()), Urgency.ROUTINE)
    with tallying(tally):
        for _ in range(3):
            async with budgets.turn(key, Spending.WRITE, "spreadsheet"):
                pass
    assert list(tally.waits) == [("google", reason)]
    waited = watch.turns[-1][1]
    assert waited.reason == reason
    assert set(waited.shares) == {"user", "project"}
    assert "token" not in repr(watch.turns)
