"""One attempt to deliver a notice, or several in one message, and what comes of it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from application.dealers.delivery_commands import TellUndelivered
from application.dealers.mail_ports import Mailing, WayOut, WaysOut
from application.dealers.notice_ports import Governor, Messenger, Notices
from application.dealers.queueing_ports import BindingEvents
from application.dealers.telling_ports import DeliveryWords
from application.ports import Clock, Ids, Outbox, Transaction
from domain.dealers.addresses import Channel
from domain.dealers.fitting import fitted_plain
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
from domain.dealers.rhythms import MOST_TOGETHER, how_many_fit, joined
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
        words: DeliveryWords,
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
        self._words = words
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
            until = self._clock.now() + LEASE
            async with self._transaction(notice.company_id):
                begun = await self._notices.begin(notice, claim_id, until)
                carried = await self._together(notice, claim_id, until) if begun and notice.together else [notice]
            if begun:
                await self._send(carried, claim_id)
        return 0.0

    async def _together(self, first: Notice, claim_id: ClaimId, until: datetime) -> list[Notice]:
        """What the message carries: all of them are claimed as one, or none."""
        waiting = [first, *await self._notices.companions(first, MOST_TOGETHER - 1)]
        title = self._words.digest(len(waiting), first.language)
        carried = waiting[: how_many_fit([one.text for one in waiting], title.html)]
        if len(carried) > 1:
            await self._notices.join(first.company_id, [one.id for one in carried[1:]], claim_id, until)
        return carried

    async def _send(self, carried: Sequence[Notice], claim_id: ClaimId) -> None:
        first = carried[0]
        try:
            verdicts = dict.fromkeys(carried, Verdict(NoticeState.SENT, message_id=await self._deliver(carried)))
        except ChatLost as lost:
            await self._lose(carried, claim_id, lost.code)
            return
        except ChatMoved as moved:
            await self._follow(carried, claim_id, moved.recipient)
            return
        except MessageRefused as refused:
            verdicts = {one: self._refused(one, refused, alone=len(carried) > 1) for one in carried}
        except (ChatBusy, MessengerUnready) as later:
            again = await self._hold(first, later)
            verdicts = {
                one: Verdict(NoticeState.QUEUED, later.code, again=again, failures=one.failures) for one in carried
            }
        except (DeliveryFailed, DeliveryUncertain) as failed:
            verdicts = {one: self._failed(one, failed) for one in carried}
        await self._end(verdicts, claim_id)

    async def _deliver(self, carried: Sequence[Notice]) -> str:
        first = carried[0]
        title = self._words.digest(len(carried), first.language)
        html = joined([one.text for one in carried], title.html)
        plain = joined([one.plain for one in carried], title.plain)
        leave = ""
        if first.address.channel is Channel.EMAIL:
            token = self._ways_out.token(WayOut(first.company_id, first.binding_id))
            leave = f"{self._mailing.base}{LEAVE_PATH}/{token}"
        fitted = fitted_plain(plain, self._words.shortened(first.language))
        subject = first.subject if len(carried) == 1 else ""
        return await self._messenger.send(first.address, html, fitted, leave, subject)

    async def _hold(self, notice: Notice, refused: ChatBusy | MessengerUnready) -> datetime:
        """Until when nothing was to be sent; nothing was delivered."""
        now = self._clock.now()
        if isinstance(refused, ChatBusy):
            await self._governor.hold(notice.address, refused.retry_after)
            return now + timedelta(seconds=refused.retry_after)
        await self._governor.rest(notice.address.channel, UNREADY_PAUSE.total_seconds())
        return now + UNREADY_PAUSE

    def _refused(self, notice: Notice, refused: MessageRefused, *, alone: bool) -> Verdict:
        """Of several in one message one may be the reason: each goes by itself then."""
        if alone:
            return Verdict(
                NoticeState.QUEUED, refused.code, again=self._clock.now(), failures=notice.failures, alone=True
            )
        return Verdict(NoticeState.FAILED, refused.code, failures=notice.failures + 1)

    def _failed(self, notice: Notice, failed: DeliveryFailed | DeliveryUncertain) -> Verdict:
        if isinstance(failed, DeliveryUncertain):
            return Verdict(NoticeState.UNCERTAIN, failed.code, failures=notice.failures + 1)
        return after_failure(notice.failures, failed.code, self._clock.now())

    async def _end(self, verdicts: Mapping[Notice, Verdict], claim_id: ClaimId) -> None:
        async with self._transaction(next(iter(verdicts)).company_id):
            for notice, verdict in verdicts.items():
                ended = await self._notices.end(notice, claim_id, verdict, self._clock.now())
                if ended and verdict.state in {NoticeState.UNCERTAIN, NoticeState.FAILED}:
                    await tell(self._outbox, notice, verdict.reason)

    async def _lose(self, carried: Sequence[Notice], claim_id: ClaimId, reason: str) -> None:
        now, first = self._clock.now(), carried[0]
        async with self._transaction(first.company_id):
            for notice in carried:
                await self._notices.end(notice, claim_id, Verdict(NoticeState.BLOCKED, reason), now)
            await self._notices.block(first.company_id, first.binding_id, reason, now)
            await self._bindings.lost(first.company_id, first.binding_id, reason)

    async def _follow(self, carried: Sequence[Notice], claim_id: ClaimId, recipient: str) -> None:
        now, first = self._clock.now(), carried[0]
        async with self._transaction(first.company_id):
            for notice in carried:
                again = Verdict(NoticeState.QUEUED, ChatMoved.code, again=now, failures=notice.failures)
                await self._notices.end(notice, claim_id, again, now)
            await self._notices.move(first.company_id, first.address.channel, first.address.recipient, recipient)
            await self._bindings.moved(first.company_id, first.binding_id, recipient)


async def tell(outbox: Outbox, notice: Notice, reason: str) -> None:
    """Has the owner told that a notice was not delivered, or perhaps not."""
    command = TellUndelivered(company_id=notice.company_id, reason=reason, notices=1)
    await outbox.put(command, once_key=f"undelivered:{notice.company_id}:{reason}")
