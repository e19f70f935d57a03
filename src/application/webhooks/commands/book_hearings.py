"""Audiences are told that something waits for them, and looks for what was not told are booked."""

from datetime import timedelta

from application.messages import SystemCommand
from application.ports import Clock, Outbox, SystemTransaction
from application.webhooks.event_ports import Interests, ObjectEvents
from application.webhooks.hearing_commands import HEARERS, CatchUpEvents

BATCH = 200
PATIENCE = timedelta(minutes=3)
"""After that time what came to nothing is asked for once more: a worker may have died, or a message been lost."""


class BookHearings(SystemCommand[int], frozen=True, kw_only=True, tag="webhooks.book_hearings"):
    """Told by the scheduler, again and again."""


class BookHearingsHandler:
    """Has workers let the audiences hear that have something to hear, and look where it is time to look."""

    def __init__(
        self,
        system_transaction: SystemTransaction,
        interests: Interests,
        events: ObjectEvents,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._interests = interests
        self._events = events
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: BookHearings) -> int:
        """How many commands were stored."""
        del command
        now = self._clock.now()
        async with self._system_transaction():
            hearings = await self._events.claim_due(now, now + PATIENCE, BATCH)
            for company_id, audience in hearings:
                hear = HEARERS[audience](company_id=company_id)
                await self._outbox.put(hear, once_key=f"hear:{audience}:{company_id}")
            looking = await self._interests.claim_due(now, now + PATIENCE, BATCH)
            for company_id in looking:
                await self._outbox.put(CatchUpEvents(company_id=company_id), once_key=f"catch-up:{company_id}")
        return len(hearings) + len(looking)
