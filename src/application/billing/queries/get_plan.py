"""What may the company use, and what has it used?"""

from datetime import datetime

import msgspec

from application.billing.ports import Mismatch, Usage
from application.billing.quotas import Quotas
from application.messages import Query
from application.ports import Clock, ReadTransaction
from domain.billing.standing import Afterwards, Entitlement, Standing
from domain.billing.usage import forecast, passed, percent_of
from domain.tenants.subscription import BilledBy


class PlanTitle(msgspec.Struct, frozen=True, kw_only=True):
    """The plan's name in both languages."""

    ru: str
    en: str


class PlanLimits(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the plan allows; null is as much as the company likes. `history_days` is for how long runs are remembered at
    the most, `shortest_follow_up_seconds` how soon after the last run one may follow changes, `families` which
    families of exporters there may be, `links` how many links to other companies, and
    `executions_per_month` how many executions of automation rules may be begun. `dealers` are how many there may be,
    `notices_per_month` how much they may be told.
    """

    exports: int | None
    rows_per_month: int | None
    shortest_interval_seconds: int
    shortest_follow_up_seconds: int
    history_days: int | None
    families: list[str] | None
    links: int | None
    executions_per_month: int | None
    dealers: int | None
    notices_per_month: int | None


class RowsMeter(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Changed rows that came into sheets in the period. `reserved` ones are on their way. `forecast` is what the period
    will come to if it goes on like that, null as long as too little of it is over. `thresholds` are the percents of the
    limit that are reached now, `warned` those that were noted in this period, under whichever plan.
    """

    used: int
    reserved: int
    limit: int | None
    percent: int | None
    forecast: int | None
    thresholds: list[int]
    warned: list[int]


class PlanAfterwards(msgspec.Struct, frozen=True, kw_only=True):
    """What comes `at` that moment if nobody does anything: the `plan`, null is that exports rest, by that provider's
    word.
    """

    at: datetime
    plan: str | None
    provider: BilledBy


class PlanBefore(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A plan that is over, grace included, and what has come after it."""

    plan: str
    paid_until: datetime | None


class PlanDecision(msgspec.Struct, frozen=True, kw_only=True):
    """By whose word the company has its plan: `moysklad` by the subscription there, `manual` by the operator of the
    service, or by what everybody has here. `called` is the name of MoySklad's tariff, or the operator's note.
    """

    provider: BilledBy
    called: str
    trial: bool
    until: datetime | None
    afterwards: PlanAfterwards | None
    before: PlanBefore | None


class PlanView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The company's plan and its use. `standing` is active, grace, expired or blocked. `period_begins` is the beginning
    of a month on the company's own clock, and `period_ends` that of the next. `decision` tells who decides about the
    plan, until when it holds, and what comes after it. `mismatches` are periods of which the
    ledger says something else than the meter; there are none.
    """

    plan: str
    title: PlanTitle
    standing: Standing
    paid_until: datetime | None
    blocked_because: str | None
    decision: PlanDecision
    limits: PlanLimits
    period: str
    period_begins: datetime
    period_ends: datetime
    rows: RowsMeter
    mismatches: list[Mismatch]


class GetPlan(Query[PlanView], frozen=True, kw_only=True):
    """Of one company."""


class GetPlanHandler:
    """Reads the account and the meter."""

    def __init__(self, transaction: ReadTransaction, quotas: Quotas, usage: Usage, clock: Clock) -> None:
        self._transaction = transaction
        self._quotas = quotas
        self._usage = usage
        self._clock = clock

    async def __call__(self, query: GetPlan) -> PlanView:
        """Raises CompanyNotFound."""
        async with self._transaction(query.company_id):
            entitlement, period = await self._quotas.of(query.company_id)
            meter, warned, mismatches = await self._usage.overview(query.company_id, period.key)
        plan = entitlement.plan
        return PlanView(
            plan=plan.key.value,
            title=PlanTitle(ru=plan.title_ru, en=plan.title_en),
            standing=entitlement.standing,
            paid_until=entitlement.until,
            blocked_because=entitlement.blocked,
            decision=_decision(entitlement),
            limits=PlanLimits(
                exports=plan.exports,
                rows_per_month=plan.rows,
                shortest_interval_seconds=round(plan.shortest_interval.total_seconds()),
                shortest_follow_up_seconds=round(plan.shortest_follow_up.total_seconds()),
                history_days=None if plan.history is None else plan.history.days,
                families=None if plan.families is None else sorted(plan.families),
                links=plan.links,
                executions_per_month=plan.executions,
                dealers=plan.dealers,
                notices_per_month=plan.notices,
            ),
            period=period.key,
            period_begins=period.begins,
            period_ends=period.ends,
            rows=RowsMeter(
                used=meter.used,
                reserved=meter.reserved,
                limit=plan.rows,
                percent=percent_of(meter.used, plan.rows),
                forecast=forecast(meter.used, period.share_gone(self._clock.now())),
                thresholds=passed(meter.used, plan.rows),
                warned=warned,
            ),
            mismatches=mismatches,
        )


def _decision(entitlement: Entitlement) -> PlanDecision:
    ended = entitlement.ended
    return PlanDecision(
        provider=entitlement.by,
        called=entitlement.called,
        trial=entitlement.trial,
        until=entitlement.until,
        afterwards=None if entitlement.afterwards is None else _afterwards(entitlement.afterwards),
        before=None if ended is None else PlanBefore(plan=ended.plan.value, paid_until=ended.until),
    )


def _afterwards(then: Afterwards) -> PlanAfterwards:
    return PlanAfterwards(at=then.at, plan=None if then.plan is None else then.plan.value, provider=then.by)
