"""A clock that jumps from one event to the next."""

from collections.abc import Callable, Coroutine, Generator
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from domain.shared.errors import VendorBusy

SECOND = 1_000_000
"""Moments are whole microseconds since 1970, as the ledgers of budgets count them."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
AnswerT = TypeVar("AnswerT")


def stamp(moment: datetime) -> int:
    """The moment in microseconds."""
    return (moment - _EPOCH) // _MICROSECOND


class Timeline:
    """What is going to happen, in order; what falls together happens in the order in which it was planned."""

    def __init__(self, start: datetime, seed: int) -> None:
        self.now = stamp(start)
        self.lots = Random(seed)  # noqa: S311 - lots of a model, not secrets
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        self._count = 0

    def at(self, when: int, action: Callable[[], None]) -> None:
        """Plans an action."""
        self._count += 1
        heappush(self._events, (max(when, self.now), self._count, action))

    def after(self, wait: float, action: Callable[[], None]) -> None:
        """Plans an action so many seconds from now."""
        self.at(self.now + round(wait * SECOND), action)

    def run(self, until: int) -> None:
        """Until nothing more is going to happen, or only after that moment."""
        while self._events and self._events[0][0] <= until:
            self.now, _, action = heappop(self._events)
            action()

    def moment(self) -> datetime:
        """Now."""
        return _EPOCH + timedelta(microseconds=self.now)

    def id(self) -> UUID:
        """An id that no other thing has, the same for the same seed."""
        return UUID(int=self.lots.getrandbits(128))


class VirtualClock:
    """See application.ports.Clock."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    def now(self) -> datetime:
        """See the port."""
        return self._timeline.moment()


class DrawnIds:
    """See application.ports.Ids."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    def new(self) -> UUID:
        """See the port."""
        return self._timeline.id()


class Process:
    """Work that goes on step by step. Each step is handed the process and has it go on, at once never, later surely."""

    def __init__(self, work: "Work", ended: Callable[[Exception | None], None]) -> None:
        self._work = work
        self._ended = ended

    def go_on(self) -> None:
        """The step is over."""
        self._to_next(None)

    def fail(self, error: Exception) -> None:
        """The step failed; the work may catch that."""
        self._to_next(error)

    def _to_next(self, error: Exception | None) -> None:
        try:
            step = next(self._work) if error is None else self._work.throw(error)
        except StopIteration:
            self._ended(None)
        except (VendorBusy, Stopped) as given_up:
            self._ended(given_up)
        else:
            step(self)


Step = Callable[[Process], None]
Work = Generator[Step, None, None]


class Stopped(Exception):
    """The work hands itself back."""


class Aside:
    """Work that goes on beside the one that began it, which can wait for its end."""

    def __init__(self, timeline: Timeline, work: Work) -> None:
        self._timeline = timeline
        self._over = False
        self._error: Exception | None = None
        self._waiting: Process | None = None
        Process(work, self._end).go_on()

    def join(self, process: Process) -> None:
        """A step that takes until the end, and fails as the work did."""
        self._waiting = process
        if self._over:
            self._timeline.at(self._timeline.now, self._tell)

    def _end(self, error: Exception | None) -> None:
        self._over, self._error = True, error
        if self._waiting is not None:
            self._tell()

    def _tell(self) -> None:
        if self._waiting is None:
            return
        if self._error is None:
            self._waiting.go_on()
        else:
            self._waiting.fail(self._error)


def answer_of(asked: Coroutine[Any, Any, AnswerT]) -> AnswerT:
    """What a handler answers whose ports never make it wait."""
    try:
        asked.send(None)
    except StopIteration as over:
        answer: AnswerT = over.value
        return answer
    asked.close()
    raise RuntimeError("a simulated port waits for something that is not on the timeline")
