"""What rules between two companies do, and what they leave alone."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from application.automations.commands.accept_link import AcceptLink
from application.automations.commands.change_company_link import ChangeCompanyLink
from application.automations.commands.change_rule import ChangeRule
from application.automations.commands.create_rule import CreateRule
from application.automations.commands.invite_company import InviteCompany
from application.automations.commands.remove_rule import RemoveRule
from application.automations.commands.retry_execution import RetryExecution
from application.automations.commands.revoke_company_link import RevokeCompanyLink
from application.automations.commands.switch_rule import SwitchRule
from application.automations.execute_command import ExecuteRule
from application.automations.queries.dry_run_rule import DryRunRule
from application.automations.queries.get_link_targets import GetLinkTargets
from application.automations.queries.get_rule import GetRule
from application.automations.queries.list_company_links import ListCompanyLinks
from application.automations.queries.list_rules import ListRules
from application.automations.resume_command import ResumeExecutions
from application.automations.views import ExecutionView
from application.billing.commands.set_plan import SetPlan
from application.exports.limits import RunLimits
from application.messages import Outcome
from application.tenants.queries.list_announcements import ListAnnouncements
from application.webhooks.commands.book_hearings import BookHearings
from application.webhooks.hearing_commands import ApplyRules
from domain.automations.executions import ExecutionNotRetryable, ExecutionState
from domain.automations.links import (
    CompanyLinkNotFound,
    InvitationInvalid,
    LinkLimits,
    LinkPaused,
    LinkRevoked,
    LinkState,
    LinkToOneself,
    OutsideLimits,
    TooManyLinks,
)
from domain.automations.mapping import AttributeUnfit, TargetMissing
from domain.automations.matching import Target
from domain.automations.rules import ConditionInvalid, Later, Trigger
from domain.billing.plans import PlanKey
from domain.connections.moysklad import MoySkladDisconnected, MoySkladRejected
from domain.shared.errors import VendorBusy, VendorFailed
from domain.shared.identities import CompanyLinkId, ExecutionId, RuleId
from domain.tenants.member import PermissionMissing
from tests.integration.harness.automating import LEASE, Trade, goods, identity, linked, position
from tests.integration.harness.stories import Party

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest_asyncio.fixture
async def trade() -> Trade:
    return await Trade.begin()


async def the_only(trade: Trade) -> ExecutionView:
    (execution,) = await trade.executions()
    return execution


async def ended(trade: Trade, state: ExecutionState, error: str | None = None) -> ExecutionView:
    """Both companies see the same."""
    execution = await the_only(trade)
    assert (execution.state, execution.error) == (state, error)
    (seen,) = await trade.received()
    assert (seen.id, seen.state, seen.error) == (execution.id, state, error)
    assert seen.target_id == execution.target_id
    return execution


async def test_a_shipment_at_one_company_is_a_draft_of_a_supply_at_the_other(trade: Trade) -> None:
    await trade.rule()
    source = trade.ship("00042", "хлеб", "соль")
    await trade.tell(source)
    await trade.work()
    (made,) = trade.made()
    assert made["applicable"] is False
    assert (made["incomingNumber"], made["vatIncluded"]) == ("00042", True)
    assert made["organization"]["meta"]["href"].endswith(identity("beta organization"))
    assert made["agent"]["meta"]["href"].endswith(identity("beta knows alpha"))
    assert "alpha, № 00042 https://online.moysklad.ru/app/#demand/edit" in made["description"]
    shown = [(one["assortment"]["meta"]["href"].rpartition("/")[2], one["quantity"]) for one in made["positions"]]
    assert shown == [(identity("beta хлеб"), 2), (identity("beta соль"), 2)]
    assert [(one["price"], one["discount"], one["vat"]) for one in made["positions"]] == [(50_000, 10, 20)] * 2
    execution = await ended(trade, ExecutionState.MADE)
    assert (execution.source_name, execution.target_id) == ("00042", made["id"])


async def test_odd_names_and_sync_ids_stop_nothing(trade: Trade) -> None:
    await trade.rule()
    await trade.tell(trade.ship("№\x00 1", syncId="none of ours"), trade.ship("2"))
    await trade.work()
    assert {one.source_name for one in await trade.executions()} == {"№ 1", "2"}
    assert len(trade.made()) == 2


async def test_what_is_told_again_and_again_makes_one_document(trade: Trade) -> None:
    await trade.rule()
    source = trade.ship("1")
    for _ in range(3):
        await trade.tell(source, source)
        await trade.work()
    assert len(trade.made()) == trade.writer.posts == 1
    calls = trade.writer.failures.calls
    assert (calls["change"], calls["describe"]) == (0, 2)  # the rule's own, and that of the only document


async def test_a_worker_that_was_overtaken_writes_nothing(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    await trade.rule()
    await trade.tell(trade.ship("1"))
    await trade.a.app.execute(ApplyRules(company_id=trade.a.id))
    execute = ExecuteRule(company_id=trade.a.id, execution_id=ExecutionId((await the_only(trade)).id))
    match, others = trade.codes.match, list[Outcome]()

    async def overtaken(*asked: Any, **options: Any) -> Any:
        monkeypatch.setattr(trade.codes, "match", match)
        trade.story.clock.advance(LEASE)
        others.append(await trade.a.app.execute(execute))
        return await match(*asked, **options)

    monkeypatch.setattr(trade.codes, "match", overtaken)
    slowly = await trade.a.app.execute(execute)
    assert [one.state for one in others] == ["made"]
    assert (slowly.state, slowly.error) == ("left alone", "automations.execution_lost")
    assert trade.writer.failures.calls["make"] == 1


async def test_a_worker_that_is_alive_keeps_what_it_works_on(monkeypatch: pytest.MonkeyPatch) -> None:
    lease = timedelta(milliseconds=60)
    trade = await Trade.begin(runs=RunLimits(lease=lease))
    await trade.rule()
    await trade.tell(trade.ship("1"))
    await trade.a.app.execute(ApplyRules(company_id=trade.a.id))
    execution_id = ExecutionId((await the_only(trade)).id)
    match, others = trade.codes.match, list[Outcome]()

    async def slow(*asked: Any, **options: Any) -> Any:
        for _ in range(3):
            trade.story.clock.advance(lease / 2)
            held_until = trade.story.clock.now() + lease
            async with asyncio.timeout(5):
                while trade.story.world.store.executions._rows[execution_id].lease_until != held_until:
                    await asyncio.sleep(0.005)
            others.append(await trade.a.app.execute(ExecuteRule(company_id=trade.a.id, execution_id=execution_id)))
        return await match(*asked, **options)

    monkeypatch.setattr(trade.codes, "match", slow)
    worked = await trade.a.app.execute(ExecuteRule(company_id=trade.a.id, execution_id=execution_id))
    assert (worked.state, {one.state for one in others}) == ("made", {"left alone"})


async def test_a_rule_takes_up_nothing_that_was_there_before(trade: Trade) -> None:
    source = trade.ship("old")
    trade.story.clock.advance(HOUR)
    await trade.rule()
    trade.change(source, description="x")
    await trade.tell(source)
    await trade.work()
    assert await trade.executions() == []
    await trade.tell(source, asked=True)
    await trade.work()
    await ended(trade, ExecutionState.MADE)


@pytest.mark.parametrize(
    ("condition", "fields", "makes"),
    [
        ("sum >= 1000 && agent.name == 'Бета'", {}, True),
        ("sum > 1000", {}, False),
        ('row["attribute:Цвет"] == "красный"', {"attributes": [{"name": "Цвет", "value": "красный"}]}, True),
        ('has(row["attribute:Цвет"])', {}, False),
    ],
)
async def test_conditions(trade: Trade, condition: str, fields: dict[str, Any], makes: bool) -> None:
    trade.writer.described[trade.a.token, "demand"] = {"attributes": [{"name": "Цвет", "type": "string"}]}
    await trade.rule(condition=condition)
    await trade.tell(trade.ship("1", **fields))
    await trade.work()
    assert len(trade.made()) == makes


async def test_a_condition_that_has_no_value_is_seen_and_stops_nothing_else(trade: Trade) -> None:
    await trade.rule(condition='row["agent.inn"] > 5')
    other = await trade.rule(name="другое")
    await trade.tell(trade.ship("1"))
    await trade.work()
    first, second = sorted(await trade.executions(), key=lambda one: one.rule_id == other.id)
    assert (first.state, first.error) == (ExecutionState.FAILED, "automations.condition_failed")
    assert second.state is ExecutionState.MADE


async def test_what_a_condition_had_no_value_for_is_made_once_it_holds(trade: Trade) -> None:
    await trade.rule(condition='row["agent.inn"] > 5')
    source = trade.ship("1")
    for inn, state in ((None, ExecutionState.FAILED), (4, ExecutionState.FAILED), (6, ExecutionState.MADE)):
        if inn is not None:
            trade.change(source, agent={"meta": {}, "inn": inn})
        for _ in range(2):
            await trade.tell(source)
            await trade.work()
        (only,) = await trade.executions()
        assert only.state is state


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"condition": "sum >"}, "at character"),
        ({"condition": "summ > 5"}, "there is no column summ at character 1"),
        ({"condition": 'row["attribute:Нет"] == 1'}, "at character 16"),
        ({"mapping": {"fields": {"description": "1 +"}}}, "at character"),
        ({"mapping": {"line_fields": {"price": "sum"}}}, "there is no column sum at character 1"),
    ],
)
async def test_expressions_that_cannot_be_read_are_refused(trade: Trade, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ConditionInvalid) as refused:
        await trade.rule(**changes)
    assert told in str(refused.value.details["reason"])


@pytest.mark.parametrize(
    ("mapping", "error"),
    [
        ({"store": identity("nowhere")}, TargetMissing),
        ({"organization": identity("nobody")}, TargetMissing),
        ({"agent": identity("nobody")}, TargetMissing),
        ({"attributes": {"Цвет": "name"}}, AttributeUnfit),
    ],
)
async def test_a_rule_is_held_against_the_other_account(
    trade: Trade, mapping: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await trade.rule(mapping=mapping)


# ---- both sides' rights


async def test_an_invitation_is_good_for_one_other_company(trade: Trade) -> None:
    gamma = await trade.story.install("gamma")
    await gamma.sign_in()
    assert trade.a.identity is not None
    assert gamma.identity is not None
    invited = await trade.a.app.execute(
        InviteCompany(company_id=trade.a.id, acting=trade.a.identity.acting, name="Гамма")
    )

    def accept(party: Party, token: str = invited.token) -> AcceptLink:
        assert party.identity is not None
        return AcceptLink(company_id=party.id, acting=party.identity.acting, token=token, name="x")

    for wrong in ("what?", invited.token[:-1], f"{trade.b.id.hex}{invited.token[32:]}"):
        with pytest.raises(InvitationInvalid):
            await gamma.app.execute(accept(gamma, wrong))
    with pytest.raises(LinkToOneself):
        await gamma.app.execute(accept(trade.a))
    first = await gamma.app.execute(accept(gamma))
    assert await gamma.app.execute(accept(gamma)) == first
    with pytest.raises(InvitationInvalid):
        await gamma.app.execute(accept(trade.b))
    (mine, *_) = await trade.a.app.ask(ListCompanyLinks(company_id=trade.a.id))
    assert (mine.state, mine.other_name) == (LinkState.ACCEPTED, "gamma")


async def test_only_who_manages_connections_invites_and_accepts(trade: Trade) -> None:
    await trade.b.sign_in(administrator=False, person="boris", sees_everything=True)
    with pytest.raises(PermissionMissing):
        await linked(trade.b, trade.a)


async def test_a_link_that_was_paused_lets_what_waits_through_when_it_is_opened(trade: Trade) -> None:
    await trade.rule()
    for party in (trade.b, trade.a):
        await turn(trade, party, paused=True)
        source = trade.ship(party.name)
        await trade.tell(source)
        await trade.work()
        waiting = next(one for one in await trade.executions() if one.source_id == source)
        assert (waiting.state, waiting.error) == (ExecutionState.WAITING, "automations.link_paused")
        with pytest.raises(LinkPaused):
            await trade.rule(name="ещё")
        await turn(trade, party, paused=False)
        await trade.work()
    assert {one.state for one in await trade.executions()} == {ExecutionState.MADE}
    assert len(trade.made()) == 2


async def turn(trade: Trade, party: Party, *, paused: bool) -> None:
    assert party.identity is not None
    await party.app.execute(
        ChangeCompanyLink(company_id=party.id, acting=party.identity.acting, link_id=trade.link_id, paused=paused)
    )


@pytest.mark.parametrize("side", ["a", "b"])
async def test_a_revoked_link_makes_nothing_even_what_is_under_way(trade: Trade, side: str) -> None:
    await trade.rule()
    party: Party = getattr(trade, side)
    trade.writer.failures.plan("describe", VendorFailed(status=500))  # the first attempt reads, and fails
    await trade.tell(trade.ship("1"))
    await trade.work()
    assert party.identity is not None
    await party.app.execute(RevokeCompanyLink(company_id=party.id, acting=party.identity.acting, link_id=trade.link_id))
    await trade.recover()
    await ended(trade, ExecutionState.SKIPPED, "automations.link_revoked")
    assert trade.writer.posts == 0
    for each in (trade.a, trade.b):
        (link,) = await each.app.ask(ListCompanyLinks(company_id=each.id))
        assert link.state is LinkState.REVOKED
    with pytest.raises(LinkRevoked):
        await trade.rule(name="ещё")
    (rule,) = await trade.a.app.ask(ListRules(company_id=trade.a.id))
    assert (rule.enabled, rule.stopped_by) == (False, "automations.link_revoked")
    await trade.tell(trade.ship("2"))
    await trade.work()
    assert len(await trade.executions()) == 1


async def test_a_link_revoked_while_a_worker_reads_is_noticed_before_anything_is_written(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    await trade.rule()
    described = trade.writer.describe

    async def revoking(key: Any, kind: str) -> Any:
        assert trade.b.identity is not None
        await trade.b.app.execute(
            RevokeCompanyLink(company_id=trade.b.id, acting=trade.b.identity.acting, link_id=trade.link_id)
        )
        return await described(key, kind)

    monkeypatch.setattr(trade.writer, "describe", revoking)
    await trade.tell(trade.ship("1"))
    await trade.work()
    await ended(trade, ExecutionState.SKIPPED, "automations.link_revoked")
    assert trade.writer.posts == 0


@pytest.mark.parametrize(
    ("source", "target", "what"),
    [
        (LinkLimits(largest_sum=Decimal("999.99")), LinkLimits(), "sum"),
        (LinkLimits(), LinkLimits(largest_sum=Decimal("999.99")), "sum"),
        (LinkLimits(stores=frozenset({identity("another")})), LinkLimits(), "store"),
        (LinkLimits(agents=frozenset({identity("another")})), LinkLimits(), "agent"),
        (LinkLimits(types=frozenset({"customerorder"})), LinkLimits(), "type"),
    ],
)
async def test_limits_of_either_side_hold(source: LinkLimits, target: LinkLimits, what: str) -> None:
    trade = await Trade.begin(limits=target, source_limits=source)
    await trade.rule()
    await trade.tell(trade.ship("1"))
    await trade.work()
    execution = await ended(trade, ExecutionState.SKIPPED, "automations.outside_limits")
    assert execution.details["what"] == what
    assert not trade.made()


async def test_a_rule_may_not_choose_what_the_other_company_does_not_allow() -> None:
    trade = await Trade.begin(limits=LinkLimits(types=frozenset({"customerorder"})))
    with pytest.raises(OutsideLimits):
        await trade.rule()


async def test_a_company_that_is_away_is_waited_for(trade: Trade) -> None:
    await trade.rule()
    await trade.b.leave("Suspend")
    await trade.tell(trade.ship("1"))
    await trade.work()
    waiting = await ended(trade, ExecutionState.WAITING, "automations.side_unavailable")
    assert waiting.details == {"side": "target", "code": "tenants.company_inactive"}
    await trade.story.install("beta", cause="Resume", token=trade.b.token)
    await trade.recover(HOUR)
    await ended(trade, ExecutionState.MADE)


async def test_nobody_makes_a_rule_over_a_link_that_does_not_start_at_their_company(trade: Trade) -> None:
    for link_id in (trade.link_id, CompanyLinkId(trade.b.id)):
        with pytest.raises(CompanyLinkNotFound):
            await trade.b.app.execute(CreateRule(company_id=trade.b.id, link_id=link_id, terms=trade.terms()))


async def test_plans_limit_links_and_executions(trade: Trade) -> None:
    await trade.story.app.execute(SetPlan(company_id=trade.a.id, plan=PlanKey.FREE.value))
    with pytest.raises(TooManyLinks):
        await linked(trade.a, trade.b)
    await trade.rule()
    for number in range(101):
        await trade.tell(trade.ship(str(number)))
    await trade.work(100)
    states = [one.state for one in await trade.executions()]
    assert (states.count(ExecutionState.MADE), states.count(ExecutionState.WAITING)) == (100, 1)
    waiting = next(one for one in await trade.executions() if one.state is ExecutionState.WAITING)
    assert waiting.error == "automations.executions_used_up"
    await trade.recover(HOUR)
    assert len(trade.made()) == 100
    trade.story.clock.advance(timedelta(days=31))
    await trade.recover()
    assert len(trade.made()) == 101


async def test_after_a_change_to_a_smaller_plan_the_youngest_links_rest(trade: Trade) -> None:
    older = await trade.rule()
    trade.link_id = await linked(trade.a, trade.b)
    younger = await trade.rule(name="моложе")
    await trade.story.app.execute(SetPlan(company_id=trade.a.id, plan=PlanKey.FREE.value))
    await trade.tell(trade.ship("1"))
    await trade.work()
    states = {one.rule_id: (one.state, one.error) for one in await trade.executions()}
    assert states[older.id] == (ExecutionState.MADE, None)
    assert states[younger.id] == (ExecutionState.WAITING, "automations.too_many_links")
    await trade.story.app.execute(SetPlan(company_id=trade.a.id, plan=PlanKey.START.value))
    await trade.recover(HOUR)
    assert {one.state for one in await trade.executions()} == {ExecutionState.MADE}


@pytest.mark.parametrize(("at", "side"), [("a", "source"), ("b", "target")])
async def test_a_refused_token_is_put_down_to_the_right_company(trade: Trade, at: str, side: str) -> None:
    await trade.rule()
    await trade.tell(trade.ship("1"))
    await trade.story.app.execute(BookHearings())
    await trade.story.work()  # the execution is booked
    party: Party = getattr(trade, at)
    failures, call = (trade.documents.failures, "read") if at == "a" else (trade.writer.failures, "describe")
    failures.plan(call, MoySkladDisconnected(state="broken"))
    await trade.work()
    waiting = await ended(trade, ExecutionState.WAITING, "automations.side_unavailable")
    assert (waiting.details["side"], waiting.details["code"]) == (side, "connections.moysklad_broken")
    states = {one.name: (await one.connections())["moysklad"] for one in (trade.a, trade.b)}
    assert states == {one.name: "broken" if one is party else "active" for one in (trade.a, trade.b)}


# ---- what people have to say


async def test_goods_that_are_not_known_wait_for_an_answer(trade: Trade) -> None:
    await trade.rule()
    trade.documents.put(trade.b.token, "product", {**goods("beta", "соль"), "id": identity("twin")})
    await trade.tell(trade.ship("1", "хлеб", "соль"))
    await trade.work()
    waiting = await ended(trade, ExecutionState.WAITING, "automations.needs_review")
    assert waiting.details == {"number": 1, "names": "Товар соль"}
    asked = trade.reviews.asked[trade.b.id, identity("alpha соль")]
    assert len(asked.suggestions) == 2
    assert not trade.made()
    trade.codes.pairs[trade.b.id, identity("alpha соль")] = Target("product", identity("twin"))
    await trade.b.app.execute(ResumeExecutions(company_id=trade.b.id))
    await trade.work()
    await ended(trade, ExecutionState.MADE)
    (made,) = trade.made()
    assert made["positions"][1]["assortment"]["meta"]["href"].endswith(identity("twin"))


async def test_a_pair_that_leads_to_nothing_is_looked_for_anew(trade: Trade) -> None:
    await trade.rule()
    trade.codes.pairs[trade.b.id, identity("alpha хлеб")] = Target("product", identity("deleted"))
    trade.writer.failures.plan("make", MoySkladRejected(reason="Не найден", number=1021))
    await trade.tell(trade.ship("1"))
    await trade.work()
    await ended(trade, ExecutionState.MADE)
    assert trade.made()[0]["positions"][0]["assortment"]["meta"]["href"].endswith(identity("beta хлеб"))


@pytest.mark.parametrize(
    ("kind", "thing", "what"),
    [
        ("store", "beta store", "store"),
        ("organization", "beta organization", "organization"),
        ("counterparty", "beta knows alpha", "agent"),
    ],
)
async def test_what_is_deleted_at_the_target_is_told_and_can_be_chosen_anew(
    trade: Trade, kind: str, thing: str, what: str
) -> None:
    rule = await trade.rule()
    trade.documents.remove(trade.b.token, kind, identity(thing))
    await trade.tell(trade.ship("1"))
    await trade.work()
    failed = await ended(trade, ExecutionState.FAILED, "automations.target_missing")
    assert failed.details["what"] == what
    trade.documents.put(trade.b.token, kind, {"id": identity("new"), "name": "new"})
    terms = trade.terms(mapping={what: identity("new")})
    await trade.a.app.execute(ChangeRule(company_id=trade.a.id, rule_id=RuleId(rule.id), terms=terms))
    await trade.a.app.execute(RetryExecution(company_id=trade.a.id, execution_id=ExecutionId(failed.id)))
    await trade.work()
    await ended(trade, ExecutionState.MADE)


async def test_refusals_of_moysklad_and_rates_are_told_on_both_sides(trade: Trade) -> None:
    await trade.rule()
    trade.writer.failures.plan("make", MoySkladRejected(reason="Период закрыт", number=17009))
    await trade.tell(trade.ship("1"))
    await trade.work()
    failed = await ended(trade, ExecutionState.FAILED, "vendors.moysklad_rejected")
    assert failed.details == {"reason": "Период закрыт", "number": 17009}
    again = RetryExecution(company_id=trade.a.id, execution_id=ExecutionId(failed.id))
    await trade.a.app.execute(again)
    with pytest.raises(ExecutionNotRetryable):
        await trade.a.app.execute(again)
    await trade.work()
    await ended(trade, ExecutionState.MADE)
    await trade.tell(trade.ship("2", positions=[position("p", "хлеб", vat=18)]))
    await trade.work()
    newest = (await trade.executions())[0]
    assert (newest.state, newest.error) == (ExecutionState.FAILED, "automations.vat_unmapped")


async def test_a_rule_pauses_itself_after_five_failures_and_that_is_told_once(trade: Trade) -> None:
    rule = await trade.rule()
    trade.documents.remove(trade.b.token, "store", identity("beta store"))
    for number in range(7):
        await trade.tell(trade.ship(str(number)))
        await trade.work()
    view = await trade.a.app.ask(GetRule(company_id=trade.a.id, rule_id=RuleId(rule.id)))
    assert (view.enabled, view.stopped_by, view.failures) == (False, "automations.target_missing", 5)
    assert len(await trade.executions()) == 5
    (announced,) = await trade.a.app.ask(ListAnnouncements(company_id=trade.a.id))
    assert (announced.code, announced.count) == ("announcements.rule_stopped", 1)
    assert announced.params == {"rule": view.name, "reason": "automations.target_missing"}
    trade.documents.put(trade.b.token, "store", {"id": identity("beta store"), "name": "x"})
    await trade.a.app.execute(SwitchRule(company_id=trade.a.id, rule_id=RuleId(rule.id), enabled=True))
    assert await trade.a.app.ask(ListAnnouncements(company_id=trade.a.id)) == []
    await trade.tell(trade.ship("8"))
    await trade.work()
    assert (await trade.executions())[0].state is ExecutionState.MADE


async def test_a_vendor_that_is_busy_is_no_failure_and_one_that_fails_is_tried_again(trade: Trade) -> None:
    await trade.rule()
    trade.writer.failures.plan("make", VendorBusy(30), times=7)
    await trade.tell(trade.ship("1"))
    await trade.work()
    for _ in range(7):
        await trade.recover(MINUTE)
    await ended(trade, ExecutionState.MADE)
    trade.writer.failures.plan("make", VendorFailed(status=500), times=5)
    await trade.tell(trade.ship("2"))
    await trade.work()
    for _ in range(5):
        await trade.recover(11 * MINUTE)
    newest = (await trade.executions())[0]
    assert (newest.state, newest.error) == (ExecutionState.FAILED, "vendors.failed")


async def test_a_removed_rule_makes_nothing_more(trade: Trade) -> None:
    rule = await trade.rule()
    trade.writer.failures.plan("make", VendorBusy(30))
    await trade.tell(trade.ship("1"))
    await trade.work()
    await trade.a.app.execute(RemoveRule(company_id=trade.a.id, rule_id=RuleId(rule.id)))
    await trade.recover(HOUR)
    assert (await the_only(trade)).error == "automations.rule_not_found"
    assert not trade.made()


# ---- nothing goes round in circles


async def test_what_a_rule_made_sets_no_rule_off(trade: Trade) -> None:
    order = {"recipe_key": "customerorder_customerorder", "trigger": Trigger.CHANGED}
    await trade.rule(**order)
    back = await linked(trade.b, trade.a)
    mapping = {
        "organization": identity("alpha organization"),
        "agent": identity("alpha knows beta"),
        "store": identity("alpha store"),
    }
    await trade.b.app.execute(
        CreateRule(company_id=trade.b.id, link_id=back, terms=trade.terms(mapping=mapping, **order))
    )
    source = trade.ship("1", kind="customerorder")
    await trade.tell(source, kind="customerorder")
    await trade.work()
    (made,) = trade.made("customerorder")
    for asked in (False, True):  # as the poll that looks for what was not told finds it, or a person asks
        await trade.tell(made["id"], kind="customerorder", at=trade.b, asked=asked)
        await trade.tell(source, kind="customerorder")
        await trade.work()
    assert trade.made("customerorder", at=trade.a) == []
    assert len(trade.made("customerorder")) == 1
    assert trade.writer.posts == 1


# ---- what happens to the source later


async def test_a_changed_source_is_followed_and_positions_keep_their_ids(trade: Trade) -> None:
    await trade.rule()
    source = trade.ship("1", "хлеб", "соль")
    await trade.tell(source)
    await trade.work()
    (made,) = trade.made()
    bread, salt = (one["id"] for one in made["positions"])
    trade.change(source, positions=[position("1:соль", "соль", quantity=7.0), position("new", "чай")])
    await trade.tell(source)
    await trade.work()
    (changed,) = trade.made()
    assert [one["quantity"] for one in changed["positions"]] == [7, 2]
    assert changed["positions"][0]["id"] == salt
    assert changed["positions"][1]["id"] not in {bread, salt}
    assert changed["id"] == made["id"]
    await ended(trade, ExecutionState.MADE)


@pytest.mark.parametrize(
    ("policy", "applicable", "error", "follows"),
    [
        (Later.UPDATE, False, None, True),
        (Later.UPDATE, True, "automations.target_posted", False),
        (Later.FLAG, False, "automations.source_changed", False),
        (Later.IGNORE, False, None, False),
    ],
)
async def test_policies_for_a_changed_source(
    trade: Trade, policy: Later, applicable: bool, error: str | None, follows: bool
) -> None:
    await trade.rule(on_change=policy)
    source = trade.ship("1")
    await trade.tell(source)
    await trade.work()
    (made,) = trade.made()
    trade.documents.put(trade.b.token, "supply", {**made, "applicable": applicable})
    trade.change(source, positions=[position("1:хлеб", "хлеб", quantity=9.0)])
    await trade.tell(source)
    await trade.work()
    execution = await ended(trade, ExecutionState.MADE, error)
    assert trade.made()[0]["positions"][0]["quantity"] == (9 if follows else 2)
    if policy is Later.FLAG:
        await trade.a.app.execute(RetryExecution(company_id=trade.a.id, execution_id=ExecutionId(execution.id)))
        await trade.work()
        assert trade.made()[0]["positions"][0]["quantity"] == 9
        await ended(trade, ExecutionState.MADE)


@pytest.mark.parametrize(
    ("policy", "posts", "error", "applicable"),
    [
        (Later.UPDATE, True, "automations.source_deleted", False),
        (Later.UPDATE, False, "automations.source_deleted", False),
        (Later.FLAG, True, "automations.source_deleted", True),
        (Later.IGNORE, True, None, True),
    ],
)
async def test_policies_for_a_deleted_source(
    trade: Trade, policy: Later, posts: bool, error: str | None, applicable: bool
) -> None:
    await trade.rule(on_delete=policy, mapping={"applicable": posts})
    source = trade.ship("1")
    await trade.tell(source)
    await trade.work()
    trade.documents.remove(trade.a.token, "demand", source)
    await trade.tell(source, deleted=True)
    await trade.work()
    await ended(trade, ExecutionState.MADE, error)
    assert trade.made()[0]["applicable"] is applicable


async def test_a_source_that_is_gone_before_anything_was_made_makes_nothing_until_it_is_back(trade: Trade) -> None:
    await trade.rule()
    source = trade.ship("1")
    trade.writer.failures.plan("describe", VendorBusy(30))
    await trade.tell(source)
    await trade.work()
    kept = trade.documents.accounts[trade.a.token]["demand"][source]
    trade.documents.remove(trade.a.token, "demand", source)
    await trade.tell(source, deleted=True)
    await trade.recover(HOUR)
    await ended(trade, ExecutionState.SKIPPED, "automations.source_gone")
    trade.documents.put(trade.a.token, "demand", kept)
    await trade.tell(source)
    await trade.work()
    await ended(trade, ExecutionState.MADE)


async def test_a_document_that_the_target_deleted_is_not_made_again(trade: Trade) -> None:
    await trade.rule()
    source = trade.ship("1")
    await trade.tell(source)
    await trade.work()
    (made,) = trade.made()
    trade.documents.put(trade.b.token, "supply", {**made, "deleted": "2026-01-12 10:00:00"})
    trade.change(source, positions=[position("1:хлеб", "хлеб", quantity=9.0)])
    await trade.tell(source)
    await trade.work()
    await ended(trade, ExecutionState.MADE, "automations.target_deleted")
    assert trade.writer.posts == 1


# ---- dry run


async def test_a_dry_run_shows_the_body_and_writes_nothing(trade: Trade) -> None:
    for number in range(25):
        trade.story.clock.advance(MINUTE)
        trade.ship(f"{number:02}", "хлеб" if number else "соль")
    trade.story.clock.advance(MINUTE)
    trade.ship("last", "неведомое")
    before = trade.documents.accounts[trade.b.token].copy()
    rows = {name: len(getattr(rows, "_rows", ())) for name, rows in vars(trade.story.world.store).items()}
    shown = await trade.a.app.ask(
        DryRunRule(company_id=trade.a.id, link_id=trade.link_id, terms=trade.terms(condition="name != '24'"))
    )
    assert [one.source_name for one in shown] == ["last", *[f"{number:02}" for number in range(24, 5, -1)]]
    first, second, *rest = shown
    assert (first.body, first.error) == (None, "automations.needs_review")
    assert [one.name for one in first.open] == ["Товар неведомое"]
    assert (second.applies, rest[0].applies) == (False, True)
    assert trade.documents.accounts[trade.b.token] == before
    assert (trade.writer.posts, trade.codes.learnt, trade.reviews.asked) == (0, 0, {})
    assert trade.codes.asked == 1  # for all twenty together
    assert rows == {name: len(getattr(rows, "_rows", ())) for name, rows in vars(trade.story.world.store).items()}
    rule = await trade.rule()
    source = trade.ship("real")
    (dry, *_) = await trade.a.app.ask(DryRunRule(company_id=trade.a.id, rule_id=RuleId(rule.id)))
    await trade.tell(source)
    await trade.work()
    (made,) = trade.made()
    assert dry.body is not None
    sent = {name: value for name, value in dry.body.items() if name != "positions"}
    assert {name: made[name] for name in sent} == sent
    again = await trade.a.app.ask(DryRunRule(company_id=trade.a.id, rule_id=RuleId(rule.id)))
    assert [one.made_already for one in again[:2]] == [True, False]


async def test_what_may_be_chosen_at_the_other_company_is_told_within_its_limits(trade: Trade) -> None:
    targets = await trade.a.app.ask(
        GetLinkTargets(company_id=trade.a.id, link_id=trade.link_id, recipe="demand_supply")
    )
    assert [one.id for one in targets.agents] == [identity("beta knows alpha")]
    assert [one.id for one in targets.stores] == [identity("beta store")]
    limited = await Trade.begin(limits=LinkLimits(stores=frozenset(), agents=frozenset()))
    targets = await limited.a.app.ask(
        GetLinkTargets(company_id=limited.a.id, link_id=limited.link_id, recipe="demand_supply")
    )
    assert (targets.stores, targets.agents) == ([], [])
    assert replace(LinkLimits(), types=None) == LinkLimits()
