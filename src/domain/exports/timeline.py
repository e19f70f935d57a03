"""How a task went: its attempts, what each of them did, and where the time went."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

MOST_ATTEMPTS = 20
"""How many attempts are told one by one. Of more than these the second and those after it are summed up."""


class AttemptOutcome(StrEnum):
    """What became of an attempt. One that has none is under way."""

    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PUT_OFF = "put_off"
    """Given back, to be gone on with later: a vendor was not ready, the worker had to stop, or another task was writing
    to the spreadsheet.
    """
    PAUSED = "paused"
    """Somebody has it rest."""
    STUMBLED = "stumbled"
    """Something failed that may pass."""
    LOST = "lost"
    """Its worker was not heard of any more."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Turns with a vendor that were waited for, and what for: its quotas by name, or why no turn came."""

    vendor: str
    reason: str
    times: int
    seconds: float


@dataclass(frozen=True, slots=True)
class AttemptWork:
    """What an attempt did. Seconds are those in which each kind of work was going on: they overlap, so that their sum
    may be more than the attempt took. `rows` were written; `units` are MoySklad's, `write_requests` Google's.
    """

    fetch: float = 0.0
    map: float = 0.0
    write: float = 0.0
    note: float = 0.0
    batches: int = 0
    rows: int = 0
    units: int = 0
    write_requests: int = 0
    waits: tuple[Waiting, ...] = ()

    def plus(self, other: "AttemptWork") -> "AttemptWork":
        """Both together."""
        return AttemptWork(
            fetch=self.fetch + other.fetch,
            map=self.map + other.map,
            write=self.write + other.write,
            note=self.note + other.note,
            batches=self.batches + other.batches,
            rows=self.rows + other.rows,
            units=self.units + other.units,
            write_requests=self.write_requests + other.write_requests,
            waits=_together((*self.waits, *other.waits)),
        )


@dataclass(slots=True)
class Attempt:
    """One attempt, or `times` of them in a row that were put off for the same reason before they began to work.

    `error` is a code; `resumes_at` is when one that was given back was to be gone on with.
    """

    began_at: datetime
    ended_at: datetime | None = None
    outcome: AttemptOutcome | None = None
    error: str | None = None
    resumes_at: datetime | None = None
    times: int = 1
    work: AttemptWork = AttemptWork()


@dataclass(slots=True)
class Timeline:
    """Attempts in their order. `left_out` more came after the first one; `between` is what they did, all together."""

    attempts: list[Attempt] = field(default_factory=list)
    left_out: int = 0
    between: AttemptWork = AttemptWork()

    def begin(self, now: datetime) -> None:
        """A worker has claimed the task. An attempt that is still open was lost."""
        current = self._open()
        if current is not None:
            current.ended_at, current.outcome = now, AttemptOutcome.LOST
        self._add(Attempt(now))

    def record(self, work: AttemptWork) -> None:
        """What the attempt under way has done so far."""
        current = self._open()
        if current is not None:
            current.work = work

    def end(
        self,
        outcome: AttemptOutcome,
        now: datetime,
        error: str | None = None,
        resumes_at: datetime | None = None,
    ) -> None:
        """The attempt is over. A task that was put off or ended before any worker began leaves an attempt all the same,
        where there is something to tell.
        """
        current = self._open()
        if current is not None:
            current.ended_at, current.outcome, current.error, current.resumes_at = now, outcome, error, resumes_at
        elif error is not None:
            self._turned_away(Attempt(now, now, outcome, error, resumes_at))

    def total(self) -> AttemptWork:
        """What all attempts did."""
        total = self.between
        for attempt in self.attempts:
            total = total.plus(attempt.work)
        return total

    def _turned_away(self, attempt: Attempt) -> None:
        last = self.attempts[-1] if self.attempts else None
        same = last is not None and last.work == attempt.work
        if last is not None and same and (last.outcome, last.error) == (attempt.outcome, attempt.error):
            last.ended_at, last.resumes_at, last.times = attempt.ended_at, attempt.resumes_at, last.times + 1
        else:
            self._add(attempt)

    def _open(self) -> Attempt | None:
        return self.attempts[-1] if self.attempts and self.attempts[-1].outcome is None else None

    def _add(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)
        while len(self.attempts) > MOST_ATTEMPTS:
            gone = self.attempts.pop(1)
            self.left_out += gone.times
            self.between = self.between.plus(gone.work)


def _together(waits: tuple[Waiting, ...]) -> tuple[Waiting, ...]:
    sums: dict[tuple[str, str], Waiting] = {}
    for one in waits:
        known = sums.get((one.vendor, one.reason), Waiting(one.vendor, one.reason, 0, 0.0))
        sums[one.vendor, one.reason] = Waiting(
            one.vendor, one.reason, known.times + one.times, known.seconds + one.seconds
        )
    return tuple(sums.values())
