"""Time, identities, calendars, locks, and the state of the systems around us."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.exports.occurrences import LISTED, Passed
from domain.exports.schedule import CronInvalid, TimeZoneUnknown

_START = datetime(2026, 1, 12, 6, 0, tzinfo=UTC)
_FIRST_MILLISECOND = 1_768_197_600_000
_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62
_MINUTE = timedelta(minutes=1)
_TWO_DAYS = 2 * 24 * 60
_CRON = re.compile(r"(?:\*/(?P<step>[1-9]\d?)|(?P<minute>\d{1,2}|\*)) (?P<hour>\d{1,2}|\*) \* \* \*")


class MemoryClock:
    """Stands at Monday 12.01.2026, 09:00 in Moscow, until it is moved."""

    def __init__(self) -> None:
        self._now = _START

    def now(self) -> datetime:
        """The moment at which it stands, in UTC."""
        return self._now

    def set(self, moment: datetime) -> None:
        """Moves it to that moment."""
        self._now = moment.astimezone(UTC)

    def advance(self, by: timedelta) -> datetime:
        """Moves it on; answers where it stands then."""
        self._now += by
        return self._now


class MemoryIds:
    """The same identities in every run, each greater than every one before it, in the form of UUID version 7."""

    def __init__(self) -> None:
        self._made = 0
        self._tokens = 0

    def new(self) -> UUID:
        """The next identity."""
        self._made += 1
        return UUID(int=(_FIRST_MILLISECOND + self._made) << 80 | _VERSION | _VARIANT | self._made)

    def token(self) -> str:
        """43 characters, no two tokens alike in the first 32 of them, and none secret."""
        self._tokens += 1
        return f"{self._tokens:030}-memory-token"


class MemoryCalendar:
    """Knows `M H * * *` and `*/N * * * *`, where M and H are numbers or asterisks; zones are the real ones."""

    def next_after(self, cron: str, time_zone: str, moment: datetime) -> datetime:
        """Tries every minute of the next two days."""
        zone = self.zone(time_zone)
        form = _CRON.fullmatch(cron)
        if form is None:
            raise CronInvalid(cron=cron[:100], reason="syntax")
        due = moment.astimezone(UTC).replace(second=0, microsecond=0)
        for _ in range(_TWO_DAYS):
            due += _MINUTE
            if _comes_due(form, due.astimezone(zone)):
                return due
        raise CronInvalid(cron=cron[:100], reason="never")

    def upcoming(self, cron: str, time_zone: str, moment: datetime, count: int) -> list[datetime]:
        """One after another."""
        found: list[datetime] = []
        while len(found) < count:
            moment = self.next_after(cron, time_zone, moment)
            found.append(moment)
        return found

    def passed(self, cron: str, time_zone: str, first: datetime, until: datetime) -> Passed:
        """One after another, however long that takes."""
        moments = [first]
        while (following := self.next_after(cron, time_zone, moments[-1])) <= until:
            moments.append(following)
        shown = moments if len(moments) <= LISTED else [first, *moments[-2:]]
        return Passed(tuple(shown), len(moments), following)

    def shortest_gap(self, cron: str) -> timedelta:
        """Of two days."""
        moments = self.upcoming(cron, "UTC", _START, 2)
        while moments[-1] < _START + timedelta(days=2):
            moments += self.upcoming(cron, "UTC", moments[-1], 1)
        return min(later - earlier for earlier, later in pairwise(moments))

    def zone(self, time_zone: str) -> tzinfo:
        """The name is IANA's."""
        try:
            return ZoneInfo(time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise TimeZoneUnknown(time_zone=time_zone[:100]) from None


class MemoryLocks:
    """Locks within the process. `taken` counts how often each was held."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self.taken: Counter[str] = Counter()

    @asynccontextmanager
    async def hold(self, name: str, lease: timedelta) -> AsyncIterator[None]:
        """Waits as long as it takes: whoever dies here takes the lock along, so that leases never run out."""
        del lease
        async with self._locks.setdefault(name, asyncio.Lock()):
            self.taken[name] += 1
            yield


class MemorySystems:
    """Everything is up, unless `states` is changed."""

    def __init__(self) -> None:
        self.states = {"memory": "ok"}

    async def check(self) -> dict[str, str]:
        """See application.ports.Systems."""
        return dict(self.states)


def _comes_due(form: re.Match[str], wall_clock: datetime) -> bool:
    if form["step"] is not None:
        minute = wall_clock.minute % int(form["step"]) == 0
    else:
        minute = form["minute"] in {"*", str(wall_clock.minute), f"{wall_clock.minute:02}"}
    return minute and form["hour"] in {"*", str(wall_clock.hour), f"{wall_clock.hour:02}"}
