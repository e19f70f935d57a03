"""Which plan a company has, and whether it may use it just now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.billing.plans import PLANS, Plan, PlanKey
from domain.shared.errors import QuotaExceeded
from domain.shared.identities import CompanyId
from domain.tenants.subscription import Subscription


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


@dataclass(frozen=True, slots=True)
class Account:
    """What the operator has said of a company: a plan that holds until `until` (for good if that is None) instead of
    what MoySklad tells, and why it is blocked, if it is.
    """

    company_id: CompanyId
    plan: PlanKey | None = None
    until: datetime | None = None
    blocked: str | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """What has to be known of a company to say what it may use: its clock, what MoySklad and the operator say of it."""

    company_id: CompanyId
    time_zone: str
    subscription: Subscription | None
    account: Account


@dataclass(frozen=True, slots=True)
class Offer:
    """How plans are sold here. `tariffs` has the plan of each of MoySklad's tariffs; without any nothing is sold
    and everybody has the `usual` plan, which is how somebody hosts the service for themselves.
    """

    tariffs: Mapping[str, PlanKey] = field(default_factory=dict)
    usual: PlanKey = PlanKey.ENTERPRISE
    grace: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a company may use, how it stands, and until when that was paid, where somebody said so."""

    plan: Plan
    standing: Standing
    until: datetime | None = None
    blocked: str | None = None

    def require_running(self) -> None:
        """Raises CompanyBlocked or SubscriptionExpired."""
        if self.standing is Standing.BLOCKED:
            raise CompanyBlocked(reason=self.blocked or "")
        if self.standing is Standing.EXPIRED:
            raise SubscriptionExpired(until=self.until.isoformat() if self.until else "")


def entitled(subscription: Subscription | None, account: Account, offer: Offer, now: datetime) -> Entitlement:
    """What the operator has said goes before what MoySklad tells, as long as it holds.

    A tariff that nobody has given a plan gets the largest plan on sale: a customer has paid for something, and to stop
    exports wrongly is worse than to give rows away. So does a company of which nothing was told yet. Accounts of
    MoySklad's partners, and those not for resale, do not expire: what MoySklad tells of them ends without anybody
    having to pay (the meaning of both marks is unverified; it also stops their app itself when it wants to).
    """
    holds = account.plan is not None and (account.until is None or now < account.until)
    sold = subscription if offer.tariffs else None
    if account.plan is not None and (holds or sold is None):
        plan, until = PLANS[account.plan], account.until
    else:
        plan = PLANS[_plan_of(sold, offer)]
        lasts = sold is None or sold.partner or sold.not_for_resale
        until = None if sold is None or lasts else sold.expires_at
    standing = Standing.BLOCKED if account.blocked is not None else _by_time(until, offer.grace, now)
    return Entitlement(plan, standing, until, account.blocked)


def _plan_of(sold: Subscription | None, offer: Offer) -> PlanKey:
    if not offer.tariffs:
        return offer.usual
    largest = max(offer.tariffs.values(), key=list(PlanKey).index)
    return largest if sold is None else offer.tariffs.get(sold.tariff, largest)


def _by_time(until: datetime | None, grace: timedelta, now: datetime) -> Standing:
    if until is None or now < until:
        return Standing.ACTIVE
    return Standing.GRACE if now < until + grace else Standing.EXPIRED
