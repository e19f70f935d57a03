"""What came of working on an execution, to be written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.automations.executions import (
    RECHECK,
    REVIEWED,
    Execution,
    ExecutionError,
    ExecutionsUsedUp,
    SideUnavailable,
    Unfinished,
    told,
)
from domain.automations.links import LinkNotAccepted, LinkPaused, LinkRevoked, OutsideLimits, TooManyLinks
from domain.automations.matching import Open
from domain.automations.rules import RuleNotFound, RulePaused
from domain.shared.errors import SkladSheetsError, VendorBusy, VendorFailed


class Ending(StrEnum):
    """How it ended, for now."""

    MADE = "made"
    UNCHANGED = "unchanged"
    NOTED = "noted"
    SKIPPED = "skipped"
    FAILED = "failed"
    WAITING = "waiting"
    STUMBLED = "stumbled"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class Written:
    """The target's document, as it is known now."""

    id: str
    name: str
    pairs: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`written` where the target's document is there, `open` where people have to say what something is, `read` is a
    fingerprint of what it rests on.
    """

    ending: Ending
    error: ExecutionError | None = None
    until: datetime | None = None
    written: Written | None = None
    open: Sequence[Open] = ()
    read: str = ""


_WAITING = (LinkPaused, RulePaused, SideUnavailable, TooManyLinks)
_SKIPPED = (LinkRevoked, LinkNotAccepted, OutsideLimits, RuleNotFound)


def verdict_of(error: BaseException, now: datetime) -> Verdict:
    """What an error means for the execution. What may pass is tried again, what companies allow or forbid is waited for
    or skipped, and what the contents are to blame for has failed.
    """
    if isinstance(error, VendorBusy):
        return Verdict(Ending.POSTPONED, told(error), now + timedelta(seconds=error.retry_after))
    if isinstance(error, VendorFailed):
        return Verdict(Ending.STUMBLED, told(error))
    if isinstance(error, _WAITING):
        return Verdict(Ending.WAITING, told(error), now + RECHECK)
    if isinstance(error, _SKIPPED):
        return Verdict(Ending.SKIPPED, told(error))
    if isinstance(error, SkladSheetsError):
        return Verdict(Ending.FAILED, told(error))
    return Verdict(Ending.STUMBLED, told(Unfinished()))


def used_up(error: ExecutionsUsedUp, now: datetime, until: datetime) -> Verdict:
    """The plan's next month is waited for, or a larger plan: looking again costs a question to our own store."""
    return Verdict(Ending.WAITING, told(error), min(until, now + RECHECK))


def asked(error: SkladSheetsError, unknown: Sequence[Open], now: datetime) -> Verdict:
    """Somebody has to answer."""
    return Verdict(Ending.WAITING, told(error), now + REVIEWED, open=unknown)


def enter(execution: Execution, verdict: Verdict, worked_on: UUID, now: datetime) -> bool:
    """Writes the verdict into the execution; answers whether the execution has failed for good."""
    error = verdict.error or told(Unfinished())
    if verdict.written is not None:
        written = verdict.written
        execution.target_id, execution.target_name = written.id, written.name
        execution.pairs = written.pairs or execution.pairs
        execution.fingerprint = written.fingerprint or execution.fingerprint
    if verdict.ending in {Ending.MADE, Ending.NOTED}:
        execution.read = verdict.read
    match verdict.ending:
        case Ending.MADE:
            execution.make(worked_on, now)
        case Ending.UNCHANGED:
            execution.rest(worked_on, now)
        case Ending.NOTED:
            execution.note(error, worked_on, now)
        case Ending.SKIPPED if execution.made:
            execution.note(error, worked_on, now)
        case Ending.SKIPPED:
            execution.skip(error, worked_on, now)
        case Ending.WAITING:
            execution.wait(error, now, verdict.until)
        case Ending.POSTPONED:
            execution.postpone(verdict.until or now)
        case Ending.STUMBLED:
            return execution.stumble(error, worked_on, now)
        case Ending.FAILED:
            execution.fail(error, worked_on, now)
            return True
    return False
