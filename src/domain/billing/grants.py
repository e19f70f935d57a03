"""What billing providers grant companies: a plan, until when, and what comes after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.billing.plans import PlanKey
from domain.shared.errors import Conflict, RuleViolated
from domain.shared.identities import CompanyId
from domain.tenants.subscription import BilledBy, Subscription

REST = "rest"
"""How it is said that after a plan exports rest until there is another one."""


class EndPassed(RuleViolated):
    """A plan is to end at a moment that is over."""

    code = "billing.end_passed"


class NothingGiven(Conflict):
    """The operator has given the company no plan that could be ended."""

    code = "billing.nothing_given"


class ProviderUnknown(RuleViolated):
    """There is no such billing provider."""

    code = "billing.provider_unknown"


class ProviderUnfit(Conflict):
    """The provider knows nothing of the company."""

    code = "billing.provider_unfit"


@dataclass(frozen=True, slots=True)
class Account:
    """What the operator has said of a company: a plan that holds until `until` (for good if that is None), whether it
    is a `trial`, what comes after it and its grace (`then`; None: exports rest), a `note` that the company's people
    read, and why it is blocked, if it is.
    """

    company_id: CompanyId
    plan: PlanKey | None = None
    until: datetime | None = None
    blocked: str | None = None
    trial: bool = False
    then: PlanKey | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """What has to be known of a company to say what it may use, besides what its provider has granted: its clock, who
    its provider is, and what the operator says of it.
    """

    company_id: CompanyId
    time_zone: str
    billed_by: BilledBy
    account: Account


@dataclass(frozen=True, slots=True)
class Offer:
    """How plans are sold here. `tariffs` has the plan of each of MoySklad's tariffs; without any nothing is sold.
    Who was given nothing has the `usual` plan, which is how somebody hosts the service for themselves. When a plan is
    over, all goes on for the `grace`; after it comes the plan `after`, or exports rest where that is None.
    """

    tariffs: Mapping[str, PlanKey] = field(default_factory=dict)
    usual: PlanKey = PlanKey.ENTERPRISE
    grace: timedelta = timedelta(days=7)
    after: PlanKey | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a provider says of a company: the `plan` until `until`, for good if that is None, and once the grace is over
    the plan `then`, or nothing runs. `called` is what the provider calls it.
    """

    by: BilledBy
    plan: PlanKey
    until: datetime | None = None
    trial: bool = False
    then: PlanKey | None = None
    called: str = ""

    def holds(self, now: datetime) -> bool:
        """Whether it has not ended, grace aside."""
        return self.until is None or now < self.until


def granted_by_subscription(subscription: Subscription | None, offer: Offer) -> Grant | None:
    """What MoySklad's billing grants; None where nothing is sold, so that it has nothing to say.

    A tariff that nobody has given a plan gets the largest plan on sale: a customer has paid for something, and to stop
    exports wrongly is worse than to give rows away. So does a company of which nothing was told yet. Accounts of
    MoySklad's partners, and those not for resale, do not expire: what MoySklad tells of them ends without anybody
    having to pay (the meaning of both marks is unverified; it also stops their app itself when it wants to).
    """
    if not offer.tariffs:
        return None
    largest = max(offer.tariffs.values(), key=list(PlanKey).index)
    if subscription is None:
        return Grant(BilledBy.MOYSKLAD, largest)
    lasts = subscription.partner or subscription.not_for_resale
    return Grant(
        by=BilledBy.MOYSKLAD,
        plan=offer.tariffs.get(subscription.tariff, largest),
        until=None if lasts else subscription.expires_at,
        trial=subscription.trial,
        then=offer.after,
        called=subscription.tariff_name,
    )


def given_by(account: Account) -> Grant | None:
    """The plan that the operator has given, over or not; None where there is none."""
    if account.plan is None:
        return None
    return Grant(BilledBy.MANUAL, account.plan, account.until, account.trial, account.then, account.note)


def granted_by_operator(account: Account, offer: Offer) -> Grant:
    """What the operator has given, or else the usual plan."""
    return given_by(account) or Grant(BilledBy.MANUAL, offer.usual)


def provider_named(name: str) -> BilledBy:
    """The provider of that key. Raises ProviderUnknown."""
    try:
        return BilledBy(name)
    except ValueError as wrong:
        raise ProviderUnknown(provider=name[:50], known=", ".join(BilledBy)) from wrong
