"""Wall clocks: Moscow's, in which MoySklad writes, and the company's, in which its sheets are read."""

from datetime import datetime, timedelta, timezone, tzinfo

MOSCOW = timezone(timedelta(hours=3), "MSK")
"""MoySklad's created, updated and moment are Moscow wall-clock time, UTC+3 all year round (JSON API docs, General)."""

_DAY_MILLISECONDS = 86_400_000
_PRECISION = 10**10
"""Ten digits of a day are some ten nanoseconds: enough for every millisecond, and short when written out."""

_SHEET_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock, as spreadsheets count (Sheets API, DateTimeRenderOption)
_EPOCH_ORDINAL = _SHEET_EPOCH.toordinal()
_DAY_SECONDS = 86_400


def from_moscow(text: str) -> datetime:
    """Reads `YYYY-MM-DD HH:MM:SS[.mmm]` as Moscow time. Raises ValueError on anything else."""
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


def to_moscow(moment: datetime) -> str:
    """Writes an aware moment the way MoySklad's filters accept it, to the millisecond."""
    return moment.astimezone(MOSCOW).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def sheet_serial(moment: datetime, zone: tzinfo) -> float:
    """Days since 1899-12-30 on the wall clock of `zone`: what a spreadsheet stores for a date with time."""
    return wall_clock_serial(moment.astimezone(zone))


def wall_clock_serial(wall_clock: datetime) -> float:
    """The same for a moment whose fields show the wall clock already; anything below a millisecond is dropped."""
    seconds = (wall_clock.hour * 60 + wall_clock.minute) * 60 + wall_clock.second
    milliseconds = seconds * 1000 + wall_clock.microsecond // 1000
    parts = (milliseconds * _PRECISION + _DAY_MILLISECONDS // 2) // _DAY_MILLISECONDS
    return wall_clock.toordinal() - _EPOCH_ORDINAL + parts / _PRECISION


def from_sheet_serial(serial: float) -> datetime:
    """The wall-clock moment of a spreadsheet's date serial, to the millisecond, without a zone."""
    return _SHEET_EPOCH + timedelta(milliseconds=round(serial * _DAY_SECONDS * 1000))
