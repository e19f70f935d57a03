"""Whatever happens in an account, whichever deliveries come twice, late or in another order, and wherever processes
die: nothing that was delivered is lost. `TOLD=2000 make test ARGS='-k told_histories'` walks through so many.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from dishka import Provider, Scope, provide
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.exports.task import TaskState
from domain.shared.identities import ConfigId
from domain.webhooks.watch import Pace
from tests.integration.harness.ordeals import Killed, Ordeal
from tests.integration.harness.stories import ENTITY, SMALL, Party, Story
from tests.integration.harness.telling import Teller, order_id
from tests.integration.harness.thoroughness import so_many

TOLD = so_many("TOLD", 24, 500)
EVENTS = (
    "create", "create", "edit", "edit", "edit", "remove", "restamp", "deliver", "deliver", "twice", "late",
    "interpret", "killed_interpreting", "book", "book", "run", "run", "killed_running", "killed_running", "tick",
    "meanwhile", "meanwhile", "resumed", "full",
)  # fmt: skip
events = st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 3), st.integers(1, 40)), min_size=5, max_size=35)


class Unattended(Provider):
    """Nobody looks by themselves: what was not told is not seen."""

    scope = Scope.APP

    @provide
    def pace(self) -> Pace:
        return Pace(catch_up=timedelta(days=365))


UNATTENDED = Unattended()


@dataclass
class History:
    """One export, and deliveries that MoySklad has sent and that have not arrived yet."""

    story: Story
    party: Party
    teller: Teller
    config: ConfigId
    sent: list[tuple[str, str]] = field(default_factory=list)
    arrived: list[tuple[str, str, str]] = field(default_factory=list)
    edits: int = 0

    def change(self, number: int) -> None:
        self.edits += 1
        self.party.order(order_id(number), name=f"правка {self.edits}")
        self.sent.append((order_id(number), "UPDATE"))

    async def happen(self, event: str, number: int, step: int) -> None:
        party, known = self.party, order_id(number) in self.party.orders
        match event:
            case "create" | "edit":
                self.change(number)
            case "remove" if known:
                party.world.source.remove(party.token, ENTITY, order_id(number))
                del party.orders[order_id(number)]
                self.sent.append((order_id(number), "DELETE"))
            case "restamp" if known:  # a change that does not move `updated`: only a webhook tells
                stamp, cells = party.orders[order_id(number)]
                self.edits += 1
                changed = {**cells, "description": f"тихая правка {self.edits}"}
                party.orders[order_id(number)] = (stamp, changed)
                party.world.source.put(party.token, ENTITY, order_id(number), stamp, changed)
                self.sent.append((order_id(number), "UPDATE"))
            case "deliver" if self.sent:
                await self.arrive(0)
            case "late" if self.sent:
                await self.arrive(len(self.sent) - 1)
            case "twice" if self.arrived:
                object_id, action, request_id = self.arrived[number % len(self.arrived)]
                await self.teller.tell(object_id, action=action, request_id=request_id)
            case "interpret" | "book":
                await self.teller.schedule()
            case "killed_interpreting":
                await self.killed(step % 6 + 1, self.round())
            case "tick":
                self.story.clock.advance(timedelta(seconds=step))
            case "run":
                await self.story.work()
            case "killed_running":
                await self.killed(step, self.worked())
                await self.story.pass_time()
            case "meanwhile":
                await self.change_meanwhile(number)
            case "resumed":
                await self.resume(number, step)
            case "full":
                await self.start("full")

    async def arrive(self, place: int) -> None:
        object_id, action = self.sent.pop(place)
        request_id = f"delivery-{len(self.arrived)}"
        self.arrived.append((object_id, action, request_id))
        await self.teller.tell(object_id, action=action, request_id=request_id)

    async def round(self) -> None:
        await self.teller.schedule()

    async def worked(self) -> None:
        await self.story.work()

    async def killed(self, step: int, work: Coroutine[Any, Any, None]) -> None:
        ordeal = Ordeal(self.party.world, at=step, error=Killed(), applied=step % 2 == 0)
        with ordeal.watched():
            await ordeal.endure(work)

    async def start(self, mode: str) -> None:
        if all(task.state not in {TaskState.BOOKED, TaskState.CLAIMED} for task in await self.party.tasks()):
            await self.party.start(self.config, mode)

    async def change_meanwhile(self, number: int) -> None:
        """While a run reads an order of which it was told, the order changes, and MoySklad tells of it at once."""
        self.change(number)
        await self.begin()
        read, done = self.party.world.source.read, False

        async def told_meanwhile(*arguments: Any) -> Any:
            nonlocal done
            async for page in read(*arguments):
                yield page
                if not done:
                    done = True
                    await self.happen("restamp", number, 1)
                    while self.sent:
                        await self.arrive(0)
                    await self.teller.schedule()

        self.party.world.source.read = told_meanwhile  # type: ignore[method-assign]
        try:
            await self.story.work()
        finally:
            self.party.world.source.read = read  # type: ignore[method-assign]

    async def begin(self) -> None:
        """A run is booked for everything that was sent until now."""
        while self.sent:
            await self.arrive(0)
        await self.teller.schedule()
        self.story.clock.advance(timedelta(seconds=6))
        await self.teller.schedule()

    async def resume(self, number: int, step: int) -> None:
        """A long run is killed, MoySklad tells of a quiet change or a deletion, and the next worker goes on."""
        await self.start("full")
        await self.killed(step, self.worked())
        for event in ("restamp", "remove") if step % 3 else ("remove",):
            await self.happen(event, number if event == "restamp" else (number + 1) % 4, step)
        while self.sent:
            await self.arrive(0)
        await self.teller.schedule()
        await self.story.pass_time()
        await self.story.work()

    async def settle(self) -> None:
        """Everything that was sent arrives, and everybody does what there is to do."""
        while self.sent:
            await self.arrive(0)
        for _ in range(40):
            self.story.clock.advance(timedelta(seconds=6))
            booked = await self.teller.schedule()
            worked = await self.story.work()
            await self.story.pass_time(timedelta(seconds=31))
            unfinished = [task for task in await self.party.tasks() if not task.ended_at]
            if not (booked or worked or unfinished or self.teller.marked()):
                return
        raise AssertionError("it never came to rest")


async def told(happened: list[tuple[str, int, int]]) -> None:
    story = await Story.begin(SMALL, UNATTENDED)
    story.changes = count(step=600)  # further apart than any run looks back
    party = await story.party("romashka")
    for number in range(9):
        party.order(order_id(number))
    config = await party.create(on_change=True, brake_percent=100)
    await story.work()
    await party.run(config)
    history = History(story, party, Teller(party), config)
    for event in happened:
        await history.happen(*event)
    await history.settle()
    await party.check_sheet(config)
    assert all(task.trigger in {"manual", "webhook"} for task in await party.tasks())


@settings(
    max_examples=TOLD,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(events)
def test_nothing_that_was_delivered_is_lost(happened: list[tuple[str, int, int]]) -> None:
    asyncio.run(told(happened))
