"""Time as MoySklad tells it: Moscow wall-clock text, UTC+3 without summer time (JSON API docs, "date and time")."""

import re
import time
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import formatdate

MOSCOW = timezone(timedelta(hours=3))
EARLIEST = "1970-01-01 03:00:00.000"
_FORMAT = re.compile(r"^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?$")


class Clock:
    """Now, moved by `offset` seconds so that tests can travel."""

    def __init__(self) -> None:
        self.offset = 0.0

    def seconds(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self.offset

    def now(self) -> str:
        """The present moment with milliseconds."""
        return stamp(self.seconds())

    def this_minute(self) -> str:
        """The present moment rounded down to the minute."""
        return floor_minute(self.now())

    def http_date(self) -> str:
        """The present moment as the `Date` of an answer (RFC 9110, 6.6.1)."""
        return formatdate(self.seconds(), usegmt=True)

    def today(self) -> date:
        """The date in Moscow."""
        return datetime.fromtimestamp(self.seconds(), MOSCOW).date()


def stamp(seconds: float) -> str:
    """Moscow text of a moment, always with milliseconds."""
    return datetime.fromtimestamp(seconds, MOSCOW).strftime("%Y-%m-%d %H:%M:%S.%f")[:23]


def floor_minute(text: str) -> str:
    """The same moment with seconds and milliseconds set to zero."""
    return f"{text[:16]}:00.000"


def parse(text: str) -> str | None:
    """Normalises a client's date to the full form; None when the text is not a date or is too early."""
    found = _FORMAT.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, milli = found.groups(default="0")
    try:
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    except ValueError:
        return None
    full = f"{moment:%Y-%m-%d %H:%M:%S}.{milli.ljust(3, '0')}"
    return full if full >= EARLIEST else None


def next_milli(text: str) -> str:
    """The first moment after `text`."""
    moment = datetime.strptime(text + "000", "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC) + timedelta(milliseconds=1)
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")[:23]
