"""The next runs of a schedule, told beforehand."""

from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

import msgspec

from application.exports.ports import CronCalendar
from application.exports.views import ConfigView, NextRun, ScheduleView
from domain.exports.schedule import CronInvalid, TimeZoneUnknown, offset
from domain.shared.identities import ConfigId

SHOWN = 5
REMEMBERED = 2_000
"""Schedules whose next runs need not be reckoned again."""

_NONE = timedelta(0)


class Upcoming:
    """Tells when schedules come due next."""

    def __init__(self, calendar: CronCalendar) -> None:
        self._calendar = calendar
        self._runs = lru_cache(maxsize=REMEMBERED)(self._told_of)

    def told(self, view: ConfigView) -> ConfigView:
        """The same export with the next runs of its schedule."""
        if view.schedule is None:
            return view
        return msgspec.structs.replace(view, schedule=self.of(view.schedule, view.id))

    def of(self, schedule: ScheduleView, config_id: ConfigId | None) -> ScheduleView:
        """The same schedule, of that export, with its next runs; they start at their nominal times if there is none."""
        first = schedule.next_nominal_at
        if first is None:
            return schedule
        late_by = _NONE
        if schedule.spread_seconds and config_id is not None:
            late_by = offset(config_id, timedelta(seconds=schedule.spread_seconds))
        try:
            runs = self._runs(schedule.cron, schedule.time_zone, first, late_by)
        except (CronInvalid, TimeZoneUnknown):
            if schedule.cron is None:
                raise
            return schedule  # the ledger tells of it, and a list shall show the other exports
        return msgspec.structs.replace(schedule, next_runs=runs)

    def _told_of(self, cron: str | None, time_zone: str, first: datetime, late_by: timedelta) -> list[NextRun]:
        """What is shown stays the same until the first of them comes due: nobody changes such a list."""
        moments = [first]
        if cron is not None:
            moments += self._calendar.upcoming(cron, time_zone, first, SHOWN - 1)
        zone = self._calendar.zone(time_zone)
        return [_run(moment, moment + late_by, zone) for moment in moments]


def _run(nominal_at: datetime, starts_at: datetime, zone: tzinfo) -> NextRun:
    local = nominal_at.astimezone(zone)
    return NextRun(
        nominal_at=nominal_at,
        starts_at=starts_at,
        local_nominal_at=local,
        local_starts_at=local if starts_at == nominal_at else starts_at.astimezone(zone),
    )
