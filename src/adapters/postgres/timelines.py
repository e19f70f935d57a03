"""A task's history as it is stored: arrays without names, since there is one in each of millions of rows."""

from datetime import datetime
from typing import Any

import msgspec

from domain.exports.timeline import Attempt, AttemptOutcome, AttemptWork, Timeline, Waiting


class _Waiting(msgspec.Struct, array_like=True, frozen=True):
    vendor: str
    reason: str
    times: int
    seconds: float


class _Work(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    fetch: float
    map: float
    write: float
    note: float
    batches: int
    rows: int
    units: int
    write_requests: int
    waits: tuple[_Waiting, ...] = ()


class _Attempt(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    began_at: datetime
    ended_at: datetime | None
    outcome: AttemptOutcome | None
    error: str | None
    resumes_at: datetime | None
    times: int
    work: _Work | None


class _Timeline(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    attempts: list[_Attempt]
    left_out: int
    between: _Work | None


_NOTHING = AttemptWork()


def stored_timeline(timeline: Timeline) -> Any:
    """The form in which the column keeps it; None where there was no attempt."""
    if not timeline.attempts:
        return None
    attempts = [
        _Attempt(
            began_at=one.began_at,
            ended_at=one.ended_at,
            outcome=one.outcome,
            error=one.error,
            resumes_at=one.resumes_at,
            times=one.times,
            work=_stored(one.work),
        )
        for one in timeline.attempts
    ]
    return msgspec.to_builtins(
        _Timeline(attempts=attempts, left_out=timeline.left_out, between=_stored(timeline.between))
    )


def timeline_of(stored: Any) -> Timeline:
    """What was stored; a blank one for None."""
    if stored is None:
        return Timeline()
    found = msgspec.convert(stored, _Timeline)
    attempts = [
        Attempt(one.began_at, one.ended_at, one.outcome, one.error, one.resumes_at, one.times, _work(one.work))
        for one in found.attempts
    ]
    return Timeline(attempts, found.left_out, _work(found.between))


def _stored(work: AttemptWork) -> _Work | None:
    if work == _NOTHING:
        return None
    return _Work(
        fetch=work.fetch,
        map=work.map,
        write=work.write,
        note=work.note,
        batches=work.batches,
        rows=work.rows,
        units=work.units,
        write_requests=work.write_requests,
        waits=tuple(_Waiting(one.vendor, one.reason, one.times, one.seconds) for one in work.waits),
    )


def _work(stored: _Work | None) -> AttemptWork:
    if stored is None:
        return _NOTHING
    return AttemptWork(
        fetch=stored.fetch,
        map=stored.map,
        write=stored.write,
        note=stored.note,
        batches=stored.batches,
        rows=stored.rows,
        units=stored.units,
        write_requests=stored.write_requests,
        waits=tuple(Waiting(one.vendor, one.reason, one.times, one.seconds) for one in stored.waits),
    )
