"""The next runs of a schedule, told beforehand."""

from datetime import datetime, timedelta, tzinfo

import msgspec

from application.exports.ports import CronCalendar
from application.exports.views import ConfigView, NextRun, ScheduleView
from domain.exports.schedule import CronInvalid, TimeZoneUnknown, offset
from domain.shared.identities import ConfigId

SHOWN = 5


class Upcoming:
    """Tells when schedules come due next."""

    def __init__(self, calendar: CronCalendar) -> None:
        self._calendar = calendar

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
        moments = [first]
        if schedule.cron is not None:
            try:
                moments += self._calendar.upcoming(schedule.cron, schedule.time_zone, first, SHOWN - 1)
            except (CronInvalid, TimeZoneUnknown):  # the ledger tells of it, and a list shall show the other exports
                return schedule
        spread = timedelta(seconds=schedule.spread_seconds or 0)
        late_by = timedelta(0) if config_id is None else offset(config_id, spread)
        zone = self._calendar.zone(schedule.time_zone)
        runs = [_run(moment, moment + late_by, zone) for moment in moments]
        return msgspec.structs.replace(schedule, next_runs=runs)


def _run(nominal_at: datetime, starts_at: datetime, zone: tzinfo) -> NextRun:
    local = nominal_at.astimezone(zone)
    return NextRun(
        nominal_at=nominal_at,
        starts_at=starts_at,
        local_nominal_at=local,
        local_starts_at=local if starts_at == nominal_at else starts_at.astimezone(zone),
    )
