"""Notices are queued, delivered by a worker, and limited by the plan."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from dishka import Scope

from adapters.memory.notices import MemoryMessenger
from application.billing.commands.block_company import BlockCompany
from application.billing.commands.set_plan import SetPlan
from application.dealers.commands.create_dealer import CreateDealer
from application.dealers.commands.remove_dealer import RemoveDealer
from application.dealers.commands.resend_notice import ResendNotice
from application.dealers.delivery_commands import TellUndelivered
from application.dealers.directory_ports import ChatBindings
from application.dealers.notice_ports import Messenger, NoticeView
from application.dealers.queries.list_notices import ListNotices
from application.dealers.queueing_ports import NewNotice, NoticeQueue
from application.ports import Transaction
from application.tenants.queries.list_announcements import ListAnnouncements
from domain.billing.plans import PLANS, PlanKey
from domain.dealers.addresses import Address, Channel
from domain.dealers.bindings import ChatBinding
from domain.dealers.notices import NoticeNotFound, NoticeNotResendable, NoticeState
from domain.shared.identities import BindingId, DealerId
from tests.integration.harness.stories import Party, Story, command_of


def notice(party: Party, key: str, text: str = "") -> NewNotice:
    return NewNotice(
        dealer_id=DealerId(uuid4()),
        binding_id=BindingId(uuid4()),
        address=Address(Channel.TELEGRAM, "1001"),
        kind="order_created",
        once_key=key,
        text=text or key,
        plain=text or key,
        due_at=party.world.clock.now(),
    )


def bound(party: Party, one: NewNotice) -> ChatBinding:
    now = party.world.clock.now()
    return ChatBinding(one.binding_id, party.id, one.dealer_id, one.address, "Чат", now, now)


async def queue(party: Party, *notices: NewNotice) -> int:
    async with party.world.container(scope=Scope.REQUEST) as request:
        transaction, queue = await request.get(Transaction), await request.get(NoticeQueue)
        chats = await request.get(ChatBindings)
        async with transaction(party.id):
            for one in notices:
                if await chats.get(party.id, one.binding_id) is None:
                    await chats.put(bound(party, one))
            return await queue.queue(party.id, notices)


async def told(party: Party) -> list[str]:
    messenger = await party.world.container.get(Messenger)
    assert isinstance(messenger, MemoryMessenger)
    return [text for _, text in messenger.sent]


async def ledger(party: Party) -> list[NoticeView]:
    return list(reversed(await party.app.ask(ListNotices(company_id=party.id))))


async def begin() -> Party:
    return await (await Story.begin()).party("romashka")


async def test_what_is_queued_twice_is_told_once() -> None:
    party = await begin()
    assert await queue(party, notice(party, "a"), notice(party, "b")) == 2
    assert await queue(party, notice(party, "b"), notice(party, "c")) == 1
    await party.story.work()
    assert await told(party) == ["a", "b", "c"]
    assert await queue(party, notice(party, "a")) == 0
    await party.story.work()
    assert await told(party) == ["a", "b", "c"]


async def test_a_notice_waits_for_its_moment() -> None:
    party = await begin()
    later = replace(notice(party, "a"), due_at=party.world.clock.now() + timedelta(hours=1))
    await queue(party, later)
    await party.story.work()
    assert await told(party) == []
    party.world.clock.advance(timedelta(hours=1))
    await party.story.work()
    assert await told(party) == ["a"]


async def test_what_is_too_long_is_shortened_with_a_note() -> None:
    party = await begin()
    await queue(party, notice(party, "a", "строка\n" * 1000))
    await party.story.work()
    (text,) = await told(party)
    assert len(text) <= 4096
    assert text.endswith("… сообщение сокращено, полностью — в документе МоегоСклада")


async def test_beyond_the_plan_notices_are_skipped_and_the_owner_is_warned_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(PLANS, PlanKey.FREE, replace(PLANS[PlanKey.FREE], notices=2))
    party = await begin()
    await party.app.execute(SetPlan(company_id=party.id, plan="free"))
    assert await queue(party, notice(party, "a"), notice(party, "b"), notice(party, "c")) == 3
    assert await queue(party, notice(party, "d"), notice(party, "a")) == 1
    warned = [one for one in party.world.store.outbox._rows.values() if one.message.tag == "notices.undelivered"]
    assert len(warned) == 1
    command = command_of(warned[0].message)
    assert isinstance(command, TellUndelivered)
    assert command.reason == "dealers.notices_used_up"
    await party.story.work()
    assert await told(party) == ["a", "b"]
    states = [(one.state, one.reason) for one in await ledger(party)]
    assert states[2:] == [(NoticeState.SKIPPED, "dealers.notices_used_up")] * 2
    for _ in range(2):
        await party.app.execute(command)
    (announced,) = await party.app.ask(ListAnnouncements(company_id=party.id))
    assert (announced.code, announced.count) == ("announcements.notices_undelivered", 1)
    assert announced.params == {"state": "skipped", "reason": "dealers.notices_used_up"}


async def test_a_dealer_who_was_removed_is_told_nothing_that_waits() -> None:
    party = await begin()
    dealer_id = await party.app.execute(CreateDealer(company_id=party.id, name="Юг"))
    one = replace(notice(party, "a"), dealer_id=dealer_id)
    assert await queue(party, one) == 1
    await party.app.execute(RemoveDealer(company_id=party.id, dealer_id=dealer_id))
    await party.story.work()
    assert await told(party) == []
    (kept,) = await ledger(party)
    assert (kept.state, kept.reason) == (NoticeState.BLOCKED, "dealers.chat_unbound")


async def test_a_blocked_company_tells_nobody() -> None:
    party = await begin()
    await party.app.execute(BlockCompany(company_id=party.id, reason="не платит"))
    await queue(party, notice(party, "a"))
    await party.story.work()
    assert await told(party) == []
    assert [one.state for one in await ledger(party)] == [NoticeState.SKIPPED]


async def test_what_was_skipped_can_be_sent_again_and_another_company_cannot() -> None:
    story = await Story.begin()
    party, stranger = await story.party("romashka"), await story.party("vasilek")
    await party.app.execute(BlockCompany(company_id=party.id, reason="x"))
    await queue(party, notice(party, "a"))
    (skipped,) = await ledger(party)
    with pytest.raises(NoticeNotFound):
        await party.app.execute(ResendNotice(company_id=stranger.id, notice_id=skipped.id))
    await party.app.execute(ResendNotice(company_id=party.id, notice_id=skipped.id))
    await party.story.work()
    assert await told(party) == ["a"]
    with pytest.raises(NoticeNotResendable):
        await party.app.execute(ResendNotice(company_id=party.id, notice_id=skipped.id))
