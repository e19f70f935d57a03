"""The diary of an attempt: what it is doing, told to whoever watches from outside, and summed up for its history.

Whoever does a part of the work finds the diary of the run at hand by itself, so that nobody has to be handed it; where
no run is at hand nothing is written down.
"""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from enum import StrEnum
from typing import Protocol, TypeVar

from application.connections.tally import VendorTally, tallying
from domain.exports.task import ExportTask, TaskCounts
from domain.exports.timeline import AttemptWork, Waiting

PageT = TypeVar("PageT")


class RunPhase(StrEnum):
    """What a run is busy with. Several of them go on together."""

    FETCH = "fetch"
    """Waiting for a page of MoySklad's."""
    MAP = "map"
    """Making rows of it, encoded, and telling apart what the sheet has already."""
    WRITE = "write"
    """A batch is on its way to Google."""
    NOTE = "note"
    """What was written is remembered in PostgreSQL."""


class RunWatch(Protocol):
    """Whoever watches runs from outside."""

    def phase(self, phase: RunPhase) -> AbstractContextManager[None]:
        """Around each piece of that work."""
        ...

    def wrote(self, rows: int) -> None:
        """So many rows more stand in a sheet."""
        ...


class Diary:
    """One attempt's. `before` is what the attempts before it have done."""

    def __init__(self, watch: RunWatch, before: TaskCounts) -> None:
        self.tally = VendorTally()
        self.batches = 0
        self._watch = watch
        self._units, self._requests = before.units, before.write_requests
        self._written = self._told = before.updated + before.appended
        self._seconds = dict.fromkeys(RunPhase, 0.0)

    @contextmanager
    def phase(self, phase: RunPhase) -> Iterator[None]:
        """Around a piece of that work. Rows that are made of a page while it is fetched are not counted twice."""
        seconds = self._seconds
        began, mapped = time.perf_counter(), seconds[RunPhase.MAP]
        try:
            with self._watch.phase(phase):
                yield
        finally:
            seconds[phase] += time.perf_counter() - began
            if phase is RunPhase.FETCH:
                seconds[phase] -= seconds[RunPhase.MAP] - mapped

    def work(self, counts: TaskCounts) -> AttemptWork:
        """What the attempt has done by now. `counts` are the task's."""
        written = counts.updated + counts.appended
        if written > self._told:
            self._watch.wrote(written - self._told)
            self._told = written
        fetch, mapping, write, note = (round(self._seconds[phase], 6) for phase in RunPhase)
        return AttemptWork(
            fetch=fetch,
            map=mapping,
            write=write,
            note=note,
            batches=self.batches,
            rows=max(written - self._written, 0),  # less, where what was gathered before was lost
            units=counts.units - self._units,
            write_requests=counts.write_requests - self._requests,
            waits=tuple(
                Waiting(vendor, reason, waits.times, round(waits.seconds, 3))
                for (vendor, reason), waits in self.tally.waits.items()
            ),
        )


_CURRENT: ContextVar[Diary | None] = ContextVar("run_diary", default=None)


@contextmanager
def keeping(diary: Diary) -> Iterator[None]:
    """The diary of whatever is done within the block, and in tasks that it starts."""
    token = _CURRENT.set(diary)
    try:
        with tallying(diary.tally):
            yield
    finally:
        _CURRENT.reset(token)


def phase(kind: RunPhase) -> AbstractContextManager[None]:
    """Around a piece of work of that kind."""
    diary = _CURRENT.get()
    return nullcontext() if diary is None else diary.phase(kind)


def batch_written() -> None:
    """A batch stands in the sheet."""
    diary = _CURRENT.get()
    if diary is not None:
        diary.batches += 1


def write_down(task: ExportTask) -> None:
    """Writes what the attempt has done by now into its task, which is about to be saved."""
    diary = _CURRENT.get()
    if diary is not None:
        task.timeline.record(diary.work(task.counts))


async def next_page(pages: AsyncIterator[PageT]) -> PageT | None:
    """The next page, None after the last; waiting for it is fetching."""
    with phase(RunPhase.FETCH):
        return await anext(pages, None)
