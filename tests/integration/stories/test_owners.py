"""The people who run a company are told in their own chats what they should act upon: once, and together."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.memory.notices import MemoryMessenger
from application.billing.commands.block_company import BlockCompany
from application.dealers.commands.bind_chat import BindChat
from application.dealers.commands.create_own_link import CreateOwnLink
from application.dealers.commands.leave_chat import LeaveChat
from application.dealers.commands.recover_notices import OVERDUE, RecoverNotices
from application.dealers.notice_ports import Messenger
from application.dealers.queries.list_notices import ListNotices
from application.dealers.queries.list_own_chats import ListOwnChats
from application.ports import Transaction
from application.tenants.acting import Acting
from application.tenants.announced_command import TellOwners
from application.tenants.announcing import GATHERING, Announcing
from application.tenants.commands.change_role import ChangeRole
from application.tenants.commands.remove_member import RemoveMember
from application.tenants.ports import Members
from application.tenants.queries.list_announcements import ListAnnouncements
from domain.dealers.addresses import Address, Channel
from domain.dealers.bindings import BindLinkInvalid
from domain.dealers.notices import DeliveryUncertain, NoticeState
from domain.shared.identities import MemberId
from domain.tenants.member import PermissionMissing, Role
from tests.integration.harness.stories import Party, Story


class Office:
    """A company, its owner, who has a chat, and what is said there."""

    def __init__(self, party: Party, owner: MemberId, messenger: MemoryMessenger) -> None:
        self.party = party
        self.owner = owner
        self.messenger = messenger

    @classmethod
    async def open(cls) -> "Office":
        party = await (await Story.begin()).party("romashka")
        messenger = await party.world.container.get(Messenger)
        assert isinstance(messenger, MemoryMessenger)
        office = cls(party, await enter(party, "anna"), messenger)
        await office.bind(office.owner, "1")
        return office

    async def link(self, member: MemberId) -> str:
        made = await self.party.app.execute(CreateOwnLink(company_id=self.party.id, member_id=member))
        return made.url.partition("=")[2]

    async def use(self, token: str, chat: str) -> None:
        now, address = self.party.story.clock.now(), Address(Channel.TELEGRAM, chat)
        await self.party.app.execute(
            BindChat(company_id=self.party.id, token=token, address=address, title="Чат", asked_at=now)
        )

    async def bind(self, member: MemberId, chat: str) -> None:
        await self.use(await self.link(member), chat)

    async def chats(self, member: MemberId | None = None) -> dict[str, str | None]:
        query = ListOwnChats(company_id=self.party.id, member_id=member or self.owner)
        return {one.recipient: one.lost for one in await self.party.app.ask(query)}

    async def announce(self, cause: str, occurrence: str = "1", *, worse: bool = False) -> None:
        async with self.party.world.container() as scope:
            transaction, announcing = await scope.get(Transaction), await scope.get(Announcing)
            tell = announcing.tell_worse if worse else announcing.tell
            async with transaction(self.party.id):
                await tell(self.party.id, cause, occurrence, "announcements.rule_stopped", rule=cause, reason="x.y")

    async def over(self, cause: str) -> None:
        async with self.party.world.container() as scope:
            transaction, announcing = await scope.get(Transaction), await scope.get(Announcing)
            async with transaction(self.party.id):
                await announcing.over(self.party.id, cause)

    async def pass_by(self) -> None:
        """The time in which announcements are gathered; then workers work until nothing is left."""
        self.party.story.clock.advance(GATHERING)
        for _ in range(4):
            await self.party.story.work()

    def told(self, chat: str = "1") -> list[str]:
        return [text for address, text in self.messenger.sent if address.recipient == chat]


async def enter(party: Party, person: str) -> MemberId:
    await party.sign_in(person=person)
    assert party.identity is not None
    return party.identity.member_id


@pytest.fixture
async def office() -> Office:
    return await Office.open()


async def test_a_burst_is_one_message_and_each_cause_is_told_once(office: Office) -> None:
    for number in range(20):
        await office.announce(f"rule:{number}")
    assert office.told() == []
    await office.pass_by()
    (message,) = office.told()
    assert message.startswith("<b>Сводка, уведомлений: 20</b>")
    assert all(f"«rule:{number}»" in message for number in range(20))
    assert "Компания: romashka" in message
    await office.announce("rule:3", "2")
    await office.party.app.execute(TellOwners(company_id=office.party.id))
    await office.pass_by()
    assert len(office.told()) == 1
    await office.over("rule:3")
    await office.announce("rule:3", "3")
    await office.pass_by()
    assert len(office.told()) == 2


async def test_what_gets_worse_is_told_each_time(office: Office) -> None:
    for occurrence in ("80", "80", "100"):
        await office.announce("rows", occurrence, worse=True)
        await office.pass_by()
    assert len(office.told()) == 2


async def test_what_is_over_before_it_was_told_is_told_nobody(office: Office) -> None:
    await office.announce("google")
    await office.over("google")
    await office.pass_by()
    assert office.told() == []


async def test_what_happened_before_a_chat_was_bound_is_not_told_there(office: Office) -> None:
    await office.announce("google")
    await office.pass_by()
    boris = await enter(office.party, "boris")
    await office.bind(boris, "2")
    await office.announce("rule:1")
    await office.pass_by()
    assert [len(office.told(chat)) for chat in ("1", "2")] == [2, 1]


async def test_each_is_told_in_their_own_language(office: Office) -> None:
    boris = await enter(office.party, "boris")
    await office.bind(boris, "2")
    async with office.party.world.container() as scope:
        transaction, members = await scope.get(Transaction), await scope.get(Members)
        async with transaction(office.party.id):
            member = await members.get(office.party.id, boris)
            assert member is not None
            member.locale = "en-GB"
            await members.put(member)
    await office.announce("<b>&")
    await office.pass_by()
    assert "Автоматизация «&lt;b&gt;&amp;» остановилась" in office.told("1")[0]
    assert "The automation rule “&lt;b&gt;&amp;” has stopped" in office.told("2")[0]
    assert "Company: romashka" in office.told("2")[0]


async def test_a_chat_that_is_gone_is_lost_and_the_others_are_told_of_it(office: Office) -> None:
    boris = await enter(office.party, "boris")
    await office.bind(boris, "2")
    office.messenger.lost.add("1")
    await office.announce("google")
    await office.pass_by()
    await office.pass_by()
    assert await office.chats() == {"1": "dealers.chat_lost"}
    assert office.told("1") == []
    assert ["anna" in text for text in office.told("2")] == [False, True]
    await office.announce("rule:1")
    await office.pass_by()
    reasons = [one.reason for one in await office.party.app.ask(ListNotices(company_id=office.party.id))]
    assert reasons.count("dealers.chat_lost") == 1
    office.messenger.lost.clear()
    await office.bind(office.owner, "1")
    assert await office.chats() == {"1": None}
    await office.announce("rule:2")
    await office.pass_by()
    assert len(office.told("1")) == 1


async def test_what_may_have_come_is_not_sent_again_and_is_announced(office: Office) -> None:
    office.messenger.refusals = [DeliveryUncertain(reason="no answer")]
    await office.announce("google")
    await office.pass_by()
    await office.pass_by()
    (text,) = office.told()
    assert "неизвестно, дошло ли" in text
    states = [one.state for one in await office.party.app.ask(ListNotices(company_id=office.party.id))]
    assert sorted(states) == [NoticeState.SENT, NoticeState.UNCERTAIN]


async def test_a_blocked_company_is_told_and_nothing_is_counted(office: Office) -> None:
    await office.party.app.execute(BlockCompany(company_id=office.party.id, reason="debts"))
    await office.announce("rows")
    await office.pass_by()
    assert len(office.told()) == 1
    assert not office.party.world.store.notice_counts._rows


async def test_who_leaves_is_told_nothing_more(office: Office) -> None:
    now, address = office.party.story.clock.now(), Address(Channel.TELEGRAM, "1")
    assert await office.party.app.execute(LeaveChat(address=address, asked_at=now)) == 1
    await office.announce("google")
    await office.pass_by()
    assert (office.told(), await office.chats()) == ([], {})


@pytest.mark.parametrize("removed", [True, False])
async def test_who_runs_the_company_no_more_is_told_nothing_that_waits(office: Office, *, removed: bool) -> None:
    company, boris = office.party.id, await enter(office.party, "boris")
    unused = await office.link(boris)
    await office.bind(boris, "2")
    acting = Acting(member_id=office.owner)
    if removed:
        await office.party.app.execute(RemoveMember(company_id=company, acting=acting, member_id=boris))
    else:
        await office.party.app.execute(ChangeRole(company_id=company, acting=acting, member_id=boris, role=Role.EDITOR))
        with pytest.raises(PermissionMissing):
            await office.link(boris)
    await office.party.story.work()
    assert await office.chats(boris) == {}
    with pytest.raises(BindLinkInvalid):
        await office.use(unused, "3")
    await office.announce("google")
    await office.pass_by()
    assert [len(office.told(chat)) for chat in ("1", "2", "3")] == [1, 0, 0]


async def test_one_chat_of_two_people_is_told_once(office: Office) -> None:
    boris = await enter(office.party, "boris")
    await office.bind(boris, "1")
    await office.announce("google")
    await office.pass_by()
    assert len(office.told()) == 1


async def test_another_company_is_told_nothing(office: Office) -> None:
    other = await office.party.story.party("vasilek")
    stranger = await enter(other, "vera")
    theirs = Office(other, stranger, office.messenger)
    await theirs.bind(stranger, "1")
    await office.announce("google")
    await office.pass_by()
    (text,) = office.told()
    assert "Компания: romashka" in text
    with pytest.raises(BindLinkInvalid):
        await theirs.use((await office.link(office.owner)), "9")


DEEDS = st.sampled_from(["a", "b", "c", "over a", "work", "again", "wait", "lose"])


@settings(max_examples=40, deadline=None)
@given(st.lists(DEEDS, max_size=15))
def test_whatever_is_repeated_or_lost_each_announcement_is_told_once(deeds: list[str]) -> None:
    asyncio.run(_history(deeds))


async def _history(deeds: list[str]) -> None:
    office = await Office.open()
    story, wanted = office.party.story, TellOwners(company_id=office.party.id)
    for number, deed in enumerate(deeds):
        match deed:
            case "over a":
                await office.over("a")
            case "work":
                await story.work()
            case "again":
                await office.party.app.execute(wanted)
            case "wait":
                story.clock.advance(timedelta(seconds=7))
            case "lose":
                await story.relay()
            case cause:
                await office.announce(cause, str(uuid4()) + str(number))
    await office.announce("last")
    await story.relay()
    story.clock.advance(OVERDUE + GATHERING)
    await story.relay()
    story.clock.advance(OVERDUE)
    await office.party.app.execute(RecoverNotices())
    await office.pass_by()
    await office.party.app.execute(RecoverNotices())
    await office.pass_by()
    made = await office.party.app.ask(ListAnnouncements(company_id=office.party.id, ended=True, limit=100))
    for one in made:
        times = sum(text.count(f"«{one.params['rule']}»") for text in office.told())
        ever = sum(1 for other in made if other.cause == one.cause and other.told_at is not None)
        assert times == ever, (one.cause, times, ever)
        assert one.told_at is not None or one.ended_at is not None
