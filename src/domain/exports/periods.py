"""Periods: spans of days on a company's wall clock, most of them relative to now."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_LAST = re.compile(r"(last|next)_(\d{1,4})_(days|weeks|months)")
_EXPLICIT = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")
_UNITS = ("day", "week", "month", "quarter", "year")
_WORDS = {"today": ("this", "day"), "yesterday": ("last", "day")}
_NAMED = {
    **_WORDS,
    **{f"{which}_{unit}": (which, unit) for which in ("this", "last") for unit in _UNITS if unit != "day"},
}
_LONGEST_DAYS = 3660

EXAMPLES = (*_NAMED, "last_30_days", "last_3_months", "next_7_days", "2026-01-01..2026-03-31")
"""What people may write, for words that explain a refusal."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from `first` to `last`, both included."""

    first: date
    last: date

    def bounds(self) -> tuple[datetime, datetime]:
        """The first moment and the last whole second, on the wall clock that the days are counted by."""
        return datetime.combine(self.first, time.min), datetime.combine(self.last, time(23, 59, 59))


@dataclass(frozen=True, slots=True)
class PeriodName:
    """A period that has still to be laid on the calendar: `text` in the form that people write it."""

    text: str

    def on(self, today: date) -> Period:
        """The days it means on that day. `last_30_days` and the like include today; weeks begin on Monday."""
        explicit = _EXPLICIT.fullmatch(self.text)
        if explicit:
            return Period(date.fromisoformat(explicit[1]), date.fromisoformat(explicit[2]))
        counted = _LAST.fullmatch(self.text)
        if counted:
            return _counted(today, counted[1], int(counted[2]), counted[3])
        which, unit = _NAMED[self.text]
        first = _start(today, unit)
        if which == "this":
            return Period(first, _start(first + _longest(unit), unit) - timedelta(days=1))
        return Period(_start(first - timedelta(days=1), unit), first - timedelta(days=1))


def period_named(text: str) -> PeriodName:
    """Reads a period's name, or `2026-01-01..2026-03-31`. Raises ValueError for anything else."""
    explicit = _EXPLICIT.fullmatch(text)
    if explicit:
        if date.fromisoformat(explicit[1]) > date.fromisoformat(explicit[2]):
            raise ValueError(text)
        return PeriodName(text)
    counted = _LAST.fullmatch(text)
    if counted:
        days = int(counted[2]) * {"days": 1, "weeks": 7, "months": 31}[counted[3]]
        if not 0 < days <= _LONGEST_DAYS:
            raise ValueError(text)
        return PeriodName(text)
    if text not in _NAMED:
        raise ValueError(text)
    return PeriodName(text)


def is_fixed(text: str) -> bool:
    """Whether the period is always the same days."""
    return _EXPLICIT.fullmatch(text) is not None


def _counted(today: date, which: str, count: int, unit: str) -> Period:
    if unit == "months":
        far = _months_from(today, -count if which == "last" else count)
        return Period(far + timedelta(days=1), today) if which == "last" else Period(today, far - timedelta(days=1))
    span = timedelta(days=count * (7 if unit == "weeks" else 1) - 1)
    return Period(today - span, today) if which == "last" else Period(today, today + span)


def _start(day: date, unit: str) -> date:
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1)


def _longest(unit: str) -> timedelta:
    """So far from the first day of a period that the next one has begun, and no further one."""
    return timedelta(days={"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}[unit])


def _months_from(day: date, months: int) -> date:
    """The same day of another month, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    last = _start(first + timedelta(days=31), "month") - timedelta(days=1)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), last)
