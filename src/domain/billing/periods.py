"""Periods of accounting: calendar months on the company's own clock."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from domain.shared.errors import RuleViolated

_DECEMBER = 12
_KEY = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")


class PeriodInvalid(RuleViolated):
    """That is no month."""

    code = "billing.period_invalid"


@dataclass(frozen=True, slots=True)
class Period:
    """A month, named by `key` as in 2026-11, from `begins` up to `ends`, where the next one begins. Both are in UTC."""

    key: str
    begins: datetime
    ends: datetime

    def share_gone(self, now: datetime) -> float:
        """How much of it is over at that moment, from 0 to 1."""
        return min(max((now - self.begins) / (self.ends - self.begins), 0.0), 1.0)


def month_of(now: datetime, zone: tzinfo) -> Period:
    """The month that it is on the clock of `zone`. Months with a change of the clocks are an hour shorter or longer."""
    local = now.astimezone(zone)
    year, month = local.year, local.month
    following = (year + 1, 1) if month == _DECEMBER else (year, month + 1)
    return Period(
        key=f"{year:04}-{month:02}",
        begins=datetime(year, month, 1, tzinfo=zone).astimezone(UTC),
        ends=datetime(*following, 1, tzinfo=zone).astimezone(UTC),
    )


def period_key(text: str) -> str:
    """The key of a month, as in 2026-11. Raises PeriodInvalid."""
    if _KEY.fullmatch(text) is None:
        raise PeriodInvalid(period=text[:20])
    return text
