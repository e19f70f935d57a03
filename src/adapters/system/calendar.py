"""Cron expressions and time zones."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from domain.exports.schedule import CronInvalid, TimeZoneUnknown

_FIELDS = 5
_LONGEST = 200
_SHOWN = 100


class CronsimCalendar:
    """Cron as Debian's: an hour that a clock change leaves out is made up for right after it, and a time of day that
    a clock change brings twice comes due once. Zones come from the system or, where it has none, from tzdata.
    """

    def next_after(self, cron: str, time_zone: str, moment: datetime) -> datetime:
        """Looks 50 years ahead; what does not come due by then never will."""
        zone = self.zone(time_zone)
        if len(cron) > _LONGEST or len(cron.split()) != _FIELDS:
            raise CronInvalid(cron=cron[:_SHOWN], reason="fields")
        try:
            for due in CronSim(cron, moment.astimezone(zone)):
                # In the repeated hour of a clock change the simulation may name a time of the first round again.
                if due.astimezone(UTC) > moment:
                    return due.astimezone(UTC)
        except (CronSimError, AssertionError, TypeError, ValueError) as error:  # some nonsense it only stumbles over
            reason = str(error) if isinstance(error, CronSimError) else "syntax"
            raise CronInvalid(cron=cron, reason=reason) from None
        raise CronInvalid(cron=cron, reason="never")

    def zone(self, time_zone: str) -> tzinfo:
        """The name is IANA's: `Europe/Moscow`."""
        try:
            return ZoneInfo(time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise TimeZoneUnknown(time_zone=time_zone[:_SHOWN]) from None
