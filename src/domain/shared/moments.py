"""Wall clocks: Moscow's, in which MoySklad writes, and the company's, in which its sheets are read."""

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone, tzinfo

MOSCOW = timezone(timedelta(hours=3), "MSK")
"""MoySklad's created, updated and moment are Moscow wall-clock time, UTC+3 all year round (JSON API docs, General)."""

_PRECISION = 10**10
"""Ten digits of a day are some ten nanoseconds: enough for every millisecond, and short when written out."""

_SHEET_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock, as spreadsheets count (Sheets API, DateTimeRenderOption)
_DAY_SECONDS = 86_400


def from_moscow(text: str) -> datetime:
    """Reads `YYYY-MM-DD HH:MM:SS[.mmm]` as Moscow time. Raises ValueError on anything else."""
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


def to_moscow(moment: datetime) -> str:
    """Writes an aware moment the way MoySklad's filters accept it, to the millisecond."""
    return moment.astimezone(MOSCOW).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def sheet_serial(moment: datetime, zone: tzinfo) -> float:
    """Days since 1899-12-30 on the wall clock of `zone`: what a spreadsheet stores for a date with time."""
    return wall_clock_serial(moment.astimezone(zone).replace(tzinfo=None))


def wall_clock_serial(wall_clock: datetime) -> float:
    """The same for a moment without a zone, whose fields show the wall clock; what is below a millisecond is dropped.

    Raises TypeError for a moment with a zone.
    """
    since = wall_clock - _SHEET_EPOCH
    milliseconds = since.seconds * 1000 + since.microseconds // 1000
    # Ten digits of a day, rounded: milliseconds times 10**10 / 86,400,000, which is 3125 / 27.
    return since.days + (milliseconds * 6250 + 27) // 54 / _PRECISION


def wall_clock_serials(texts: Iterable[str | None]) -> list[float | None]:
    """What wall_clock_serial makes of each of these texts, as from_moscow reads them, without a call for each; None of
    None. Raises ValueError for anything but a moment, TypeError for one with a zone.
    """
    read, epoch = datetime.fromisoformat, _SHEET_EPOCH
    return [
        None
        if text is None
        else (since := read(text) - epoch).days
        + ((since.seconds * 1000 + since.microseconds // 1000) * 6250 + 27) // 54 / _PRECISION
        for text in texts
    ]


def from_sheet_serial(serial: float) -> datetime:
    """The wall-clock moment of a spreadsheet's date serial, to the millisecond, without a zone."""
    return _SHEET_EPOCH + timedelta(milliseconds=round(serial * _DAY_SECONDS * 1000))
