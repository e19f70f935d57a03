"""Occurrences that other times have taken the place of before anything came of them."""

from collections.abc import Sequence
from datetime import datetime

from application.exports.ports import CronCalendar
from domain.exports.config import ExportConfig
from domain.exports.occurrences import Occurrence, OccurrenceKind, Owner, SkipReason, entries, skipped
from domain.exports.schedule import CronSchedule, FreshnessSchedule, Misfire, Schedule


def superseded(
    calendar: CronCalendar, config: ExportConfig, old: Schedule | None, now: datetime
) -> Sequence[Occurrence]:
    """Entries for those of the old schedule that have come due and have not been decided yet."""
    because = skipped(SkipReason.SUPERSEDED)
    if isinstance(old, CronSchedule) and old.nominal_at <= now:
        owner = Owner(config.company_id, config.id, OccurrenceKind.CRON, now)
        passed = calendar.passed(old.cron, old.time_zone, old.nominal_at, now)
        return entries(owner, passed, because, Misfire.RUN_ONCE)
    if isinstance(old, FreshnessSchedule) and old.due_at is not None and old.due_at <= now:
        owner = Owner(config.company_id, config.id, OccurrenceKind.FRESHNESS, now)
        return [owner.entry(old.due_at, because)]
    return []
