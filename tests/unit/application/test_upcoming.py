"""The next runs are reckoned once for all that they follow from."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from adapters.system.calendar import CronsimCalendar
from application.exports.upcoming import Upcoming
from application.exports.views import ScheduleView
from domain.exports.schedule import offset
from domain.shared.identities import ConfigId

NINE = datetime(2026, 11, 29, 9, tzinfo=UTC)
SCHEDULE = ScheduleView(kind="cron", time_zone="UTC", cron="0 9 * * *", next_due_at=None, next_nominal_at=NINE)
ONE, OTHER = ConfigId(UUID(int=1)), ConfigId(UUID(int=2))


def test_what_is_remembered_is_what_would_be_reckoned() -> None:
    asked = [
        (SCHEDULE, ONE),
        (replace(SCHEDULE, spread_seconds=3600), ONE),
        (replace(SCHEDULE, spread_seconds=3600), OTHER),
        (replace(SCHEDULE, spread_seconds=3600), None),
        (replace(SCHEDULE, time_zone="Europe/Moscow"), ONE),
        (replace(SCHEDULE, cron="30 9 * * 1"), ONE),
        (replace(SCHEDULE, next_nominal_at=NINE + timedelta(days=1)), ONE),
        (replace(SCHEDULE, cron=None), ONE),
    ]
    remembering = Upcoming(CronsimCalendar())
    for _ in range(2):
        assert [remembering.of(*one) for one in asked] == [Upcoming(CronsimCalendar()).of(*one) for one in asked]
    runs = [remembering.of(*one).next_runs for one in asked]
    assert len({tuple(one) for one in runs}) == len(asked) - 1, "without an export nothing is spread"


def test_exports_of_one_schedule_start_each_at_its_own_moment() -> None:
    spread, upcoming = replace(SCHEDULE, spread_seconds=3600), Upcoming(CronsimCalendar())
    for whose in (ONE, OTHER, ONE):
        late_by = offset(whose, timedelta(hours=1))
        runs = upcoming.of(spread, whose).next_runs
        assert [run.starts_at for run in runs] == [NINE + timedelta(days=day) + late_by for day in range(5)]
