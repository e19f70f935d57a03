"""When would this schedule run?"""

import msgspec

from application.exports.ports import ExportConfigs
from application.exports.scheduling import ScheduleChoice, Scheduling
from application.exports.upcoming import Upcoming
from application.exports.views import ScheduleView, schedule_view
from application.messages import Query
from application.ports import Clock, Ids, Transaction
from application.tenants.ports import Companies
from domain.exports.schedule import FreshnessSchedule
from domain.shared.identities import ConfigId


class PreviewSchedule(Query[ScheduleView], frozen=True, kw_only=True):
    """A schedule that is not saved; of an export that exists, or of one that is to be made."""

    schedule: ScheduleChoice
    config_id: ConfigId | None = None


class PreviewScheduleHandler:
    """Checks the schedule as saving it would, and tells the next runs.

    An export that does not exist yet has no place within the window of its schedule: its runs start no later than
    `spread_seconds` after what is told.
    """

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        configs: ExportConfigs,
        scheduling: Scheduling,
        upcoming: Upcoming,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._configs = configs
        self._scheduling = scheduling
        self._upcoming = upcoming
        self._ids = ids
        self._clock = clock

    async def __call__(self, query: PreviewSchedule) -> ScheduleView:
        """Raises ConfigNotFound, for another company's export too, and what Scheduling raises."""
        now = self._clock.now()
        config_id = query.config_id or ConfigId(self._ids.new())
        async with self._transaction(query.company_id):
            company = await self._companies.get(query.company_id)
            schedule = await self._scheduling.make(company, query.schedule, now)
            await self._scheduling.confirm(query.company_id, config_id, schedule)
            if query.config_id is not None:
                config = await self._configs.get(query.company_id, query.config_id)
                if isinstance(schedule, FreshnessSchedule):
                    schedule = await self._scheduling.aimed(config, schedule.target, now)
        view = schedule_view(config_id, schedule, company.time_zone)
        if view is None:
            raise AssertionError("a schedule that was made has a kind")
        if query.config_id is None:
            view = msgspec.structs.replace(view, next_due_at=view.next_nominal_at)
        return self._upcoming.of(view, query.config_id)
