"""Listening: an audience says what it wants to hear of, and everything that this takes is seen to."""

from collections.abc import Collection

from application.connections.webhooks_command import tend_webhooks
from application.ports import Clock, Outbox
from application.webhooks.event_ports import Interests
from domain.shared.identities import CompanyId
from domain.webhooks.interests import Audience
from domain.webhooks.watch import Pace


class Listening:
    """Notes interests, has the webhooks registered that they take, and has somebody look for what is not told."""

    def __init__(self, interests: Interests, outbox: Outbox, pace: Pace, clock: Clock) -> None:
        self._interests = interests
        self._outbox = outbox
        self._pace = pace
        self._clock = clock

    async def want(self, company_id: CompanyId, audience: Audience, types: Collection[str]) -> None:
        """The audience wants to hear of objects of these types from now on, and of no others; in the transaction of the
        change that this follows from.
        """
        now = self._clock.now()
        if not await self._interests.replace(company_id, audience, types, now):
            return
        await self._interests.look(company_id, now + self._pace.catch_up)
        await tend_webhooks(self._outbox, company_id)
