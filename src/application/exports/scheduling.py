"""Schedules as they are asked for, checked and made."""

from datetime import datetime, timedelta

import msgspec

from application.exports.allowing import Allowances
from application.exports.ports import CronCalendar, ExportConfigs, ExportTasks
from domain.exports.config import ExportConfig
from domain.exports.freshness import REMEMBERED, next_run
from domain.exports.schedule import (
    AfterSchedule,
    CronSchedule,
    FreshnessSchedule,
    Misfire,
    Schedule,
    ScheduleAmbiguous,
    ScheduleUnfit,
    Terms,
    check_after,
    check_freshness,
    check_shortest,
    chosen_spread,
    misfire_named,
)
from domain.shared.identities import CompanyId, ConfigId
from domain.tenants.company import Company


class ScheduleChoice(msgspec.Struct, frozen=True, kw_only=True):
    """One of `cron` (five fields on the company's wall clock), `after` (another export of the company) and
    `freshness_minutes` (how old at most the sheet may be).

    `spread_seconds` and `misfire` go with a cron, `always` goes with another export. See domain.exports.schedule.
    """

    cron: str | None = None
    spread_seconds: int | None = None
    misfire: str | None = None
    after: ConfigId | None = None
    always: bool = False
    freshness_minutes: int | None = None


def one_choice(cron: str | None, choice: ScheduleChoice | None) -> ScheduleChoice | None:
    """A bare cron is short for a schedule with that cron. Raises ScheduleAmbiguous where both are given."""
    if cron is None:
        return choice
    if choice is not None:
        raise ScheduleAmbiguous
    return ScheduleChoice(cron=cron)


class Scheduling:
    """Makes schedules. Works in a transaction of the company."""

    def __init__(
        self, configs: ExportConfigs, tasks: ExportTasks, calendar: CronCalendar, allowances: Allowances
    ) -> None:
        self._configs = configs
        self._tasks = tasks
        self._calendar = calendar
        self._allowances = allowances

    async def make(self, company: Company, choice: ScheduleChoice, now: datetime) -> Schedule:
        """The schedule as of now, for an export that has never run; whether the export that it follows exists is
        checked by `confirm`.

        Raises ScheduleAmbiguous, ScheduleUnfit, CronInvalid, ScheduleTooFrequent, SpreadInvalid, MisfireUnknown or
        FreshnessInvalid.
        """
        _check_kind(choice)
        terms = await self._allowed(company.id)
        if choice.after is not None:
            return AfterSchedule(choice.after, choice.always)
        if choice.freshness_minutes is not None:
            return FreshnessSchedule(check_freshness(choice.freshness_minutes, terms), now)
        cron = choice.cron or ""
        following = self._calendar.next_after(cron, company.time_zone, now)
        gap = self._calendar.shortest_gap(cron)
        check_shortest(gap, terms)
        spread = chosen_spread(choice.spread_seconds, gap, terms)
        misfire = Misfire.RUN_ONCE if choice.misfire is None else misfire_named(choice.misfire)
        return CronSchedule(cron, company.time_zone, following, spread, misfire)

    async def confirm(self, company_id: CompanyId, config_id: ConfigId, schedule: Schedule | None) -> None:
        """In the transaction that stores the schedule, before the export is locked: the export that it follows exists,
        and follows it by no detour. Raises AfterUnknown or AfterCycle.
        """
        if isinstance(schedule, AfterSchedule):
            check_after(config_id, schedule.after, await self._configs.links(company_id))

    async def aimed(self, config: ExportConfig, target: timedelta, now: datetime) -> FreshnessSchedule:
        """The freshness schedule of an export that is locked and may have run, or be running."""
        if await self._tasks.unfinished([config.id]):
            return FreshnessSchedule(target, None)
        past = await self._tasks.past(config.company_id, config.id, REMEMBERED)
        shortest = (await self._allowed(config.company_id)).shortest
        return FreshnessSchedule(target, next_run(target, shortest, config.fresh_at, past, now))

    async def _allowed(self, company_id: CompanyId) -> Terms:
        """Schedules made under other terms stay; what they have too much of is skipped when it comes due."""
        return (await self._allowances.of([company_id]))[company_id].terms


def _check_kind(choice: ScheduleChoice) -> None:
    kinds = [choice.cron is not None, choice.after is not None, choice.freshness_minutes is not None]
    if sum(kinds) != 1:
        raise ScheduleAmbiguous
    for option, chosen, fits in (
        ("spreadSeconds", choice.spread_seconds is not None, choice.cron is not None),
        ("misfire", choice.misfire is not None, choice.cron is not None),
        ("always", choice.always, choice.after is not None),
    ):
        if chosen and not fits:
            raise ScheduleUnfit(option=option)
