"""Batches go to the sheet one at a time and in order, each while the next one is gathered; nothing fails unheard."""

import asyncio
from typing import cast

import pytest

from application.exports.limits import RunLimits
from application.exports.noting import Noting
from application.exports.portions import Batch, EncodedRow, Phase, Portion, Taken
from application.exports.table import SheetTable
from application.exports.writers import Writer
from application.exports.writing import Writing
from application.exports.written import Written
from domain.exports.task import ClaimLost, ExportTask, TaskCounts
from domain.shared.errors import VendorFailed


class Table:
    write_requests = 0


class Task:
    checkpoint = None
    counts = TaskCounts()
    mode = None


class Slow:
    """A writer whose writes wait to be let go."""

    overlaps = True

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.go = asyncio.Event()
        self.failure: Exception | None = None

    async def put(self, rows: list[EncodedRow], rows_to_come: int, *, last: bool) -> Written:
        del rows_to_come, last
        name = ",".join(row.key for row in rows)
        self.begun.append(name)
        await self.go.wait()
        if self.failure is not None:
            raise self.failure
        self.ended.append(name)
        return Written(appended=len(rows))


class Notes:
    sweeping = False
    wanted_back = False

    def __init__(self) -> None:
        self.noted: list[Taken] = []
        self.failure: Exception | None = None

    async def require_hold(self, rows: int) -> None:
        del rows

    async def note(self, taken: Taken) -> None:
        self.noted.append(taken)

    async def done(self) -> None:
        if self.failure is not None:
            raise self.failure

    async def rest(self) -> None:
        return


class Bench:
    def __init__(self, batch_bytes: int = 1_000) -> None:
        self.writer, self.notes = Slow(), Notes()
        self.batch = Batch(cast(ExportTask, Task()), cast(SheetTable, Table()))
        self.writing = Writing(
            cast(Writer, self.writer), cast(Noting, self.notes), self.batch, RunLimits(batch_bytes=batch_bytes)
        )

    def gather(self, *keys: str) -> None:
        rows = [EncodedRow(key, b'["' + key.encode() + b'"]', b"", "") for key in keys]
        self.batch.add(Portion(Phase.ROWS, rows=rows, read=len(rows), total=10))


async def test_the_next_batch_is_gathered_while_one_is_written_and_counted_apart() -> None:
    bench = Bench()
    async with bench.writing:
        bench.gather("a", "b")
        await bench.writing.put()
        bench.gather("c")
        await asyncio.sleep(0)
        assert bench.writer.begun == ["a,b"]
        bench.writer.go.set()
        await bench.writing.put(last=True)
    assert bench.writer.ended == ["a,b", "c"]
    assert [(taken.counts.read, taken.counts.appended) for taken in bench.notes.noted] == [(2, 2), (3, 3)]


async def test_two_writes_are_never_under_way_together() -> None:
    bench = Bench()
    async with bench.writing:
        bench.gather("a")
        await bench.writing.put()
        bench.gather("b")
        second = asyncio.create_task(bench.writing.put())
        for _ in range(5):
            await asyncio.sleep(0)
        assert bench.writer.begun == ["a"]
        bench.writer.go.set()
        await second


async def test_a_large_batch_is_written_in_parts() -> None:
    bench = Bench(batch_bytes=10)
    bench.writer.go.set()
    async with bench.writing:
        bench.gather("aaaa", "bbbb", "cccc")
        await bench.writing.put()
    assert bench.writer.ended == ["aaaa", "bbbb", "cccc"]
    assert [taken.counts.appended for taken in bench.notes.noted] == [3]


async def two_batches(bench: Bench) -> None:
    async with bench.writing:
        bench.gather("a")
        await bench.writing.put()
        bench.gather("b")
        await bench.writing.put()


async def one_batch_then_reading_fails(bench: Bench) -> None:
    async with bench.writing:
        bench.gather("a")
        await bench.writing.put()
        raise VendorFailed


async def test_a_failed_write_is_told_at_the_next_one() -> None:
    bench = Bench()
    bench.writer.failure = VendorFailed()
    bench.writer.go.set()
    with pytest.raises(VendorFailed):
        await two_batches(bench)
    assert bench.writer.begun == ["a"]
    assert not bench.notes.noted


async def test_where_reading_fails_what_is_on_its_way_is_noted_first() -> None:
    bench = Bench()
    bench.writer.go.set()
    with pytest.raises(VendorFailed):
        await one_batch_then_reading_fails(bench)
    assert [taken.rows[0].key for taken in bench.notes.noted] == ["a"]


async def test_a_lost_claim_is_told_even_where_reading_failed_too() -> None:
    bench = Bench()
    bench.writer.go.set()
    bench.notes.failure = ClaimLost(task="t")
    with pytest.raises(ClaimLost):
        await one_batch_then_reading_fails(bench)


async def test_a_cancelled_run_gives_its_write_up() -> None:
    bench = Bench()
    entered = asyncio.Event()

    async def run() -> None:
        async with bench.writing:
            bench.gather("a")
            await bench.writing.put()
            entered.set()
            await asyncio.Event().wait()

    running = asyncio.create_task(run())
    await entered.wait()
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert bench.writer.begun == ["a"]
    assert not bench.writer.ended
    assert not bench.notes.noted
