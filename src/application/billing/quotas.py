"""What a company may use, asked before something is used and told afterwards."""

from collections.abc import Sequence
from datetime import datetime

from application.billing.ports import Customers, Entry, Usage
from application.billing.providers import BillingProviders
from application.billing.zones import Zones
from application.ports import Clock
from application.tenants.announcing import Announcing
from domain.billing.grants import Customer, Offer
from domain.billing.periods import Period, month_of
from domain.billing.standing import Entitlement, ExporterNotInPlan, RowsUsedUp, TooManyExports, entitled
from domain.billing.usage import Hold, Meter, passed
from domain.shared.identities import ClaimId, CompanyId, ConfigId, TaskId
from domain.tenants.company import CompanyNotFound

PAGE = 1000


class Quotas:
    """Works in the caller's transaction."""

    def __init__(
        self,
        customers: Customers,
        providers: BillingProviders,
        usage: Usage,
        announcing: Announcing,
        zones: Zones,
        offer: Offer,
        clock: Clock,
    ) -> None:
        self._customers = customers
        self._providers = providers
        self._usage = usage
        self._announcing = announcing
        self._zones = zones
        self._offer = offer
        self._clock = clock

    async def of(self, company_id: CompanyId) -> tuple[Entitlement, Period]:
        """What the company may use now, and the period that pays. Raises CompanyNotFound."""
        found = await self._customers.of([company_id])
        if not found:
            raise CompanyNotFound(company=str(company_id))
        period = month_of(self._clock.now(), self._zones.zone(found[0].time_zone))
        return (await self._entitled(found))[company_id], period

    async def entitlements(self, company_ids: Sequence[CompanyId]) -> dict[CompanyId, Entitlement]:
        """What each of these companies may use now, as far as it exists, in a SystemTransaction or for one's own."""
        return await self._entitled(await self._customers.of(company_ids))

    async def everybody(self) -> dict[CompanyId, Entitlement]:
        """What each company may use now, in a SystemTransaction."""
        found: dict[CompanyId, Entitlement] = {}
        last = None
        while page := await self._customers.page(last, PAGE):
            found |= await self._entitled(page)
            last = page[-1].company_id
        return found

    async def require_room(self, company_id: CompanyId) -> None:
        """Raises CompanyBlocked, SubscriptionExpired, PlanEnded or RowsUsedUp where a run could not write a row."""
        entitlement, period = await self.of(company_id)
        entitlement.require_running()
        meter = await self._usage.meter(company_id, period.key)
        limit = entitlement.plan.rows
        if limit is not None and meter.used >= limit:
            raise _used_up(meter, limit, period)

    async def rows_left(self, company_id: CompanyId) -> int | None:
        """How many rows the plan leaves in this period; None where it has no limit."""
        entitlement, period = await self.of(company_id)
        limit = entitlement.plan.rows
        if limit is None:
            return None
        meter = await self._usage.meter(company_id, period.key)
        return max(limit - meter.used - meter.reserved, 0)

    async def require_running(self, company_id: CompanyId) -> None:
        """Raises CompanyBlocked, SubscriptionExpired or PlanEnded."""
        (await self.of(company_id))[0].require_running()

    async def require_export(self, company_id: CompanyId, family: str, exports: int) -> None:
        """Raises CompanyBlocked, SubscriptionExpired, PlanEnded, ExporterNotInPlan, or TooManyExports where there are
        so many `exports` already.
        """
        entitlement, _ = await self.of(company_id)
        entitlement.require_running()
        families = entitlement.plan.families
        if families is not None and family not in families:
            raise ExporterNotInPlan(family=family, allowed=", ".join(sorted(families)))
        limit = entitlement.plan.exports
        if limit is not None and exports >= limit:
            raise TooManyExports(used=exports, limit=limit)

    async def reserve(self, company_id: CompanyId, task_id: TaskId, claim_id: ClaimId, number: int, rows: int) -> Hold:
        """Sets rows aside for a batch. Raises CompanyBlocked, SubscriptionExpired, PlanEnded or RowsUsedUp."""
        entitlement, period = await self.of(company_id)
        entitlement.require_running()
        hold, limit = Hold(company_id, task_id, claim_id, number, period.key, rows), entitlement.plan.rows
        if not await self._usage.reserve(hold, limit):
            await self._usage.release_dead(company_id, self._clock.now())
            if not await self._usage.reserve(hold, limit):
                raise _used_up(await self._usage.meter(company_id, period.key), limit or 0, period)
        return hold

    async def settle(self, holds: Sequence[Hold], config_id: ConfigId, rows: int) -> None:
        """Enters the rows that a batch has really changed, in the transaction that notes the batch."""
        first, now = holds[0], self._clock.now()
        key = f"{first.task_id}:{first.claim_id}:{first.number}"
        meter = await self._usage.settle(holds, Entry(key, config_id, rows, now))
        entitlement, _ = await self.of(first.company_id)
        limit = entitlement.plan.rows
        before = passed(meter.used - rows, limit)
        for percent in passed(meter.used, limit)[len(before) :]:
            if await self._usage.warn(first.company_id, first.period, percent, now):
                await self._announcing.tell_worse(
                    first.company_id,
                    "rows",
                    f"{first.period}:{percent}",
                    "announcements.rows_used",
                    percent=percent,
                    period=first.period,
                    limit=limit or 0,
                )

    async def release(self, company_id: CompanyId, task_id: TaskId) -> None:
        """The run writes no more for now."""
        await self._usage.release(company_id, task_id)

    async def _entitled(self, customers: Sequence[Customer]) -> dict[CompanyId, Entitlement]:
        granted = await self._providers.grants(customers)
        now, grace = self._clock.now(), self._offer.grace
        return {one.company_id: entitled(one.account, granted[one.company_id], grace, now) for one in customers}


def _used_up(meter: Meter, limit: int, period: Period) -> RowsUsedUp:
    return RowsUsedUp(meter="rows", used=meter.used, limit=limit, ends=_told(period.ends))


def _told(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
