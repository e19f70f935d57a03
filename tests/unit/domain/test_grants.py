"""Which plan a company has, by whose word, until when, and what comes after it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.billing.grants import (
    Account,
    Grant,
    Offer,
    ProviderUnknown,
    granted_by_operator,
    granted_by_subscription,
    provider_named,
)
from domain.billing.plans import PlanKey
from domain.billing.standing import Afterwards, Entitlement, PlanEnded, Standing, SubscriptionExpired, entitled
from domain.shared.identities import CompanyId
from domain.tenants.subscription import BilledBy, Subscription

NOW = datetime(2026, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
GRACE = timedelta(days=7)
COMPANY = CompanyId(UUID(int=1))
SALE = Offer({"s": PlanKey.START, "b": PlanKey.BUSINESS}, PlanKey.FREE, GRACE)
NOBODY = Account(COMPANY)


def by_moysklad(days: int, then: PlanKey | None = None) -> Grant:
    return Grant(BilledBy.MOYSKLAD, PlanKey.START, NOW + days * DAY, then=then)


def standing(account: Account, grant: Grant, at: datetime = NOW) -> Entitlement:
    return entitled(account, grant, GRACE, at)


@pytest.mark.parametrize(
    ("days", "then", "plan", "stands"),
    [
        (1, None, PlanKey.START, Standing.ACTIVE),
        (0, None, PlanKey.START, Standing.GRACE),
        (-7, None, PlanKey.START, Standing.EXPIRED),
        (0, PlanKey.FREE, PlanKey.START, Standing.GRACE),
        (-7, PlanKey.FREE, PlanKey.FREE, Standing.ACTIVE),
    ],
)
@pytest.mark.parametrize("by", BilledBy)
def test_a_plan_ends_the_same_way_whoever_decided(
    by: BilledBy, days: int, then: PlanKey | None, plan: PlanKey, stands: Standing
) -> None:
    grant = Grant(by, PlanKey.START, NOW + days * DAY, then=then)
    found = standing(NOBODY, grant)
    assert (found.plan.key, found.standing, found.by) == (plan, stands, by)
    if stands in {Standing.ACTIVE, Standing.GRACE} and plan is PlanKey.START:
        assert found.afterwards == Afterwards(NOW + days * DAY + GRACE, then, by)
    assert found.ended == (grant if plan is PlanKey.FREE else None)


@pytest.mark.parametrize(("by", "refusal"), [(BilledBy.MOYSKLAD, SubscriptionExpired), (BilledBy.MANUAL, PlanEnded)])
def test_whose_plan_is_over_is_told_whom_to_ask(by: BilledBy, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        standing(NOBODY, Grant(by, PlanKey.START, NOW - GRACE)).require_running()


def test_the_operators_word_holds_before_moysklads_and_gives_way_without_grace() -> None:
    account = Account(COMPANY, PlanKey.ENTERPRISE, NOW + DAY)
    found = standing(account, by_moysklad(30))
    assert (found.plan.key, found.by) == (PlanKey.ENTERPRISE, BilledBy.MANUAL)
    assert found.afterwards == Afterwards(NOW + DAY, PlanKey.START, BilledBy.MOYSKLAD)
    after = standing(account, by_moysklad(30), NOW + DAY)
    assert (after.plan.key, after.standing, after.by) == (PlanKey.START, Standing.ACTIVE, BilledBy.MOYSKLAD)


def test_it_is_foreseen_that_moysklads_word_will_be_over_by_then() -> None:
    account = Account(COMPANY, PlanKey.ENTERPRISE, NOW + 30 * DAY)
    assert standing(account, by_moysklad(1)).afterwards == Afterwards(NOW + 30 * DAY, None, BilledBy.MOYSKLAD)
    free = standing(account, by_moysklad(1, PlanKey.FREE)).afterwards
    assert free == Afterwards(NOW + 30 * DAY, PlanKey.FREE, BilledBy.MOYSKLAD)


@pytest.mark.parametrize("by", BilledBy)
def test_the_end_of_time_is_no_trouble(by: BilledBy) -> None:
    never = datetime.max.replace(tzinfo=UTC)
    for until in (never, never - GRACE + timedelta(seconds=1), never - GRACE):
        found = standing(NOBODY, Grant(by, PlanKey.START, until))
        assert (found.standing, found.until) == (Standing.ACTIVE, until)
        assert found.changes_at == never


def test_a_block_goes_before_everything_and_changes_no_limit() -> None:
    found = standing(Account(COMPANY, PlanKey.START, blocked="не оплачено"), by_moysklad(-30))
    assert (found.standing, found.blocked, found.plan.key) == (Standing.BLOCKED, "не оплачено", PlanKey.START)


def test_what_a_subscription_grants() -> None:
    until = NOW + DAY
    told = Subscription("s", "Старт", trial=True, expires_at=until)
    assert granted_by_subscription(told, SALE) == Grant(BilledBy.MOYSKLAD, PlanKey.START, until, True, None, "Старт")
    assert granted_by_subscription(told, Offer()) is None
    for unknown in (None, Subscription("другой")):
        found = granted_by_subscription(unknown, SALE)
        assert found is not None
        assert found.plan is PlanKey.BUSINESS
    for mark in ({"partner": True}, {"not_for_resale": True}):
        lasting = granted_by_subscription(Subscription("s", expires_at=until, **mark), SALE)
        assert lasting is not None
        assert lasting.until is None


def test_who_was_given_nothing_has_the_usual_plan() -> None:
    assert granted_by_operator(NOBODY, SALE) == Grant(BilledBy.MANUAL, PlanKey.FREE)


def test_providers_have_names() -> None:
    assert provider_named("manual") is BilledBy.MANUAL
    with pytest.raises(ProviderUnknown):
        provider_named("stripe")


MOMENTS = st.none() | st.integers(-40, 40).map(lambda days: NOW + days * DAY)
PLANS = st.sampled_from(PlanKey)


@given(
    st.builds(Account, company_id=st.just(COMPANY), plan=st.none() | PLANS, until=MOMENTS, then=st.none() | PLANS),
    st.builds(Grant, by=st.just(BilledBy.MOYSKLAD), plan=PLANS, until=MOMENTS, then=st.none() | PLANS),
    st.booleans(),
)
def test_what_is_said_to_come_afterwards_comes(account: Account, moysklad: Grant, manual: bool) -> None:
    """At the moment that is told, and not a moment before, whoever decides."""
    grant = granted_by_operator(account, SALE) if manual else moysklad
    now = standing(account, grant)
    if now.afterwards is None:
        return
    before = standing(account, grant, now.afterwards.at - timedelta(microseconds=1))
    then = standing(account, grant, now.afterwards.at)
    assert (before.plan, before.by) == (now.plan, now.by)
    assert before.standing in {Standing.ACTIVE, Standing.GRACE}
    comes = None if then.standing is Standing.EXPIRED else then.plan.key
    assert (comes, then.by) == (now.afterwards.plan, now.afterwards.by)
