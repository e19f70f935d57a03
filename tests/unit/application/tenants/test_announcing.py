"""What should be acted upon is told once for each cause, however often it is heard."""

from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.memory.announcements import MemoryAnnouncements
from adapters.memory.delivery import MemoryHeaders, MemoryOutbox
from adapters.memory.machine import MemoryClock, MemoryIds
from adapters.memory.store import MemoryStore
from adapters.memory.transaction import MemoryTransaction
from application.tenants.announcing import Announcing
from domain.shared.identities import CompanyId, MemberId
from domain.tenants.announcements import Announcement

COMPANY, BOSS = CompanyId(uuid4()), MemberId(uuid4())


class Desk:
    def __init__(self) -> None:
        self.store, self.clock = MemoryStore(), MemoryClock()
        self.announcements = MemoryAnnouncements(self.store)
        self.announcing = Announcing(
            self.announcements,
            MemoryOutbox(self.store, MemoryIds(), self.clock, MemoryHeaders()),
            MemoryIds(),
            self.clock,
        )
        self.transaction = MemoryTransaction(self.store)

    async def tell(self, occurrence: str, cause: str = "google") -> None:
        async with self.transaction(COMPANY):
            await self.announcing.tell(COMPANY, cause, occurrence, "announcements.google_broke", email=occurrence)

    async def over(self) -> None:
        async with self.transaction(COMPANY):
            await self.announcing.over(COMPANY, "google")

    async def dismiss(self) -> None:
        async with self.transaction(COMPANY):
            for one in await self.announcements.page(COMPANY, None, 10, ended=False):
                one.end(self.clock.now(), BOSS)
                await self.announcements.put(one)

    async def all(self, *, ended: bool = True) -> list[Announcement]:
        async with self.transaction(COMPANY):
            return await self.announcements.page(COMPANY, None, 1000, ended=ended)


async def test_a_cause_is_one_row_that_counts_its_occurrences() -> None:
    desk = Desk()
    for occurrence in ("1", "1", "2", "2"):
        await desk.tell(occurrence)
    await desk.tell("1", "rule:1")
    assert [(one.cause, one.count, one.params) for one in await desk.all()] == [
        ("rule:1", 1, {"email": "1"}),
        ("google", 2, {"email": "2"}),
    ]


async def test_what_was_put_aside_is_told_again_when_it_happens_anew_alone() -> None:
    desk = Desk()
    await desk.tell("1")
    await desk.dismiss()
    await desk.tell("1")
    assert await desk.all(ended=False) == []
    await desk.tell("2")
    (again,) = await desk.all(ended=False)
    assert (again.count, again.occurrence) == (1, "2")
    await desk.over()
    await desk.over()
    await desk.tell("2")
    assert await desk.all(ended=False) == []
    assert [one.ended_by for one in await desk.all()] == [None, BOSS]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["tell", "over", "dismiss"]), max_size=10),
    st.lists(st.integers(1, 3), min_size=10, max_size=10),
)
async def test_commands_that_come_again_change_nothing(deeds: list[str], times: list[int]) -> None:
    once, often = Desk(), Desk()
    for number, deed in enumerate(deeds):
        for desk, repeated in ((once, 1), (often, times[number])):
            for _ in range(repeated):
                await (desk.tell(str(number)) if deed == "tell" else getattr(desk, deed)())
    shown = [
        [(one.cause, one.occurrence, one.count, one.ended_by) for one in await desk.all()] for desk in (once, often)
    ]
    assert shown[0] == shown[1]
    assert len(await often.all(ended=False)) <= 1
