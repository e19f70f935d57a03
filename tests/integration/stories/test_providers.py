"""Companies whose plan MoySklad decides, and companies whose plan the operator does."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from dishka import Provider, Scope

from application.billing.commands.choose_provider import ChooseProvider
from application.billing.commands.end_plan import EndPlan
from application.billing.commands.set_plan import SetPlan
from application.billing.queries.get_plan import GetPlan, PlanDecision, PlanView
from application.connections.commands.activate_company import ActivateCompany
from application.connections.commands.connect_by_token import ConnectByToken
from application.connections.installation_ports import TokenOwner, TokenOwners
from application.exports.limits import RunLimits
from application.tenants.acting import Acting
from application.tenants.queries.list_audit import ListAudit
from domain.billing.grants import EndPassed, NothingGiven, Offer, ProviderUnfit
from domain.billing.plans import PLANS, PlanKey
from domain.billing.standing import PlanEnded, Standing
from domain.exports.task import TaskState
from domain.tenants.subscription import BilledBy, Subscription
from tests.integration.harness.stories import APP_ID, Party, Story

ACCOUNT = UUID(int=5)
SALE = Offer({"s": PlanKey.START, "b": PlanKey.BUSINESS}, usual=PlanKey.FREE, after=PlanKey.FREE)
MANUAL, MOYSKLAD = BilledBy.MANUAL, BilledBy.MOYSKLAD


async def begin(offer: Offer = SALE) -> Story:
    selling = Provider(scope=Scope.APP)
    selling.provide(lambda: offer, provides=Offer)
    return await Story.begin(RunLimits(batch_bytes=300), selling)


async def by_token(story: Story) -> Party:
    owners = await story.world.container.get(TokenOwners)
    owners.known["token"] = TokenOwner(account_id=ACCOUNT, account_name="romashka", administrator=True)
    story.world.source.open("token")
    party = Party(story, "romashka", await story.app.execute(ConnectByToken(token="token")), ACCOUNT, "token")
    await party.sign_in()
    await party.connect_google()
    return party


async def tell(
    party: Party, subscription: Subscription, cause: str = "TariffChanged", token: str | None = None
) -> None:
    """What MoySklad's billing says."""
    await party.app.execute(
        ActivateCompany(
            signature=party.story.signature(),
            app_id=APP_ID,
            account_id=party.account_id,
            account_name=party.name,
            cause=cause,
            access_token=token,
            subscription=subscription,
        )
    )


async def give(party: Party, plan: PlanKey | None, **fields: object) -> None:
    told = {"plan": None if plan is None else plan.value, **fields}
    await party.app.execute(SetPlan(company_id=party.id, **told))


async def plan_of(party: Party) -> PlanView:
    return await party.app.ask(GetPlan(company_id=party.id))


async def decision(party: Party) -> tuple[str, BilledBy]:
    view = await plan_of(party)
    return view.plan, view.decision.provider


async def test_who_came_by_a_token_is_the_operators_and_who_came_by_the_catalogue_moysklads() -> None:
    story = await begin()
    party, other = await by_token(story), await story.party("vasilek")
    await tell(other, Subscription("s", "Старт"))
    assert await decision(party) == ("free", MANUAL)
    assert await decision(other) == ("start", MOYSKLAD)
    assert (await plan_of(other)).decision.called == "Старт"


async def test_where_nothing_is_sold_everybody_is_the_operators() -> None:
    story = await begin(Offer())
    party = await story.party("romashka")
    await tell(party, Subscription("s", expires_at=story.clock.now() - timedelta(days=400)))
    assert await decision(party) == ("enterprise", MANUAL)


@pytest.mark.parametrize("provider", BilledBy)
async def test_a_larger_plan_has_running_work_go_on_whoever_decides(
    provider: BilledBy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, rows in ((PlanKey.START, 10), (PlanKey.BUSINESS, 1000)):
        monkeypatch.setitem(PLANS, key, replace(PLANS[key], rows=rows))
    story = await begin()
    story.world.source.page_size = 4
    party = await by_token(story) if provider is MANUAL else await story.party("romashka")

    async def told(plan: PlanKey, tariff: str) -> None:
        await (give(party, plan) if provider is MANUAL else tell(party, Subscription(tariff)))

    await told(PlanKey.START, "s")
    party.fill(60)
    config = await party.create()
    task = await party.run(config)
    assert task.state is TaskState.PAUSED
    await told(PlanKey.BUSINESS, "b")
    assert (await plan_of(party)).rows.limit == 1000
    await story.pass_time()
    await story.work()
    assert (await party.task(task.id)).state is TaskState.FINISHED
    await party.check_sheet(config)


async def test_a_plan_that_was_given_ends_with_its_last_day_then_grace_then_what_follows() -> None:
    story = await begin()
    party = await by_token(story)
    last = story.clock.now().date() + timedelta(days=10)
    await give(party, PlanKey.BUSINESS, through=last, note="договор № 15", trial=True)
    told = (await plan_of(party)).decision
    ends = datetime(last.year, last.month, last.day, 21, tzinfo=UTC)  # midnight in Moscow
    assert (told.until, told.called, told.trial) == (ends, "договор № 15", True)
    assert told.afterwards is not None
    assert (told.afterwards.at, told.afterwards.plan) == (ends + timedelta(days=7), "free")
    story.clock.advance(ends - story.clock.now())
    assert ((await plan_of(party)).plan, (await plan_of(party)).standing) == ("business", Standing.GRACE)
    story.clock.advance(timedelta(days=7))
    view = await plan_of(party)
    assert (view.plan, view.standing, view.paid_until) == ("free", Standing.ACTIVE, None)
    assert view.decision.before is not None
    assert (view.decision.before.plan, view.decision.before.paid_until) == ("business", ends)


async def test_with_nothing_to_follow_exports_rest_and_say_whom_to_ask() -> None:
    story = await begin()
    party = await by_token(story)
    await give(party, PlanKey.START, until=story.clock.now() + timedelta(days=1), then="rest")
    config = await party.create()
    story.clock.advance(timedelta(days=9))
    assert (await plan_of(party)).standing is Standing.EXPIRED
    with pytest.raises(PlanEnded):
        await party.start(config)
    await give(party, PlanKey.START)
    await party.start(config)


async def test_a_plan_is_ended_by_hand_once() -> None:
    story = await begin()
    party = await by_token(story)
    with pytest.raises(NothingGiven):
        await party.app.execute(EndPlan(company_id=party.id))
    await give(party, PlanKey.BUSINESS)
    ended = await party.app.execute(EndPlan(company_id=party.id))
    assert ended == story.clock.now()
    assert (await plan_of(party)).standing is Standing.GRACE
    story.clock.advance(timedelta(days=1))
    assert await party.app.execute(EndPlan(company_id=party.id)) == ended  # once more prolongs nothing
    story.clock.advance(timedelta(days=6))
    assert await decision(party) == ("free", MANUAL)


async def test_a_gift_to_moysklads_customer_gives_way_to_the_subscription() -> None:
    story = await begin()
    party = await story.party("romashka")
    await tell(party, Subscription("s", expires_at=story.clock.now() + timedelta(days=60)))
    await give(party, PlanKey.ENTERPRISE, until=story.clock.now() + timedelta(days=5))
    assert await decision(party) == ("enterprise", MANUAL)
    afterwards = (await plan_of(party)).decision.afterwards
    assert afterwards is not None
    assert (afterwards.plan, afterwards.provider) == ("start", MOYSKLAD)
    await party.app.execute(EndPlan(company_id=party.id))
    assert await decision(party) == ("start", MOYSKLAD)


async def test_whoever_installs_the_app_pays_in_moysklad_from_then_on() -> None:
    story = await begin()
    party = await by_token(story)
    await give(party, PlanKey.START, until=story.clock.now() + timedelta(days=1))
    story.world.source.open("installed")
    await tell(party, Subscription("b"), "Install", "installed")
    story.clock.advance(timedelta(days=2))
    assert await decision(party) == ("business", MOYSKLAD)


async def test_the_operator_takes_a_company_over_and_a_renewal_changes_nothing_of_that() -> None:
    story = await begin()
    party = await story.party("romashka")
    await tell(party, Subscription("b"))
    await party.app.execute(ChooseProvider(company_id=party.id, provider="manual"))
    await tell(party, Subscription("b"), "Autoprolongation")
    await tell(party, Subscription("b"), "Resume", party.token)
    assert await decision(party) == ("free", MANUAL)
    await party.app.execute(ChooseProvider(company_id=party.id, provider="moysklad"))
    assert await decision(party) == ("business", MOYSKLAD)


async def test_moysklad_cannot_decide_of_whom_it_knows_nothing() -> None:
    story = await begin()
    party = await by_token(story)
    with pytest.raises(ProviderUnfit):
        await party.app.execute(ChooseProvider(company_id=party.id, provider="moysklad"))
    assert await decision(party) == ("free", MANUAL)


@pytest.mark.parametrize("end", [{"until": datetime(2026, 1, 1, tzinfo=UTC)}, {"through": date(2026, 1, 1)}])
async def test_no_plan_ends_in_the_past(end: dict[str, object]) -> None:
    party = await by_token(await begin())
    with pytest.raises(EndPassed):
        await give(party, PlanKey.START, **end)
    assert (await plan_of(party)).decision == PlanDecision(
        provider=MANUAL, called="", trial=False, until=None, afterwards=None, before=None
    )


async def test_a_plan_to_the_end_of_time_never_ends() -> None:
    party = await by_token(await begin())
    for end in ({"through": date.max}, {"until": datetime.max.replace(tzinfo=UTC)}):
        await give(party, PlanKey.START, **end)
        assert await decision(party) == ("start", MANUAL)
    with pytest.raises(EndPassed):
        await give(party, PlanKey.START, through=date.min)


async def test_the_log_tells_who_changed_what_and_what_was_refused() -> None:
    party = await by_token(await begin())
    await give(party, PlanKey.START)
    await party.app.execute(EndPlan(company_id=party.id))
    with pytest.raises(ProviderUnfit):
        await party.app.execute(ChooseProvider(company_id=party.id, provider="moysklad"))
    assert party.identity is not None
    acting = Acting(member_id=party.identity.member_id)
    page = await party.app.ask(ListAudit(company_id=party.id, acting=acting, limit=3))
    told = [(one.actor.value, one.action, one.outcome) for one in reversed(page)]
    assert told == [
        ("operator", "billing.set_plan", "done"),
        ("operator", "billing.end_plan", "done"),
        ("operator", "billing.choose_provider", "refused"),
    ]
