"""The outbox, idempotency keys, and things that may be used once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.storing import count_deleted, insert_all
from adapters.postgres.tables import idempotency_keys, nonces, outbox, turns
from adapters.postgres.transaction import connection
from application.messages import Command
from application.ports import Clock, Headers, Ids, OneOfMany, OutboxMessage, ParkedMessage, Turn, encoded, tag_of
from domain.shared.errors import IdempotencyKeyReused
from domain.shared.identities import CompanyId

OUTBOX_CHANNEL = "skladsheets_outbox"
_NOTIFY = text(f"NOTIFY {OUTBOX_CHANNEL}")
_EARLIER = """
    ON CONFLICT (once_key) WHERE sent_at IS NULL
    DO UPDATE SET deliver_after = LEAST(outbox.deliver_after, EXCLUDED.deliver_after)
"""
_LINED_UP = """
    ON CONFLICT (company_id, lane)
    DO UPDATE SET due_at = LEAST(turns.due_at, EXCLUDED.due_at), stamp = turns.stamp + 1
"""


async def wake_relay() -> None:
    """At commit: there may be something for the relay to do."""
    await connection().execute(_NOTIFY)


class SqlOutbox:
    """See application.ports.Outbox. A notification at commit wakes the relay."""

    def __init__(self, ids: Ids, clock: Clock, headers: Headers) -> None:
        self._ids = ids
        self._clock = clock
        self._headers = headers

    async def put(
        self,
        command: Command[Any],
        *,
        deliver_after: datetime | None = None,
        once_key: str | None = None,
        turn: Turn | None = None,
    ) -> None:
        """See the port."""
        await self.put_all([OneOfMany(command, once_key, turn)], deliver_after or self._clock.now())

    async def put_all(self, commands: Sequence[OneOfMany], deliver_after: datetime) -> None:
        """See the port."""
        if not commands:
            return
        now, headers = self._clock.now(), self._headers.current()
        rows = [
            {
                "id": self._ids.new(),
                "company_id": one.command.company_id,
                "tag": tag_of(one.command),
                "body": encoded(one.command),
                "headers": headers,
                "once_key": one.once_key,
                "deliver_after": deliver_after,
                "created_at": now,
                "lane": one.turn.lane if one.turn else None,
                "urgent": one.turn.urgent if one.turn else False,
            }
            for one in commands
        ]
        await insert_all(outbox, rows, otherwise=_EARLIER)
        # In one order, so that two processes which line up many companies do not wait for each other.
        lined_up = sorted({(one.command.company_id, one.turn.lane) for one in commands if one.turn})
        theirs = [{"company_id": company, "lane": lane, "due_at": deliver_after} for company, lane in lined_up]
        await insert_all(turns, theirs, otherwise=_LINED_UP)
        await wake_relay()


class SqlOutboxQueue:
    """See application.ports.OutboxQueue."""

    async def take(self, now: datetime, limit: int) -> list[OutboxMessage]:
        """See the port."""
        query = (
            select(outbox)
            .where(outbox.c.sent_at.is_(None), outbox.c.lane.is_(None), outbox.c.deliver_after <= now)
            .order_by(outbox.c.deliver_after, outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [message_of(row) for row in (await connection().execute(query)).mappings()]

    async def mark_sent(self, ids: Sequence[UUID], now: datetime) -> None:
        """See the port."""
        await connection().execute(update(outbox).where(outbox.c.id.in_(ids)).values(sent_at=now))

    async def prune(self, sent_before: datetime, parked_before: datetime) -> int:
        """See the port."""
        sent = and_(outbox.c.sent_at <= sent_before, outbox.c.parked_at.is_(None))
        return await count_deleted(delete(outbox).where(or_(sent, outbox.c.parked_at <= parked_before)))


class SqlFailedMessages:
    """See application.ports.FailedMessages."""

    async def failed(self, message_id: UUID, error: str) -> int:
        """See the port."""
        counted = (
            update(outbox)
            .where(outbox.c.id == message_id)
            .values(failures=outbox.c.failures + 1, error=error)
            .returning(outbox.c.failures)
        )
        return await connection().scalar(counted) or 0

    async def send_again(self, message_id: UUID, when: datetime) -> bool:
        """See the port."""
        other = outbox.alias("other")
        waits = select(other.c.id).where(other.c.once_key == outbox.c.once_key, other.c.sent_at.is_(None)).exists()
        again = (
            update(outbox)
            .where(outbox.c.id == message_id, outbox.c.sent_at.is_not(None), ~waits)
            .values(sent_at=None, parked_at=None, deliver_after=when)
            .returning(outbox.c.company_id, outbox.c.lane)
        )
        found = (await connection().execute(again)).first()
        if found is not None and found.lane is not None:
            theirs = {"company_id": found.company_id, "lane": found.lane, "due_at": when}
            await insert_all(turns, [theirs], otherwise=_LINED_UP)
        await wake_relay()
        return found is not None

    async def park(self, message_id: UUID, now: datetime) -> None:
        """See the port."""
        await connection().execute(update(outbox).where(outbox.c.id == message_id).values(parked_at=now))

    async def parked(self, limit: int) -> list[ParkedMessage]:
        """See the port."""
        query = select(outbox).where(outbox.c.parked_at.is_not(None)).order_by(outbox.c.parked_at).limit(limit)
        return [
            ParkedMessage(
                id=row["id"],
                tag=row["tag"],
                company_id=CompanyId(row["company_id"]),
                failures=row["failures"],
                error=row["error"] or "",
                parked_at=row["parked_at"],
            )
            for row in (await connection().execute(query)).mappings()
        ]


def message_of(row: Mapping[Any, Any]) -> OutboxMessage:
    """A row of the outbox as a message."""
    return OutboxMessage(
        id=row["id"],
        tag=row["tag"],
        body=row["body"],
        company_id=CompanyId(row["company_id"]),
        headers=row["headers"],
    )


class SqlReplays:
    """See application.ports.Replays. The first request's uncommitted row makes the second one wait."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def earlier(self, company_id: CompanyId, key: str, fingerprint: str) -> UUID | None:
        """See the port."""
        row = {"company_id": company_id, "key": key, "fingerprint": fingerprint, "created_at": self._clock.now()}
        mine = insert(idempotency_keys).values(row).on_conflict_do_nothing().returning(idempotency_keys.c.key)
        if (await connection().execute(mine)).first() is not None:
            return None
        return await self.known(company_id, key, fingerprint)

    async def known(self, company_id: CompanyId, key: str, fingerprint: str) -> UUID | None:
        """See the port."""
        own = (idempotency_keys.c.company_id == company_id, idempotency_keys.c.key == key)
        found = (await connection().execute(select(idempotency_keys).where(*own))).mappings().first()
        if found is None:
            return None
        if found["fingerprint"] != fingerprint:
            raise IdempotencyKeyReused(key=key[:100])
        result: UUID | None = found["result"]
        return result

    async def remember(self, company_id: CompanyId, key: str, result: UUID) -> None:
        """See the port."""
        own = (idempotency_keys.c.company_id == company_id, idempotency_keys.c.key == key)
        await connection().execute(update(idempotency_keys).where(*own).values(result=result))

    async def prune(self, before: datetime) -> int:
        """See the port."""
        return await count_deleted(delete(idempotency_keys).where(idempotency_keys.c.created_at <= before))


class SqlNonces:
    """See application.ports.Nonces."""

    async def use(self, kind: str, value: str, expires_at: datetime) -> bool:
        """See the port."""
        row = {"kind": kind, "value": value, "expires_at": expires_at}
        statement = insert(nonces).values(row).on_conflict_do_nothing().returning(nonces.c.kind)
        return (await connection().execute(statement)).first() is not None

    async def prune(self, now: datetime) -> int:
        """See the port."""
        return await count_deleted(delete(nonces).where(nonces.c.expires_at <= now))
