"""Contracts of application.tenants.announcing.Announcements."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from adapters.memory.announcements import MemoryAnnouncements
from domain.shared.identities import AnnouncementId, CompanyId, MemberId
from domain.tenants.announcements import Announcement
from tests.integration.harness.worlds import World

DAY = timedelta(days=1)


def announcement(world: World, company: CompanyId, cause: str = "google") -> Announcement:
    number = AnnouncementId(world.ids.new())
    return Announcement(
        number, company, cause, "1", "announcements.chat_lost", {"chat": "x", "n": 1}, world.now, world.now
    )


async def test_announcements_are_kept_the_newest_of_each_cause_first(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    first, other = announcement(world, company), announcement(world, company, "rule:1")
    async with world.transaction(company):
        await world.announcements.put(first)
        await world.announcements.put(other)
    first.end(world.now, MemberId(uuid4()))
    second = announcement(world, company)
    async with world.transaction(company):
        await world.announcements.put(first)
        await world.announcements.put(second)
    async with world.transaction(company):
        assert await world.announcements.get(company, first.id) == first
        assert await world.announcements.last(company, "google") == second
        assert await world.announcements.last(company, "nothing") is None
        assert await world.announcements.page(company, None, 10, ended=True) == [second, other, first]
        assert await world.announcements.page(company, None, 10, ended=False) == [second, other]
        assert await world.announcements.page(company, None, 1, ended=False) == [second]
        assert await world.announcements.page(company, second.id, 10, ended=False) == [other]
    async with world.transaction(stranger):
        assert await world.announcements.get(company, first.id) is None
        assert await world.announcements.page(company, None, 10, ended=True) == []


async def test_what_is_over_is_forgotten_in_time(world: World, company: CompanyId) -> None:
    over, open_ = announcement(world, company), announcement(world, company, "rule:1")
    over.end(world.now)
    async with world.transaction(company):
        await world.announcements.put(over)
        await world.announcements.put(open_)
    async with world.system_transaction():
        await world.announcements.prune(world.now)
    async with world.transaction(company):
        assert len(await world.announcements.page(company, None, 10, ended=True)) == 2
    async with world.system_transaction():
        assert await world.announcements.prune(world.now + timedelta(seconds=1)) >= 1
    async with world.transaction(company):
        assert await world.announcements.page(company, None, 10, ended=True) == [open_]


async def test_a_cause_has_one_that_is_not_over(world: World, company: CompanyId) -> None:
    async with world.transaction(company):
        await world.announcements.put(announcement(world, company))
    if isinstance(world.announcements, MemoryAnnouncements):
        return  # its transactions run one after another, and Announcing looks first
    with pytest.raises(IntegrityError, match="uq_announcements_open"):
        await put_alone(world, announcement(world, company))


async def test_two_who_tell_of_the_same_cause_at_once_tell_once(world: World, company: CompanyId) -> None:
    one = announcement(world, company)

    async def tell() -> None:
        async with world.transaction(company):
            known = await world.announcements.last(company, one.cause)
            await asyncio.sleep(0.05)
            if known is None:
                await world.announcements.put(replace(one, id=AnnouncementId(uuid4())))

    await asyncio.gather(tell(), tell())
    async with world.transaction(company):
        assert len(await world.announcements.page(company, None, 10, ended=True)) == 1


async def put_alone(world: World, one: Announcement) -> None:
    async with world.transaction(one.company_id):
        await world.announcements.put(one)


async def test_people_are_told_of_what_is_not_over_as_it_was_read(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    told, over, grown, waits = (announcement(world, company, cause) for cause in ("1", "2", "3", "4"))
    over.end(world.now)
    async with world.transaction(company):
        for one in (told, over, grown, waits):
            await world.announcements.put(one)
    async with world.transaction(company):
        assert await world.announcements.untold(company, 10) == [told, grown, waits]
        assert await world.announcements.untold(company, 1) == [told]
        read = await world.announcements.untold(company, 2)
    grown.happened("2", grown.code, {}, world.now)
    grown.worsen()
    told.happened("2", told.code, {}, world.now)
    async with world.transaction(company):
        await world.announcements.put(grown)
        await world.announcements.put(told)
        await world.announcements.mark_told(company, read, world.now)
        assert [one.id for one in await world.announcements.untold(company, 10)] == [grown.id, waits.id]
        assert (await world.announcements.page(company, None, 10, ended=True))[-1].told_at == world.now
    async with world.transaction(stranger):
        assert await world.announcements.untold(company, 10) == []
        await world.announcements.mark_told(company, [waits], world.now)
    async with world.system_transaction():
        assert company not in await world.announcements.stranded(world.now, 1000)
        late = await world.announcements.stranded(world.now + timedelta(seconds=1), 1000)
        assert (late.count(company), stranger in late) == (1, False)
