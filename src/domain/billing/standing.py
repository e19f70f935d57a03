"""Which plan a company has, and whether it may use it just now."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from domain.billing.grants import Account, Grant, given_by
from domain.billing.plans import PLANS, Plan, PlanKey
from domain.shared.errors import QuotaExceeded
from domain.tenants.subscription import BilledBy


class Standing(StrEnum):
    """`grace` is for what was paid until a little while ago: everything goes on. What is `expired` or `blocked` can be
    read, and no export runs.
    """

    ACTIVE = "active"
    GRACE = "grace"
    EXPIRED = "expired"
    BLOCKED = "blocked"


class CompanyBlocked(QuotaExceeded):
    """Whoever operates the service has blocked the company."""

    code = "billing.blocked"


class SubscriptionExpired(QuotaExceeded):
    """What was paid for is over, and so is the grace."""

    code = "billing.expired"


class RowsUsedUp(QuotaExceeded):
    """The period's rows are used up or on their way."""

    code = "billing.rows_used_up"


class TooManyExports(QuotaExceeded):
    """The plan has no room for one more export."""

    code = "billing.too_many_exports"


class ExporterNotInPlan(QuotaExceeded):
    """The plan does not have exporters of that family."""

    code = "billing.exporter_not_in_plan"


class ExportRests(QuotaExceeded):
    """The company has more exports than its plan allows, and this one is among those that rest."""

    code = "billing.export_rests"


class PlanEnded(QuotaExceeded):
    """What the operator has given is over, and so is the grace."""

    code = "billing.plan_ended"


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What comes from `at` on if nobody does anything: that plan, or that exports rest, which is None; by that
    provider's word.
    """

    at: datetime
    plan: PlanKey | None
    by: BilledBy


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a company may use, how it stands, and by whose word. `until` is when that ends, where somebody said so,
    and `afterwards` what comes then. `ended` is what the company had before, where this has come after it.
    """

    plan: Plan
    standing: Standing
    until: datetime | None = None
    blocked: str | None = None
    by: BilledBy = BilledBy.MANUAL
    trial: bool = False
    called: str = ""
    afterwards: Afterwards | None = None
    ended: Grant | None = None

    @property
    def changes_at(self) -> datetime | None:
        """When the plan becomes another one if nobody does anything; None where that is never."""
        return None if self.afterwards is None else self.afterwards.at

    def require_running(self) -> None:
        """Raises CompanyBlocked, SubscriptionExpired or PlanEnded."""
        if self.standing is Standing.BLOCKED:
            raise CompanyBlocked(reason=self.blocked or "")
        if self.standing is Standing.EXPIRED:
            over = SubscriptionExpired if self.by is BilledBy.MOYSKLAD else PlanEnded
            raise over(until=self.until.isoformat() if self.until else "")


def entitled(account: Account, granted: Grant, grace: timedelta, now: datetime) -> Entitlement:
    """What the company's provider has granted; a plan that the operator gives holds before that until it ends."""
    given = given_by(account)
    if granted.by is BilledBy.MANUAL or given is None or not given.holds(now):
        found = _in_force(granted, grace, now)
    else:
        found = replace(_in_force(given, grace, now), afterwards=_returned(granted, given.until, grace))
    return found if account.blocked is None else replace(found, standing=Standing.BLOCKED, blocked=account.blocked)


def _in_force(grant: Grant, grace: timedelta, now: datetime) -> Entitlement:
    if grant.until is None:
        return _saying(grant, Standing.ACTIVE)
    over = _plus(grant.until, grace)
    if now < over:
        standing = Standing.ACTIVE if now < grant.until else Standing.GRACE
        return replace(_saying(grant, standing), afterwards=Afterwards(over, grant.then, grant.by))
    if grant.then is None:
        return _saying(grant, Standing.EXPIRED)
    return Entitlement(PLANS[grant.then], Standing.ACTIVE, by=grant.by, ended=grant)


def _plus(until: datetime, grace: timedelta) -> datetime:
    """The end of time is a way of saying "for good", and nothing comes after it."""
    latest = datetime.max.replace(tzinfo=UTC)
    return latest if until > latest - grace else until + grace


def _saying(grant: Grant, standing: Standing) -> Entitlement:
    return Entitlement(PLANS[grant.plan], standing, grant.until, by=grant.by, trial=grant.trial, called=grant.called)


def _returned(granted: Grant, until: datetime | None, grace: timedelta) -> Afterwards | None:
    """What the provider's word will come to when the operator's ends, as far as it is known now."""
    if until is None:
        return None
    then = _in_force(granted, grace, until)
    return Afterwards(until, None if then.standing is Standing.EXPIRED else then.plan.key, granted.by)
