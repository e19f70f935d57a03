"""Nobody was there to take deliveries in: whatever MoySklad told meanwhile is lost, and has to be looked for."""

from datetime import timedelta

from application.messages import SystemCommand
from application.ports import Clock, SystemTransaction
from application.webhooks.event_ports import Interests
from application.webhooks.ports import ReceiverBeats

OUTAGE = timedelta(seconds=30)
"""MoySklad tries four times within seconds and then drops what it had to tell (JSON API docs, webhooks)."""

WITHIN = timedelta(minutes=2)
"""So much time the exports take over looking, each company at another moment."""


class NoticeOutage(SystemCommand[int], frozen=True, kw_only=True, tag="webhooks.notice_outage"):
    """Told by everyone who takes deliveries in, again and again while they can."""


class NoticeOutageHandler:
    """Notes that deliveries are being taken in; where nobody has noted that for a while, every export that follows
    changes looks for itself, and whoever else wants to hear of them has somebody look.
    """

    def __init__(
        self, system_transaction: SystemTransaction, beats: ReceiverBeats, interests: Interests, clock: Clock
    ) -> None:
        self._system_transaction = system_transaction
        self._beats = beats
        self._interests = interests
        self._clock = clock

    async def __call__(self, command: NoticeOutage) -> int:
        """How many exports and companies are going to look."""
        del command
        now = self._clock.now()
        async with self._system_transaction():
            last = await self._beats.beat(now)
            if last is None or now - last <= OUTAGE:
                return 0
            return await self._beats.hurry(now, WITHIN) + await self._interests.hurry(now, WITHIN)
