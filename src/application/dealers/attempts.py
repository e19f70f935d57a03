"""One attempt to deliver a notice, and what comes of it."""

import asyncio
from datetime import timedelta

from application.dealers.delivery_commands import TellUndelivered
from application.dealers.mail_ports import Mailing, WayOut, WaysOut
from application.dealers.notice_ports import Governor, Messenger, Notices
from application.dealers.queueing_ports import BindingEvents
from application.ports import Clock, Ids, Outbox, Transaction
from domain.dealers.addresses import Channel
from domain.dealers.notices import (
    LEASE,
    UNREADY_PAUSE,
    ChatBusy,
    ChatLost,
    ChatMoved,
    DeliveryFailed,
    DeliveryUncertain,
    MessageRefused,
    MessengerUnready,
    Notice,
    NoticeState,
    Verdict,
    after_failure,
)
from domain.shared.identities import ClaimId

LEAVE_PATH = "/mail/leave"


class OneAtATime(asyncio.Lock):
    """One for the whole process: whatever kills it, no more than one message is uncertain."""


class Attempts:
    """Notes that a notice is being sent, sends it, notes what came of it: nothing of that at once with another one."""

    def __init__(
        self,
        transaction: Transaction,
        notices: Notices,
        messenger: Messenger,
        governor: Governor,
        bindings: BindingEvents,
        mailing: Mailing,
        ways_out: WaysOut,
        gate: OneAtATime,
        outbox: Outbox,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._notices = notices
        self._messenger = messenger
        self._governor = governor
        self._bindings = bindings
        self._mailing = mailing
        self._ways_out = ways_out
        self._gate = gate
        self._outbox = outbox
        self._ids = ids
        self._clock = clock

    async def make(self, notice: Notice) -> float:
        """How many seconds to wait until it may be tried; 0.0 when it was tried, or somebody else does."""
        async with self._gate:
            wait = await self._governor.take(notice.address)
            if wait > 0:
                return wait
            claim_id = ClaimId(self._ids.new())
            async with self._transaction(notice.company_id):
                begun = await self._notices.begin(notice, claim_id, self._clock.now() + LEASE)
            if begun:
                await self._send(notice, claim_id)
        return 0.0

    async def _send(self, notice: Notice, claim_id: ClaimId) -> None:
        try:
            verdict = Verdict(NoticeState.SENT, message_id=await self._deliver(notice))
        except ChatLost as lost:
            await self._lose(notice, claim_id, lost.code)
            return
        except ChatMoved as moved:
            await self._follow(notice, claim_id, moved.recipient)
            return
        except (ChatBusy, MessengerUnready, MessageRefused, DeliveryFailed, DeliveryUncertain) as refused:
            verdict = await self._judged(notice, refused)
        await self._end(notice, claim_id, verdict)

    async def _deliver(self, notice: Notice) -> str:
        leave = ""
        if notice.address.channel is Channel.EMAIL:
            token = self._ways_out.token(WayOut(notice.company_id, notice.binding_id))
            leave = f"{self._mailing.base}{LEAVE_PATH}/{token}"
        return await self._messenger.send(notice.address, notice.text, notice.plain, leave)

    async def _judged(
        self,
        notice: Notice,
        refused: ChatBusy | MessengerUnready | MessageRefused | DeliveryFailed | DeliveryUncertain,
    ) -> Verdict:
        now = self._clock.now()
        if isinstance(refused, ChatBusy):
            await self._governor.hold(notice.address, refused.retry_after)
            again = now + timedelta(seconds=refused.retry_after)
            return Verdict(NoticeState.QUEUED, refused.code, again=again, failures=notice.failures)
        if isinstance(refused, MessengerUnready):
            await self._governor.rest(notice.address.channel, UNREADY_PAUSE.total_seconds())
            return Verdict(NoticeState.QUEUED, refused.code, again=now + UNREADY_PAUSE, failures=notice.failures)
        if isinstance(refused, MessageRefused):
            return Verdict(NoticeState.FAILED, refused.code, failures=notice.failures + 1)
        if isinstance(refused, DeliveryUncertain):
            return Verdict(NoticeState.UNCERTAIN, refused.code, failures=notice.failures + 1)
        return after_failure(notice.failures, refused.code, now)

    async def _end(self, notice: Notice, claim_id: ClaimId, verdict: Verdict) -> None:
        async with self._transaction(notice.company_id):
            ended = await self._notices.end(notice, claim_id, verdict, self._clock.now())
            if ended and verdict.state in {NoticeState.UNCERTAIN, NoticeState.FAILED}:
                await tell(self._outbox, notice, verdict.reason)

    async def _lose(self, notice: Notice, claim_id: ClaimId, reason: str) -> None:
        now = self._clock.now()
        async with self._transaction(notice.company_id):
            await self._notices.end(notice, claim_id, Verdict(NoticeState.BLOCKED, reason), now)
            await self._notices.block(notice.company_id, notice.binding_id, reason, now)
            await self._bindings.lost(notice.company_id, notice.binding_id, reason)

    async def _follow(self, notice: Notice, claim_id: ClaimId, recipient: str) -> None:
        now = self._clock.now()
        async with self._transaction(notice.company_id):
            again = Verdict(NoticeState.QUEUED, ChatMoved.code, again=now, failures=notice.failures)
            await self._notices.end(notice, claim_id, again, now)
            await self._notices.move(notice.company_id, notice.address.channel, notice.address.recipient, recipient)
            await self._bindings.moved(notice.company_id, notice.binding_id, recipient)


async def tell(outbox: Outbox, notice: Notice, reason: str) -> None:
    """Has the owner told that a notice was not delivered, or perhaps not."""
    command = TellUndelivered(company_id=notice.company_id, reason=reason, notices=1)
    await outbox.put(command, once_key=f"undelivered:{notice.company_id}:{reason}")
