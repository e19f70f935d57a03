"""Quiet hours, in which nobody wants to be told anything."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from domain.shared.errors import RuleViolated


class QuietHoursInvalid(RuleViolated):
    """Quiet hours begin at one time of day and end at another."""

    code = "dealers.quiet_hours_invalid"


@dataclass(frozen=True, slots=True)
class Quiet:
    """From one time of the company's day to another, over midnight where the second is earlier. The end is not quiet.

    Raises QuietHoursInvalid where both are the same.
    """

    begins: time
    ends: time

    def __post_init__(self) -> None:
        """Neither nothing nor everything is quiet."""
        if self.begins == self.ends:
            raise QuietHoursInvalid

    def holds(self, at: time) -> bool:
        """Whether that time of day is quiet."""
        if self.begins < self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


def due_at(quiet: Quiet | None, now: datetime, zone: tzinfo) -> datetime:
    """When something may be told that is known `now`: at once, or when the quiet hours end on the company's clock.

    Where the end falls into an hour that the clock leaves out, it is told when that hour would have been over.
    """
    if quiet is None:
        return now
    local = now.astimezone(zone)
    if not quiet.holds(local.time().replace(tzinfo=None)):
        return now
    day = local.date() if local.time() < quiet.ends else local.date() + timedelta(days=1)
    return max(now, datetime.combine(day, quiet.ends, tzinfo=zone).astimezone(now.tzinfo))
