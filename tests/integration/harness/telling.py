"""A MoySklad that tells of what happens in a company's account, over fakes."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from application.digests import digest
from application.webhooks.commands.book_follow_ups import BookFollowUps
from application.webhooks.commands.interpret_deliveries import InterpretDeliveries
from application.webhooks.commands.keep_deliveries import KeepDeliveries
from application.webhooks.payload import request_key
from application.webhooks.ports import Arrival, Kept
from tests.integration.harness.stories import ENTITY, Party

BASE = "https://skladsheets.test/webhooks/moysklad/"
SOON = timedelta(seconds=6)
"""Longer than a run waits for more to be told."""


def order_id(number: int) -> str:
    """The id of an order of that number."""
    return str(UUID(int=number + 1))


class Teller:
    """What MoySklad does by itself for one company."""

    def __init__(self, party: Party) -> None:
        self.party = party
        self.app = party.app

    @property
    def token(self) -> str:
        """What stands at the end of the registered address."""
        webhooks = self.party.world.registered.account(self.party.token).webhooks.values()
        return next(iter(webhooks)).url.removeprefix(BASE)

    def event(self, object_id: str, action: str = "UPDATE", kind: str = ENTITY) -> dict[str, Any]:
        href = f"https://api.moysklad.ru/api/remap/1.2/entity/{kind}/{object_id}"
        return {"meta": {"type": kind, "href": href}, "action": action, "accountId": str(self.party.account_id)}

    async def tell(self, *object_ids: str, action: str = "UPDATE", request_id: str | None = None) -> Kept:
        """One delivery about these orders."""
        return await self.deliver({"events": [self.event(one, action) for one in object_ids]}, request_id)

    async def deliver(self, told: object, request_id: str | None = None) -> Kept:
        body = msgspec.json.encode(told)
        arrival = Arrival(digest(self.token), request_key(request_id or str(uuid4()), body), body)
        (kept,) = await self.app.execute(KeepDeliveries(arrivals=[arrival]))
        return kept

    async def schedule(self) -> int:
        """One round of the scheduler's; answers how many runs were booked."""
        await self.app.execute(InterpretDeliveries())
        return await self.app.execute(BookFollowUps())

    async def follow(self, after: timedelta = SOON) -> int:
        """Time passes, what was told is followed, and workers do what there is to do; answers how many runs began."""
        await self.app.execute(InterpretDeliveries())
        self.party.story.clock.advance(after)
        booked = await self.schedule()
        while await self.party.story.work():
            pass
        return booked

    def marked(self) -> set[str]:
        """Objects that are still to be read."""
        return {row.mark.object_id for row in self.party.world.store.change_marks._rows.values()}


def ids(numbers: Iterable[int]) -> list[str]:
    return [order_id(number) for number in numbers]
