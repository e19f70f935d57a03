"""The ledger of notices."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as insert_anew

from adapters.postgres.storing import count_deleted
from adapters.postgres.tables import notice_counts, notices
from adapters.postgres.transaction import connection
from application.dealers.notice_ports import Standing
from application.dealers.queueing_ports import NewNotice
from domain.dealers.addresses import Address, Channel
from domain.dealers.languages import Language
from domain.dealers.notices import OPEN, RESENDABLE, Notice, NoticeNotFound, NoticeState, Verdict
from domain.shared.identities import BindingId, ClaimId, CompanyId, DealerId, NoticeId

_columns = notices.c
_OPEN = [state.value for state in sorted(OPEN)]

_COUNT = text("""
    INSERT INTO notice_counts (company_id, period, notices) VALUES (:company_id, :period, 0)
    ON CONFLICT (company_id, period) DO UPDATE SET notices = notice_counts.notices RETURNING notices
""")
_STRANDED = text("""
    SELECT DISTINCT company_id FROM notices AS one
    WHERE (state = 'sending' AND claimed_until < :now)
       OR (state = 'queued' AND try_at < :overdue AND due_at < :overdue AND NOT EXISTS (
            SELECT 1 FROM notices AS first
            WHERE first.company_id = one.company_id AND first.channel = one.channel
              AND first.recipient = one.recipient AND first.state IN ('queued', 'sending')
              AND (first.due_at, first.id) < (one.due_at, one.id)))
    LIMIT :limit
""")


class SqlNotices:
    """See application.dealers.notice_ports.Notices."""

    async def add(
        self, company_id: CompanyId, new: Sequence[tuple[NoticeId, NewNotice]], now: datetime
    ) -> list[NoticeId]:
        """See the port."""
        rows = [_fresh(company_id, number, notice, now) for number, notice in new]
        storing = insert_anew(notices).values(rows)
        storing = storing.on_conflict_do_nothing(index_elements=["company_id", "once_key"])
        stored = set((await connection().execute(storing.returning(_columns.id))).scalars())
        return [number for number, _ in new if number in stored]

    async def count(self, company_id: CompanyId, period: str, number: int, limit: int | None) -> int:
        """See the port."""
        own = {"company_id": company_id, "period": period}
        used = int((await connection().execute(_COUNT, own)).scalar_one())
        within = number if limit is None else max(min(number, limit - used), 0)
        columns = notice_counts.c
        further = update(notice_counts).where(columns.company_id == company_id, columns.period == period)
        await connection().execute(further.values(notices=used + within))
        return within

    async def counted(self, company_id: CompanyId, period: str) -> int:
        """See the port."""
        columns = notice_counts.c
        query = select(columns.notices).where(columns.company_id == company_id, columns.period == period)
        return int((await connection().execute(query)).scalar() or 0)

    async def skip(self, company_id: CompanyId, ids: Sequence[NoticeId], reason: str, now: datetime) -> None:
        """See the port."""
        over = {"state": NoticeState.SKIPPED.value, "reason": reason, "ended_at": now}
        await connection().execute(_own(company_id).where(_columns.id.in_(list(ids))).values(**over))

    async def ready(self, company_id: CompanyId, now: datetime, limit: int) -> list[Notice]:
        """See the port."""
        first = _first_of_each_chat(company_id)
        query = select(first).where(
            first.c.state == NoticeState.QUEUED.value, first.c.try_at <= now, first.c.due_at <= now
        )
        found = await connection().execute(query.order_by(first.c.due_at, first.c.id).limit(limit))
        return [_notice(row) for row in found]

    async def begin(self, notice: Notice, claim_id: ClaimId, until: datetime) -> bool:
        """See the port."""
        earlier = notices.alias()
        before = (
            select(earlier.c.id)
            .where(
                earlier.c.company_id == notice.company_id,
                earlier.c.channel == notice.address.channel.value,
                earlier.c.recipient == notice.address.recipient,
                earlier.c.state.in_(_OPEN),
                tuple_(earlier.c.due_at, earlier.c.id) < tuple_(_columns.due_at, _columns.id),
            )
            .exists()
        )
        claimed = {"state": NoticeState.SENDING.value, "claim_id": claim_id, "claimed_until": until}
        begun = _own(notice.company_id).where(
            _columns.id == notice.id,
            _columns.state == NoticeState.QUEUED.value,
            _columns.recipient == notice.address.recipient,
            ~before,
        )
        return (await connection().execute(begun.values(**claimed))).rowcount == 1

    async def companions(self, notice: Notice, limit: int) -> list[Notice]:
        """See the port."""
        address = notice.address
        query = select(notices).where(
            _columns.company_id == notice.company_id,
            _columns.channel == address.channel.value,
            _columns.recipient == address.recipient,
            _columns.thread.is_not_distinct_from(address.thread),
            _columns.binding_id == notice.binding_id,
            _columns.due_at == notice.due_at,
            _columns.state == NoticeState.QUEUED.value,
            _columns.together,
            _columns.id != notice.id,
        )
        found = await connection().execute(query.order_by(_columns.id).limit(limit).with_for_update())
        return [_notice(row) for row in found]

    async def join(self, company_id: CompanyId, ids: Sequence[NoticeId], claim_id: ClaimId, until: datetime) -> None:
        """See the port."""
        claimed = {"state": NoticeState.SENDING.value, "claim_id": claim_id, "claimed_until": until}
        await connection().execute(_own(company_id).where(_columns.id.in_(list(ids))).values(**claimed))

    async def end(self, notice: Notice, claim_id: ClaimId, verdict: Verdict, now: datetime) -> bool:
        """See the port."""
        values: dict[str, Any] = {
            "state": verdict.state.value,
            "reason": verdict.reason,
            "message_id": verdict.message_id,
            "failures": verdict.failures,
            "claim_id": None,
            "claimed_until": None,
            "ended_at": now if verdict.again is None else None,
        }
        if verdict.again is not None:
            values["try_at"] = verdict.again
        if verdict.alone:
            values["together"] = False
        ended = _own(notice.company_id).where(
            _columns.id == notice.id, _columns.state == NoticeState.SENDING.value, _columns.claim_id == claim_id
        )
        return (await connection().execute(ended.values(**values))).rowcount == 1

    async def put_off(self, company_id: CompanyId, waits: Mapping[NoticeId, datetime]) -> None:
        """See the port."""
        for number, moment in waits.items():
            still = _own(company_id).where(_columns.id == number, _columns.state == NoticeState.QUEUED.value)
            await connection().execute(still.values(try_at=moment))

    async def give_up(self, company_id: CompanyId, now: datetime, reason: str) -> list[NoticeId]:
        """See the port."""
        silent = _own(company_id).where(_columns.state == NoticeState.SENDING.value, _columns.claimed_until < now)
        over = {"state": NoticeState.UNCERTAIN.value, "reason": reason, "ended_at": now, "claim_id": None}
        found = await connection().execute(silent.values(**over).returning(_columns.id))
        return [NoticeId(one) for one in found.scalars()]

    async def expire(self, company_id: CompanyId, due_before: datetime, now: datetime, reason: str) -> list[NoticeId]:
        """See the port."""
        late = _own(company_id).where(_columns.state == NoticeState.QUEUED.value, _columns.due_at < due_before)
        over = {"state": NoticeState.FAILED.value, "reason": reason, "ended_at": now}
        found = await connection().execute(late.values(**over).returning(_columns.id))
        return [NoticeId(one) for one in found.scalars()]

    async def block(self, company_id: CompanyId, binding_id: BindingId, reason: str, now: datetime) -> int:
        """See the port."""
        waiting = _own(company_id).where(_columns.binding_id == binding_id, _columns.state == NoticeState.QUEUED.value)
        over = {"state": NoticeState.BLOCKED.value, "reason": reason, "ended_at": now}
        return int((await connection().execute(waiting.values(**over))).rowcount)

    async def move(self, company_id: CompanyId, channel: Channel, old: str, new: str) -> None:
        """See the port."""
        waiting = _own(company_id).where(
            _columns.channel == channel.value,
            _columns.recipient == old,
            _columns.state == NoticeState.QUEUED.value,
        )
        await connection().execute(waiting.values(recipient=new))

    async def again(self, company_id: CompanyId, notice_id: NoticeId, now: datetime) -> bool:
        """See the port."""
        mine = (_columns.company_id == company_id, _columns.id == notice_id)
        if (await connection().execute(select(_columns.id).where(*mine))).scalar() is None:
            raise NoticeNotFound(notice=str(notice_id))
        fresh = {
            "state": NoticeState.QUEUED.value,
            "reason": "",
            "failures": 0,
            "due_at": now,
            "try_at": now,
            "ended_at": None,
            "claimed_until": None,
            "together": False,
        }
        resendable = [state.value for state in RESENDABLE]
        anew = update(notices).where(*mine, _columns.state.in_(resendable)).values(**fresh)
        return (await connection().execute(anew)).rowcount == 1

    async def standing(self, company_id: CompanyId) -> Standing:
        """See the port."""
        first = _first_of_each_chat(company_id)
        soonest = func.min(func.coalesce(first.c.claimed_until, func.greatest(first.c.try_at, first.c.due_at)))
        return Standing((await connection().execute(select(soonest))).scalar())

    async def stranded(self, overdue_since: datetime, now: datetime, limit: int) -> list[CompanyId]:
        """See the port."""
        found = await connection().execute(_STRANDED, {"overdue": overdue_since, "now": now, "limit": limit})
        return [CompanyId(one) for one in found.scalars()]

    async def prune(self, ended_before: datetime) -> int:
        """See the port."""
        return await count_deleted(delete(notices).where(_columns.ended_at < ended_before))


def _own(company_id: CompanyId) -> Any:
    return update(notices).where(_columns.company_id == company_id)


def _first_of_each_chat(company_id: CompanyId) -> Any:
    chat = (_columns.channel, _columns.recipient)
    query = select(notices).where(_columns.company_id == company_id, _columns.state.in_(_OPEN)).ext(distinct_on(*chat))
    return query.order_by(*chat, _columns.due_at, _columns.id).subquery()


def _fresh(company_id: CompanyId, number: NoticeId, notice: NewNotice, now: datetime) -> dict[str, Any]:
    return {
        "company_id": company_id,
        "id": number,
        "dealer_id": notice.dealer_id,
        "binding_id": notice.binding_id,
        "channel": notice.address.channel.value,
        "recipient": notice.address.recipient,
        "thread": notice.address.thread,
        "kind": notice.kind,
        "once_key": notice.once_key,
        "text": notice.text,
        "plain": notice.plain,
        "about": notice.about,
        "due_at": notice.due_at,
        "try_at": notice.due_at,
        "queued_at": now,
        "state": NoticeState.QUEUED.value,
        "failures": 0,
        "reason": "",
        "message_id": "",
        "together": notice.together,
        "language": notice.language.value,
        "subject": notice.subject,
    }


def _notice(row: Any) -> Notice:
    return Notice(
        id=NoticeId(row.id),
        company_id=CompanyId(row.company_id),
        dealer_id=None if row.dealer_id is None else DealerId(row.dealer_id),
        binding_id=BindingId(row.binding_id),
        address=Address(Channel(row.channel), row.recipient, row.thread),
        kind=row.kind,
        once_key=row.once_key,
        text=row.text,
        plain=row.plain,
        about=row.about,
        due_at=row.due_at,
        try_at=row.try_at,
        queued_at=row.queued_at,
        state=NoticeState(row.state),
        failures=row.failures,
        reason=row.reason,
        message_id=row.message_id,
        claim_id=row.claim_id,
        claimed_until=row.claimed_until,
        ended_at=row.ended_at,
        together=row.together,
        language=Language(row.language),
        subject=row.subject,
    )
