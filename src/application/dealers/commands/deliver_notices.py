"""A worker delivers a company's notices."""

import asyncio
from datetime import timedelta
from zlib import crc32

from application.dealers.attempts import Attempts
from application.dealers.delivery_commands import DeliverNotices, TellUndelivered
from application.dealers.notice_ports import Notices
from application.dealers.queueing import wake
from application.messages import Outcome
from application.ports import Clock, Outbox, Transaction
from domain.dealers.notices import PATIENCE, DeliveryUncertain, Notice, NoticeExpired
from domain.shared.identities import CompanyId

BATCH = 100
SHIFT = timedelta(seconds=60)
"""After that time the rest is left to whoever comes next, so that no company keeps a worker."""

LONGEST_WAIT = 2.0
A_MOMENT = 0.15
MOMENTS = 10
IDLE_ROUNDS = 5
"""After so many rounds in which nothing could go the rest is left to the next one too."""

HANDS = 4


class DeliverNoticesHandler:
    """Tries what may be tried, chat by chat, until nothing is left that can go within seconds. What others of this
    company deliver meanwhile is theirs: who is first to note that a notice is being sent sends it.
    """

    def __init__(
        self, transaction: Transaction, notices: Notices, attempts: Attempts, outbox: Outbox, clock: Clock
    ) -> None:
        self._transaction = transaction
        self._notices = notices
        self._attempts = attempts
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: DeliverNotices) -> Outcome:
        """Says whether anything waits still. Refusals of a messenger end in the ledger, never here."""
        company_id, until = command.company_id, self._clock.now() + SHIFT
        await self._sweep(company_id)
        idle = 0
        while self._clock.now() < until and idle < IDLE_ROUNDS and (ready := await self._ready(command)):
            wait = await self._try_all(ready)
            idle = idle + 1 if wait > 0 else 0
            await asyncio.sleep(wait)
        return await self._leave(company_id)

    async def _ready(self, command: DeliverNotices) -> list[Notice]:
        """What may be tried; calls for another hand where there is enough. While there is, each hand has chats of its
        own, so that none asks for the pace of what another one has sent by then: it would be counted, and lost.
        """
        async with self._transaction(command.company_id):
            ready = await self._notices.ready(command.company_id, self._clock.now(), BATCH)
            hand = command.hand + 1
            if len(ready) == BATCH and hand < HANDS:
                more = DeliverNotices(company_id=command.company_id, hand=hand)
                await self._outbox.put(more, once_key=f"notices:{command.company_id}:{hand}")
        if len(ready) < BATCH:  # the first hand does with what is left; whoever leaves has it called again
            return [] if command.hand else ready
        return [one for one in ready if _hand_of(one) == command.hand] or ready

    async def _sweep(self, company_id: CompanyId) -> None:
        """Ends what a dead worker left, and what nobody wants to know any more."""
        now = self._clock.now()
        async with self._transaction(company_id):
            for reason, ended in (
                (DeliveryUncertain.code, await self._notices.give_up(company_id, now, DeliveryUncertain.code)),
                (
                    NoticeExpired.code,
                    await self._notices.expire(company_id, now - PATIENCE, now, NoticeExpired.code),
                ),
            ):
                if ended:
                    told = TellUndelivered(company_id=company_id, reason=reason, notices=len(ended))
                    await self._outbox.put(told, once_key=f"undelivered:{company_id}:{reason}")

    async def _try_all(self, ready: list[Notice]) -> float:
        """Tries each; what has to wait for long is put off. Answers how long to wait before the next round."""
        waits = {notice.id: await self._patiently(notice) for notice in ready}
        long = {one: wait for one, wait in waits.items() if wait > LONGEST_WAIT}
        if long:
            now, company_id = self._clock.now(), ready[0].company_id
            async with self._transaction(company_id):
                later = {one: now + timedelta(seconds=wait) for one, wait in long.items()}
                await self._notices.put_off(company_id, later)
        short = [wait for wait in waits.values() if 0 < wait <= LONGEST_WAIT]
        return min(short) if len(short) == len(waits) else 0.0

    async def _patiently(self, notice: Notice) -> float:
        """A whole bot's next slot comes in a moment: worth waiting for, rather than asking for every other chat."""
        for _ in range(MOMENTS):
            wait = await self._attempts.make(notice)
            if not 0 < wait <= A_MOMENT:
                return wait
            await asyncio.sleep(wait)
        return await self._attempts.make(notice)

    async def _leave(self, company_id: CompanyId) -> Outcome:
        now = self._clock.now()
        async with self._transaction(company_id):
            next_at = (await self._notices.standing(company_id)).next_at
            if next_at is None:
                return Outcome(state="delivered")
            # A chat or a channel may rest without that being noted in the notices: not at once, then.
            soonest = now + timedelta(seconds=1)
            await wake(self._outbox, company_id, max(next_at, soonest))
        return Outcome(state="waiting")


def _hand_of(notice: Notice) -> int:
    return crc32(notice.address.recipient.encode()) % HANDS
