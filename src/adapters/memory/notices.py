"""Notices kept in memory, a messenger that remembers, a governor on the fake clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.memory.notice_rows import NoticeCount
from adapters.memory.rows import require_system
from adapters.memory.scope import require_no_transaction
from adapters.memory.store import MemoryStore
from application.dealers.notice_ports import NoticeView, Standing
from application.dealers.queueing_ports import NewNotice
from application.ports import Clock
from domain.dealers.addresses import Address, Channel
from domain.dealers.fitting import mail_subject
from domain.dealers.notices import OPEN, RESENDABLE, ChatLost, Notice, NoticeNotFound, NoticeState, Verdict
from domain.dealers.pacing import SECOND, Pace, PaceBooks
from domain.shared.identities import BindingId, ClaimId, CompanyId, DealerId, NoticeId


class MemoryNotices:
    """See application.dealers.notice_ports.Notices."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.notices
        self._counts = store.notice_counts

    async def add(
        self, company_id: CompanyId, new: Sequence[tuple[NoticeId, NewNotice]], now: datetime
    ) -> list[NoticeId]:
        """See the port."""
        known = {row.once_key for row in self._own(company_id)}
        stored = []
        for number, one in new:
            if one.once_key in known:
                continue
            known.add(one.once_key)
            self._rows.put(
                Notice(
                    id=number,
                    company_id=company_id,
                    dealer_id=one.dealer_id,
                    binding_id=one.binding_id,
                    address=one.address,
                    kind=one.kind,
                    once_key=one.once_key,
                    text=one.text,
                    plain=one.plain,
                    about=one.about,
                    due_at=one.due_at,
                    try_at=one.due_at,
                    queued_at=now,
                    together=one.together,
                    language=one.language,
                    subject=one.subject,
                )
            )
            stored.append(number)
        return stored

    async def count(self, company_id: CompanyId, period: str, number: int, limit: int | None) -> int:
        """See the port."""
        used = await self.counted(company_id, period)
        within = number if limit is None else max(min(number, limit - used), 0)
        self._counts.put(NoticeCount(company_id, period, used + within))
        return within

    async def counted(self, company_id: CompanyId, period: str) -> int:
        """See the port."""
        row = self._counts.find((company_id, period))
        return 0 if row is None else row.notices

    async def skip(self, company_id: CompanyId, ids: Sequence[NoticeId], reason: str, now: datetime) -> None:
        """See the port."""
        self._change(company_id, lambda row: row.id in ids, state=NoticeState.SKIPPED, reason=reason, ended_at=now)

    async def ready(self, company_id: CompanyId, now: datetime, limit: int) -> list[Notice]:
        """See the port."""
        first = [row for row in _first_of_each_chat(self._own(company_id)) if row.state is NoticeState.QUEUED]
        return sorted((row for row in first if max(row.try_at, row.due_at) <= now), key=_place)[:limit]

    async def begin(self, notice: Notice, claim_id: ClaimId, until: datetime) -> bool:
        """See the port."""
        first = [row for row in _first_of_each_chat(self._own(notice.company_id)) if row.id == notice.id]
        if not first or first[0].state is not NoticeState.QUEUED:
            return False
        if first[0].address.recipient != notice.address.recipient:
            return False
        self._rows.put(replace(first[0], state=NoticeState.SENDING, claim_id=claim_id, claimed_until=until))
        return True

    async def companions(self, notice: Notice, limit: int) -> list[Notice]:
        """See the port."""
        own = [row for row in self._own(notice.company_id) if row.state is NoticeState.QUEUED and row.together]
        same = [row for row in own if (row.binding_id, row.address) == (notice.binding_id, notice.address)]
        return sorted((row for row in same if row.due_at == notice.due_at and row.id != notice.id), key=_place)[:limit]

    async def join(self, company_id: CompanyId, ids: Sequence[NoticeId], claim_id: ClaimId, until: datetime) -> None:
        """See the port."""
        self._change(
            company_id,
            lambda row: row.id in ids,
            state=NoticeState.SENDING,
            claim_id=claim_id,
            claimed_until=until,
        )

    async def end(self, notice: Notice, claim_id: ClaimId, verdict: Verdict, now: datetime) -> bool:
        """See the port."""
        row = self._rows.find((notice.company_id, notice.id))
        if row is None or row.state is not NoticeState.SENDING or row.claim_id != claim_id:
            return False
        self._rows.put(
            replace(
                row,
                state=verdict.state,
                reason=verdict.reason,
                message_id=verdict.message_id,
                failures=verdict.failures,
                claim_id=None,
                claimed_until=None,
                try_at=verdict.again or row.try_at,
                ended_at=now if verdict.again is None else None,
                together=row.together and not verdict.alone,
            )
        )
        return True

    async def put_off(self, company_id: CompanyId, waits: Mapping[NoticeId, datetime]) -> None:
        """See the port."""
        for row in self._own(company_id):
            if row.id in waits and row.state is NoticeState.QUEUED:
                self._rows.put(replace(row, try_at=waits[row.id]))

    async def give_up(self, company_id: CompanyId, now: datetime, reason: str) -> list[NoticeId]:
        """See the port."""

        def silent(row: Notice) -> bool:
            return row.state is NoticeState.SENDING and row.claimed_until is not None and row.claimed_until < now

        over = {"state": NoticeState.UNCERTAIN, "reason": reason, "ended_at": now, "claim_id": None}
        return self._change(company_id, silent, **over)

    async def expire(self, company_id: CompanyId, due_before: datetime, now: datetime, reason: str) -> list[NoticeId]:
        """See the port."""

        def late(row: Notice) -> bool:
            return row.state is NoticeState.QUEUED and row.due_at < due_before

        return self._change(company_id, late, state=NoticeState.FAILED, reason=reason, ended_at=now)

    async def block(self, company_id: CompanyId, binding_id: BindingId, reason: str, now: datetime) -> int:
        """See the port."""

        def waiting(row: Notice) -> bool:
            return row.binding_id == binding_id and row.state is NoticeState.QUEUED

        return len(self._change(company_id, waiting, state=NoticeState.BLOCKED, reason=reason, ended_at=now))

    async def move(self, company_id: CompanyId, channel: Channel, old: str, new: str) -> None:
        """See the port."""
        for row in self._own(company_id):
            address = row.address
            if (address.channel, address.recipient) == (channel, old) and row.state is NoticeState.QUEUED:
                self._rows.put(replace(row, address=replace(address, recipient=new)))

    async def again(self, company_id: CompanyId, notice_id: NoticeId, now: datetime) -> bool:
        """See the port."""
        row = self._rows.find((company_id, notice_id))
        if row is None:
            raise NoticeNotFound(notice=str(notice_id))
        if row.state not in RESENDABLE:
            return False
        fresh = {"due_at": now, "try_at": now, "ended_at": None, "claimed_until": None, "together": False}
        self._change(
            company_id, lambda one: one.id == notice_id, state=NoticeState.QUEUED, reason="", failures=0, **fresh
        )
        return True

    async def standing(self, company_id: CompanyId) -> Standing:
        """See the port."""
        first = _first_of_each_chat(self._own(company_id))
        return Standing(min((row.claimed_until or max(row.try_at, row.due_at) for row in first), default=None))

    async def stranded(self, overdue_since: datetime, now: datetime, limit: int) -> list[CompanyId]:
        """See the port."""
        require_system()
        found: dict[CompanyId, None] = {}
        for row in _first_of_each_chat(self._rows.all()):
            silent = row.claimed_until is not None and row.claimed_until < now
            overdue = row.state is NoticeState.QUEUED and max(row.try_at, row.due_at) < overdue_since
            if silent or overdue:
                found[row.company_id] = None
        return list(found)[:limit]

    async def prune(self, ended_before: datetime) -> int:
        """See the port."""
        return self._rows.prune(lambda row: row.ended_at is not None and row.ended_at < ended_before)

    def _own(self, company_id: CompanyId) -> list[Notice]:
        return [row for row in self._rows.all() if row.company_id == company_id]

    def _change(self, company_id: CompanyId, which: Callable[[Notice], bool], **values: object) -> list[NoticeId]:
        changed = [row for row in self._own(company_id) if which(row)]
        for row in changed:
            self._rows.put(replace(row, **values))  # type: ignore[arg-type]
        return [row.id for row in changed]


class MemoryNoticeViews:
    """See application.dealers.notice_ports.NoticeViews."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.notices

    async def list(
        self,
        company_id: CompanyId,
        *,
        state: NoticeState | None,
        dealer_id: DealerId | None,
        before: NoticeId | None,
        limit: int,
    ) -> list[NoticeView]:
        """See the port."""
        found = [
            row
            for row in self._rows.all()
            if row.company_id == company_id
            and state in {None, row.state}
            and dealer_id in {None, row.dealer_id}
            and (before is None or row.id < before)
        ]
        return [_view(row) for row in sorted(found, key=lambda row: row.id, reverse=True)[:limit]]

    async def get(self, company_id: CompanyId, notice_id: NoticeId) -> NoticeView | None:
        """See the port."""
        row = self._rows.find((company_id, notice_id))
        return None if row is None else _view(row)


class MemoryMessenger:
    """See application.dealers.notice_ports.Messenger. `refusals` are raised by the next sends, in order; `lost` are
    recipients that nothing can be delivered to.
    """

    def __init__(self) -> None:
        self.sent: list[tuple[Address, str]] = []
        self.ways_out: list[str] = []
        self.subjects: list[str] = []
        self.lost: set[str] = set()
        self.refusals: list[Exception | None] = []

    async def send(self, address: Address, text: str, plain: str, leave: str, subject: str = "") -> str:
        """See the port."""
        require_no_transaction("Messenger.send")
        refusal = self.refusals.pop(0) if self.refusals else None
        if refusal is not None:
            raise refusal
        if address.recipient in self.lost:
            raise ChatLost(recipient=address.recipient)
        self.sent.append((address, text))
        self.ways_out.append(leave)
        self.subjects.append(mail_subject(subject, plain))
        return str(len(self.sent))


class MemoryGovernor:
    """See application.dealers.notice_ports.Governor. Lets everything go at once, until it is given another `pace`; what
    has to rest rests.
    """

    def __init__(self, clock: Clock) -> None:
        self.pace = Pace(scale=0.0)
        self._books = PaceBooks()
        self._clock = clock
        self._held: dict[str, int] = {}

    async def take(self, address: Address) -> float:
        """See the port."""
        return self._books.take(self.pace.windows(address), self._now()) / SECOND

    async def hold(self, address: Address, seconds: float) -> None:
        """See the port."""
        now = self._now()
        until, chat = now + round(seconds * SECOND), self.pace.windows(address)[-1].name
        another = any(rests > now for name, rests in self._held.items() if name != chat)
        self._held[chat] = until
        self._books.hold(chat, until)
        if another:
            self._books.hold(address.channel.value, until)

    async def rest(self, channel: Channel, seconds: float) -> None:
        """See the port."""
        self._books.hold(channel.value, self._now() + round(seconds * SECOND))

    def _now(self) -> int:
        return round(self._clock.now().timestamp() * SECOND)


def _place(row: Notice) -> tuple[datetime, NoticeId]:
    return row.due_at, row.id


def _first_of_each_chat(rows: Sequence[Notice]) -> list[Notice]:
    first: dict[tuple[CompanyId, Channel, str], Notice] = {}
    for row in sorted((row for row in rows if row.state in OPEN), key=_place):
        first.setdefault((row.company_id, row.address.channel, row.address.recipient), row)
    return list(first.values())


def _view(row: Notice) -> NoticeView:
    return NoticeView(
        id=row.id,
        dealer_id=row.dealer_id,
        binding_id=row.binding_id,
        channel=row.address.channel,
        recipient=row.address.recipient,
        kind=row.kind,
        about=row.about,
        plain=row.plain,
        state=row.state,
        failures=row.failures,
        reason=row.reason,
        message_id=row.message_id,
        queued_at=row.queued_at,
        due_at=row.due_at,
        ended_at=row.ended_at,
        together=row.together,
    )
