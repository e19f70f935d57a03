"""Every company's webhooks are looked at from time to time."""

from datetime import timedelta

from application.connections.webhooks_command import tend_webhooks
from application.messages import SystemCommand
from application.ports import Clock, Outbox, SystemTransaction
from application.webhooks.ports import WebhookEndpoints

BATCH = 20
"""A second: so many companies are looked at in one round at most, however many are due."""

PATIENCE = timedelta(minutes=10)
"""After that time a look that came to nothing is asked for once more."""


class BookTendings(SystemCommand[int], frozen=True, kw_only=True, tag="webhooks.book_tendings"):
    """Told by the scheduler, again and again."""


class BookTendingsHandler:
    """Has workers look at the webhooks of the companies that are due."""

    def __init__(
        self, system_transaction: SystemTransaction, endpoints: WebhookEndpoints, outbox: Outbox, clock: Clock
    ) -> None:
        self._system_transaction = system_transaction
        self._endpoints = endpoints
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: BookTendings) -> int:
        """How many companies are going to be looked at."""
        del command
        now = self._clock.now()
        async with self._system_transaction():
            due = await self._endpoints.claim_due(now, now + PATIENCE, BATCH)
            for company_id in due:
                await tend_webhooks(self._outbox, company_id)
        return len(due)
