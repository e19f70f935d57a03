"""People are told of each announcement once, whoever tells at the same time, while others announce and queue."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from adapters.wording.announcement_words import BilingualAnnouncementWords
from application.dealers.commands.tell_owners import TellOwnersHandler
from application.dealers.linking import Unlinking
from application.dealers.queueing import wake
from application.dealers.queueing_ports import NewNotice
from application.tenants.announced_command import TellOwners
from application.tenants.announcing import Announcing
from domain.dealers.addresses import Address, Channel
from domain.dealers.bindings import ChatBinding
from domain.shared.identities import BindingId, CompanyId, NoticeId
from domain.tenants.member import Role
from tests.integration.harness import samples
from tests.integration.harness.worlds import World

CAUSES = 6


class Queue:
    """Stores and wakes, as the real one does, without asking what the plan has room for."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def queue(self, company_id: CompanyId, notices: Sequence[NewNotice]) -> int:
        world = self._world
        new = [(NoticeId(uuid4()), one) for one in notices]
        stored = await world.notices.add(company_id, new, world.now)
        await wake(world.outbox, company_id, world.now)
        return len(stored)


async def test_all_at_once_tell_each_once(world: World, company: CompanyId) -> None:
    owner = replace(samples.member(world, company), role=Role.OWNER)
    chat = ChatBinding(
        BindingId(uuid4()), company, None, Address(Channel.TELEGRAM, "1"), "", world.now, world.now, member_id=owner.id
    )
    async with world.transaction(company):
        await world.members.put(owner)
        await world.chats.put(chat)
    announcing = Announcing(world.announcements, world.outbox, world.ids, world.clock)
    teller = TellOwnersHandler(
        world.transaction,
        world.announcements,
        world.chats,
        world.members,
        world.companies,
        BilingualAnnouncementWords(),
        Queue(world),
        Unlinking(world.chats, world.notices, announcing, world.clock),
        world.clock,
    )

    async def announce(number: int) -> None:
        for occurrence in ("1", "2"):
            async with world.transaction(company):
                await wake(world.outbox, company, world.now)  # whoever tells dealers queues first, then announces
                await announcing.tell(company, f"rule:{number}", occurrence, "announcements.google_broke", email="a")

    async def tell() -> None:
        for _ in range(3):
            await teller(TellOwners(company_id=company))
            await asyncio.sleep(0.01)

    await asyncio.wait_for(asyncio.gather(*(announce(one) for one in range(CAUSES)), *(tell() for _ in range(3))), 30)
    await teller(TellOwners(company_id=company))
    async with world.transaction(company):
        assert await world.announcements.untold(company, 100) == []
        told = await world.notices.ready(company, world.now, 100)
        together = await world.notices.companions(told[0], 100)
        announced = await world.announcements.page(company, None, 100, ended=True)
    keys = [one.once_key for one in [*told, *together]]
    assert sorted(key.split(":")[1] for key in keys) == sorted(str(one.id) for one in announced)
    assert len(announced) == CAUSES
