"""Contracts of application.dealers.notice_ports: the ledger."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.dealers.addresses import Channel
from domain.dealers.notices import Notice, NoticeNotFound, NoticeState, Verdict
from domain.shared.identities import BindingId, ClaimId, CompanyId, DealerId, NoticeId
from tests.integration.harness.notices import notice
from tests.integration.harness.worlds import World, troubled

MINUTE = timedelta(minutes=1)
SENT = Verdict(NoticeState.SENT, message_id="77")


def new_id(world: World) -> NoticeId:
    return NoticeId(world.ids.new())


async def queued(world: World, company: CompanyId, *keys: str, **changed: Any) -> list[NoticeId]:
    new = [(new_id(world), notice(world, key, **changed)) for key in keys]
    async with world.transaction(company):
        return await world.notices.add(company, new, world.now)


async def ready(world: World, company: CompanyId, after: timedelta = timedelta(0)) -> list[Notice]:
    async with world.transaction(company):
        return await world.notices.ready(company, world.now + after, 100)


async def keys(world: World, company: CompanyId, after: timedelta = timedelta(0)) -> list[str]:
    return [one.once_key for one in await ready(world, company, after)]


async def begun(world: World, notice: Notice, until: timedelta = MINUTE) -> ClaimId | None:
    claim = ClaimId(uuid4())
    async with world.transaction(notice.company_id):
        won = await world.notices.begin(notice, claim, world.now + until)
    return claim if won else None


async def ended(world: World, notice: Notice, claim: ClaimId | None, verdict: Verdict) -> bool:
    assert claim is not None
    async with world.transaction(notice.company_id):
        return await world.notices.end(notice, claim, verdict, world.now)


async def states(world: World, company: CompanyId) -> list[NoticeState]:
    async with world.transaction(company):
        found = await world.notice_views.list(company, state=None, dealer_id=None, before=None, limit=100)
    return [one.state for one in reversed(found)]


async def test_a_key_is_stored_once_and_each_company_has_its_own(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    (first,) = await queued(world, company, "a")
    assert await queued(world, company, "a") == []
    assert len(await queued(world, company, "a", "b", "b")) == 1
    assert len(await queued(world, stranger, "a")) == 1
    async with world.transaction(stranger):
        assert await world.notice_views.get(stranger, first) is None
        with pytest.raises(NoticeNotFound):
            await world.notices.again(stranger, first, world.now)
    async with troubled(world.transaction(company)):
        await world.notices.add(company, [(new_id(world), notice(world, "c"))], world.now)
    assert len(await queued(world, company, "c")) == 1


async def test_a_chat_s_first_goes_first_and_nothing_before_it_is_over(world: World, company: CompanyId) -> None:
    await queued(world, company, "1", "2", chat="1001")
    await queued(world, company, "3", chat="1002")
    await queued(world, company, "later", chat="1003", due_at=world.now + MINUTE)
    assert await keys(world, company) == ["1", "3"]
    first = (await ready(world, company))[0]
    claim = await begun(world, first)
    assert await begun(world, first) is None
    assert await keys(world, company) == ["3"]
    again = Verdict(NoticeState.QUEUED, "dealers.chat_busy", again=world.now + MINUTE, failures=1)
    assert await ended(world, first, claim, again)
    assert await keys(world, company) == ["3"]
    assert sorted(await keys(world, company, MINUTE)) == ["1", "3", "later"]
    retried = next(one for one in await ready(world, company, MINUTE) if one.once_key == "1")
    assert (retried.failures, retried.reason) == (1, "dealers.chat_busy")
    claim = await begun(world, retried)
    assert await ended(world, retried, claim, SENT)
    assert await keys(world, company) == ["2", "3"]


async def test_what_is_behind_another_cannot_begin(world: World, company: CompanyId) -> None:
    await queued(world, company, "late")
    (late,) = await ready(world, company)
    await queued(world, company, "early", due_at=world.now - MINUTE)
    assert await begun(world, late) is None
    (early,) = await ready(world, company)
    assert early.once_key == "early"
    assert await begun(world, early) is not None


async def test_a_silent_sender_s_notice_is_uncertain_and_its_late_answer_too_late(
    world: World, company: CompanyId
) -> None:
    await queued(world, company, "a", "b")
    (first,) = await ready(world, company)
    claim = await begun(world, first)
    async with world.transaction(company):
        assert await world.notices.give_up(company, world.now + MINUTE, "x") == []
        assert await world.notices.give_up(company, world.now + 2 * MINUTE, "x") == [first.id]
        assert await world.notices.give_up(company, world.now + 2 * MINUTE, "x") == []
    assert not await ended(world, first, claim, SENT)
    assert await states(world, company) == [NoticeState.UNCERTAIN, NoticeState.QUEUED]
    assert await keys(world, company) == ["b"]


async def test_whoever_ends_it_under_another_claim_changes_nothing(world: World, company: CompanyId) -> None:
    await queued(world, company, "a")
    (first,) = await ready(world, company)
    await begun(world, first)
    assert not await ended(world, first, ClaimId(uuid4()), SENT)
    assert await states(world, company) == [NoticeState.SENDING]


async def test_a_lost_chat_and_one_that_moved(world: World, company: CompanyId) -> None:
    binding = BindingId(uuid4())
    await queued(world, company, "a", "b", binding_id=binding)
    await queued(world, company, "other", chat="1002")
    async with world.transaction(company):
        assert await world.notices.block(company, binding, "dealers.chat_lost", world.now) == 2
        assert await world.notices.block(company, binding, "dealers.chat_lost", world.now) == 0
        await world.notices.move(company, Channel.TELEGRAM, "1002", "-1002")
    (moved,) = await ready(world, company)
    assert moved.address.recipient == "-1002"


async def test_what_was_begun_for_another_address_does_not_begin(world: World, company: CompanyId) -> None:
    await queued(world, company, "a")
    (stale,) = await ready(world, company)
    async with world.transaction(company):
        await world.notices.move(company, Channel.TELEGRAM, "1001", "-1001")
    assert await begun(world, stale) is None


async def test_only_what_was_not_delivered_is_sent_again(world: World, company: CompanyId) -> None:
    (sent, skipped) = await queued(world, company, "a", "b")
    (first,) = await ready(world, company)
    assert await ended(world, first, await begun(world, first), SENT)
    async with world.transaction(company):
        await world.notices.skip(company, [skipped], "dealers.notices_used_up", world.now)
        assert not await world.notices.again(company, sent, world.now)
        assert await world.notices.again(company, skipped, world.now + MINUTE)
        assert not await world.notices.again(company, skipped, world.now)
        view = await world.notice_views.get(company, skipped)
    assert view is not None
    assert (view.state, view.reason, view.ended_at) == (NoticeState.QUEUED, "", None)
    assert await keys(world, company, MINUTE) == ["b"]


async def test_nobody_hurries_those_that_were_put_off(world: World, company: CompanyId) -> None:
    ids = await queued(world, company, "a", "b")
    async with world.transaction(company):
        assert (await world.notices.standing(company)).next_at == world.now
        await world.notices.put_off(company, {ids[0]: world.now + MINUTE})
        assert (await world.notices.standing(company)).next_at == world.now + MINUTE
    assert await keys(world, company) == []

    async def stranded(after: timedelta) -> bool:
        moment = world.now + after
        async with world.system_transaction():
            return company in await world.notices.stranded(moment, moment, 100_000)

    assert not await stranded(MINUTE / 2)
    assert await stranded(2 * MINUTE)
    (first,) = await ready(world, company, MINUTE)
    await begun(world, first)
    assert not await stranded(MINUTE / 2)
    async with world.transaction(company):
        assert (await world.notices.standing(company)).next_at == world.now + MINUTE
    assert await stranded(2 * MINUTE)


async def test_what_is_late_by_days_expires(world: World, company: CompanyId) -> None:
    await queued(world, company, "old", due_at=world.now - timedelta(days=4))
    await queued(world, company, "new", chat="1002")
    async with world.transaction(company):
        gone = await world.notices.expire(company, world.now - timedelta(days=3), world.now, "x")
    assert len(gone) == 1
    assert await keys(world, company) == ["new"]


async def test_the_plan_s_notices_are_counted_up_to_the_limit(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    async with world.transaction(company):
        assert await world.notices.count(company, "2026-01", 3, 5) == 3
        assert await world.notices.count(company, "2026-01", 3, 5) == 2
        assert await world.notices.count(company, "2026-01", 3, 5) == 0
        assert await world.notices.counted(company, "2026-01") == 5
        assert await world.notices.count(company, "2026-02", 3, None) == 3
    async with world.transaction(stranger):
        assert await world.notices.counted(stranger, "2026-01") == 0


async def test_the_ledger_is_listed_and_pruned(world: World, company: CompanyId) -> None:
    dealer = DealerId(uuid4())
    ids: Sequence[NoticeId] = [
        *(await queued(world, company, "a", dealer_id=dealer)),
        *(await queued(world, company, "b")),
    ]
    (first,) = await ready(world, company)
    await ended(world, first, await begun(world, first), SENT)
    async with world.transaction(company):

        async def listed(**wanted: Any) -> list[NoticeId]:
            asked = {"state": None, "dealer_id": None, "before": None, "limit": 10} | wanted
            return [one.id for one in await world.notice_views.list(company, **asked)]

        assert await listed() == [ids[1], ids[0]]
        assert await listed(limit=1) == [ids[1]]
        assert await listed(before=ids[1]) == [ids[0]]
        assert await listed(dealer_id=dealer) == [ids[0]]
        assert await listed(state=NoticeState.SENT) == [ids[0]]
        view = await world.notice_views.get(company, ids[0])
    assert view is not None
    assert (view.message_id, view.ended_at) == ("77", world.now)
    async with world.system_transaction():
        assert await world.notices.prune(world.now) == 0
        assert await world.notices.prune(world.now + MINUTE) == 1
    assert await states(world, company) == [NoticeState.QUEUED]


async def test_companions_go_under_the_claim_of_the_first(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    binding, later = BindingId(uuid4()), world.now + MINUTE
    same: dict[str, Any] = {"binding_id": binding, "together": True}
    await queued(world, company, "1", "2", "3", **same)
    await queued(world, company, "alone", binding_id=binding)
    await queued(world, company, "later", due_at=later, **same)
    await queued(world, company, "other", together=True)
    await queued(world, stranger, "1", "2", **same)
    (first,) = await ready(world, company)
    assert first.together
    claim = ClaimId(uuid4())
    async with world.transaction(company):
        assert await world.notices.begin(first, claim, world.now + MINUTE)
        found = await world.notices.companions(first, 10)
        assert [one.once_key for one in found] == ["2", "3"]
        assert [one.once_key for one in await world.notices.companions(first, 1)] == ["2"]
        await world.notices.join(company, [one.id for one in found[:1]], claim, world.now + MINUTE)
        assert [one.once_key for one in await world.notices.companions(first, 10)] == ["3"]
    assert await keys(world, company) == []
    assert await ended(world, first, claim, SENT)
    assert await keys(world, company) == []
    alone = Verdict(NoticeState.QUEUED, "dealers.message_refused", again=world.now, alone=True)
    assert await ended(world, found[0], claim, alone)
    (second,) = await ready(world, company)
    assert (second.once_key, second.together) == ("2", False)
    async with world.transaction(company):
        views = await world.notice_views.list(company, state=None, dealer_id=None, before=None, limit=100)
    assert [(one.message_id, one.together) for one in reversed(views)][:3] == [("77", True), ("", False), ("", True)]


async def test_what_is_sent_again_goes_alone(world: World, company: CompanyId) -> None:
    await queued(world, company, "1", together=True)
    (first,) = await ready(world, company)
    claim = await begun(world, first)
    assert await ended(world, first, claim, Verdict(NoticeState.UNCERTAIN))
    async with world.transaction(company):
        assert await world.notices.again(company, first.id, world.now)
    (again,) = await ready(world, company)
    assert not again.together
