"""When an export runs by itself."""

from dataclasses import dataclass
from datetime import datetime

from domain.shared.errors import RuleViolated


class CronInvalid(RuleViolated):
    """No cron expression of five fields, or one that never comes due."""

    code = "exports.cron_invalid"


class TimeZoneUnknown(RuleViolated):
    """There is no such IANA time zone."""

    code = "exports.time_zone_unknown"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cron expression of five fields on the wall clock of `time_zone`, and the occurrence that comes next (UTC)."""

    cron: str
    time_zone: str
    next_due_at: datetime
