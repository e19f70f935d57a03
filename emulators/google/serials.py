"""Dates as Sheets keeps them: days since 1899-12-30 on the spreadsheet's own clock, the time as a fraction."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
SECONDS = 86_400


def to_serial(moment: datetime) -> float:
    """The serial number; the time zone of the argument is disregarded."""
    since = moment.replace(tzinfo=UTC) - EPOCH
    days = since.days + since.seconds / SECONDS
    return since.days if not since.seconds else days


def from_serial(serial: float) -> datetime | None:
    """The moment to the nearest millisecond; None when no calendar has it."""
    try:
        return EPOCH + timedelta(milliseconds=round(serial * SECONDS * 1000))
    except OverflowError:
        return None
