"""Contracts of application.dealers.directory_ports."""

from dataclasses import replace
from datetime import time, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from domain.dealers.addresses import Address, Channel
from domain.dealers.bindings import BindLink, ChatBinding
from domain.dealers.dealers import Dealer, DealerNameTaken, NoticeKind, Points
from domain.dealers.languages import Language
from domain.dealers.quiet import Quiet
from domain.dealers.rhythms import Often, Rhythm
from domain.shared.identities import BindingId, CompanyId, DealerId, MemberId, PersonId
from domain.tenants.member import Member, Role
from tests.integration.harness.worlds import World, troubled

MINUTE = timedelta(minutes=1)
FULL = Points(uuid4(), frozenset({uuid4()}), frozenset({uuid4(), uuid4()}), frozenset({uuid4()}), frozenset({"опт"}))


def dealer(world: World, company: CompanyId, name: str = "Север", *, number: int = 1, full: bool = False) -> Dealer:
    made = Dealer(DealerId(UUID(int=number + company.int % 10**9 * 1000)), company, name, Points(), world.now)
    if full:
        made.sell_at(FULL)
        made.want([NoticeKind.ORDER, NoticeKind.STATE], world.now)
        made.quiet = Quiet(time(22), time(8, 30))
        made.rhythm = Rhythm(Often.DAILY, time(9), quiet_as_one=True)
        made.language = Language.EN
    return made


def chat(world: World, of: Dealer, recipient: str, thread: int | None = None) -> ChatBinding:
    address = Address(Channel.TELEGRAM, recipient, thread)
    return ChatBinding(BindingId(uuid4()), of.company_id, of.id, address, "Чат", world.now, world.now)


async def test_dealers_are_kept_as_they_are(world: World, company: CompanyId, stranger: CompanyId) -> None:
    full, plain = dealer(world, company, full=True), dealer(world, company, "Юг", number=2)
    async with world.transaction(company):
        await world.dealers.put(full)
        await world.dealers.put(plain)
    async with world.transaction(company):
        assert await world.dealers.get(company, full.id) == full
        assert await world.dealers.named(company, "Юг") == plain
        assert await world.dealers.named(company, "юг") is None
        assert await world.dealers.page(company, None, 10) == [full, plain]
        assert await world.dealers.page(company, full.id, 10) == [plain]
        assert await world.dealers.page(company, None, 1) == [full]
        assert await world.dealers.count(company) == 2
    async with world.transaction(stranger):
        assert await world.dealers.get(company, full.id) is None
        assert await world.dealers.page(company, None, 10) == []
        assert (await world.dealers.count(company), await world.dealers.count(stranger)) == (0, 0)
        assert not await world.dealers.remove(company, full.id)


async def test_a_name_is_one_dealers_of_a_company(world: World, company: CompanyId, stranger: CompanyId) -> None:
    async with world.transaction(company):
        await world.dealers.put(dealer(world, company))
    with pytest.raises(DealerNameTaken):
        async with world.transaction(company):
            await world.dealers.put(dealer(world, company, number=2))
    async with world.transaction(stranger):
        await world.dealers.put(dealer(world, stranger, number=3))


async def test_chats_and_links_go_with_their_dealer(world: World, company: CompanyId) -> None:
    owner = dealer(world, company)
    bound = chat(world, owner, "-100")
    link = BindLink(uuid4().bytes, company, owner.id, world.now + MINUTE)
    async with world.transaction(company):
        await world.dealers.put(owner)
        await world.chats.put(bound)
        await world.bind_links.put(link)
        assert await world.chats.of(company, [owner.id]) == [bound]
    async with troubled(world.transaction(company)):
        await world.dealers.remove(company, owner.id)
    async with world.transaction(company):
        assert await world.bind_links.get(company, link.digest) == link
        assert await world.dealers.remove(company, owner.id)
        assert not await world.dealers.remove(company, owner.id)
        assert await world.chats.get(company, bound.id) is None
        assert await world.bind_links.get(company, link.digest) is None


async def test_chats_are_found_across_companies_by_their_addresses(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    recipient = str(-uuid4().int % 10**15)
    mine, theirs = dealer(world, company), dealer(world, stranger, number=4)
    plain, topic, other = chat(world, mine, recipient), chat(world, mine, recipient, 7), chat(world, theirs, recipient)
    for owner, chats in ((mine, (plain, topic)), (theirs, (other,))):
        async with world.transaction(owner.company_id):
            await world.dealers.put(owner)
            for one in chats:
                await world.chats.put(one)
    async with world.system_transaction():
        assert {one.id for one in await world.chats.at(plain.address)} == {plain.id, other.id}
        assert [one.id for one in await world.chats.at(topic.address)] == [topic.id]
        assert {one.id for one in await world.chats.everywhere_in(recipient)} == {plain.id, topic.id, other.id}
    async with world.transaction(stranger):
        assert not await world.chats.remove(company, plain.id)
    async with world.transaction(company):
        assert await world.chats.remove(company, plain.id)
        assert await world.chats.of(company, [mine.id]) == [topic]


async def test_a_used_link_knows_its_chat_and_expired_ones_go(world: World, company: CompanyId) -> None:
    owner = dealer(world, company)
    old = BindLink(uuid4().bytes, company, owner.id, world.now)
    new = BindLink(uuid4().bytes, company, owner.id, world.now + MINUTE)
    new.use(Address(Channel.TELEGRAM, "5", 6), world.now)
    mail = Address(Channel.EMAIL, "dealer@example.org")
    mailed = BindLink(uuid4().bytes, company, owner.id, world.now + MINUTE, meant_for=mail)
    async with world.transaction(company):
        await world.dealers.put(owner)
        await world.bind_links.put(old)
        await world.bind_links.put(new)
        await world.bind_links.put(mailed)
        assert await world.bind_links.mailed(company, world.now) == [(mail, world.now + MINUTE)]
        assert await world.bind_links.mailed(company, world.now + MINUTE) == []
    async with world.system_transaction():
        assert await world.bind_links.prune(world.now) >= 1
    async with world.transaction(company):
        assert await world.bind_links.get(company, old.digest) is None
        assert await world.bind_links.get(company, new.digest) == new
        assert await world.bind_links.get(company, mailed.digest) == mailed


async def test_people_of_the_company_have_chats_beside_dealers(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    one, other = (Member(MemberId(uuid4()), company, None, "", "Анна", Role.OWNER, PersonId(uuid4())) for _ in range(2))
    owner, address = dealer(world, company), Address(Channel.TELEGRAM, "77", 3)

    def own(member: Member, number: int) -> ChatBinding:
        binding = BindingId(UUID(int=number + company.int % 10**9 * 1000))
        return ChatBinding(binding, company, None, address, "Чат", world.now, world.now, member_id=member.id)

    first, second = own(one, 1), own(other, 2)
    link = BindLink(uuid4().bytes, company, None, world.now + MINUTE, member_id=one.id)
    async with world.transaction(company):
        for member in (one, other):
            await world.members.put(member)
        await world.dealers.put(owner)
        await world.chats.put(replace(chat(world, owner, "77"), address=address))
        for binding in (first, second):
            await world.chats.put(binding)
        await world.bind_links.put(link)
    async with world.transaction(company):
        assert await world.chats.own(company) == [first, second]
        assert await world.chats.get(company, first.id) == first
        assert [found.dealer_id for found in await world.chats.of(company, [owner.id])] == [owner.id]
        assert await world.bind_links.get(company, link.digest) == link
    async with world.system_transaction():
        assert len([found for found in await world.chats.at(address) if found.company_id == company]) == 3
    async with world.transaction(stranger):
        assert await world.chats.own(company) == []
    with pytest.raises((IntegrityError, RuntimeError)):
        async with world.transaction(company):
            await world.chats.put(own(one, 3))
