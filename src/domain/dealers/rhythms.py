"""How often a dealer wants to be told: at once, or what was held as one message."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import NamedTuple

from domain.dealers import quiet
from domain.dealers.fitting import MOST_UNITS, shown
from domain.dealers.quiet import Quiet
from domain.shared.errors import RuleViolated

MOST_TOGETHER = 200
"""Notices in one message: each takes twenty units at the least."""

_BETWEEN = "\n\n"


class RhythmInvalid(RuleViolated):
    """Once a day is at a time of day, and nothing else is."""

    code = "dealers.rhythm_invalid"


class Often(StrEnum):
    """These words are stored."""

    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`at` is when on the company's clock, once a day. With `quiet_as_one` what happened in quiet hours is told as one
    message when they end, however often the dealer is told otherwise. Raises RhythmInvalid.
    """

    often: Often = Often.AT_ONCE
    at: time | None = None
    quiet_as_one: bool = False

    def __post_init__(self) -> None:
        """A time of day goes with once a day."""
        if (self.at is not None) != (self.often is Often.DAILY):
            raise RhythmInvalid(often=self.often.value)


class Telling(NamedTuple):
    """When something is told, and whether together with what else is told then."""

    due_at: datetime
    together: bool


def telling(rhythm: Rhythm, quiet_hours: Quiet | None, now: datetime, zone: tzinfo) -> Telling:
    """Of what is known `now`. Hours are the company's; what would be told in quiet hours waits for their end."""
    if rhythm.often is Often.AT_ONCE:
        due = quiet.due_at(quiet_hours, now, zone)
        return Telling(due, together=rhythm.quiet_as_one and due > now)
    tick = _next_hour(now, zone) if rhythm.at is None else _next_day(rhythm.at, now, zone)
    return Telling(quiet.due_at(quiet_hours, tick, zone), together=True)


def _next_hour(now: datetime, zone: tzinfo) -> datetime:
    local = now.astimezone(zone)
    begun = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return now - begun + timedelta(hours=1)


def _next_day(at: time, now: datetime, zone: tzinfo) -> datetime:
    day = now.astimezone(zone).date()
    found = datetime.combine(day, at, tzinfo=zone).astimezone(now.tzinfo)
    return found if found > now else datetime.combine(day + timedelta(days=1), at, tzinfo=zone).astimezone(now.tzinfo)


def how_many_fit(texts: list[str], title: str, most: int = MOST_UNITS) -> int:
    """How many of these HTML texts, from the first on, one message has room for under the title. One at the least."""
    used, count = shown(title), 0
    for text in texts[:MOST_TOGETHER]:
        used += len(_BETWEEN) + shown(text)
        if used > most:
            break
        count += 1
    return max(count, 1)


def joined(texts: list[str], title: str) -> str:
    """As one message; one alone stays as it is."""
    return texts[0] if len(texts) == 1 else _BETWEEN.join([title, *texts])
