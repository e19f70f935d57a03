"""The outbox, idempotency keys, and things that may be used once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.storing import count_deleted, insert_all
from adapters.postgres.tables import idempotency_keys, nonces, outbox
from adapters.postgres.transaction import connection
from application.messages import Command
from application.ports import Clock, Headers, Ids, OutboxMessage, encoded, tag_of
from domain.shared.errors import IdempotencyKeyReused
from domain.shared.identities import CompanyId

OUTBOX_CHANNEL = "skladsheets_outbox"
_NOTIFY = text(f"NOTIFY {OUTBOX_CHANNEL}")


class SqlOutbox:
    """See application.ports.Outbox. A notification at commit wakes the relay."""

    def __init__(self, ids: Ids, clock: Clock, headers: Headers) -> None:
        self._ids = ids
        self._clock = clock
        self._headers = headers

    async def put(
        self, command: Command[Any], *, deliver_after: datetime | None = None, once_key: str | None = None
    ) -> None:
        """See the port."""
        now = self._clock.now()
        row = {
            "id": self._ids.new(),
            "company_id": command.company_id,
            "tag": tag_of(command),
            "body": encoded(command),
            "headers": self._headers.current(),
            "once_key": once_key,
            "deliver_after": deliver_after or now,
            "created_at": now,
        }
        await connection().execute(insert(outbox).values(row).on_conflict_do_nothing())
        await connection().execute(_NOTIFY)

    async def put_all(self, commands: Mapping[str, Command[Any]], deliver_after: datetime) -> None:
        """See the port."""
        now, headers = self._clock.now(), self._headers.current()
        rows = [
            {
                "id": self._ids.new(),
                "company_id": command.company_id,
                "tag": tag_of(command),
                "body": encoded(command),
                "headers": headers,
                "once_key": once_key,
                "deliver_after": deliver_after,
                "created_at": now,
            }
            for once_key, command in commands.items()
        ]
        if rows:
            await insert_all(outbox, rows, or_leave=True)
            await connection().execute(_NOTIFY)


class SqlOutboxQueue:
    """See application.ports.OutboxQueue."""

    async def take(self, now: datetime, limit: int) -> list[OutboxMessage]:
        """See the port."""
        query = (
            select(outbox)
            .where(outbox.c.sent_at.is_(None), outbox.c.deliver_after <= now)
            .order_by(outbox.c.deliver_after, outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [
            OutboxMessage(
                id=row["id"],
                tag=row["tag"],
                body=row["body"],
                company_id=CompanyId(row["company_id"]),
                headers=row["headers"],
            )
            for row in (await connection().execute(query)).mappings()
        ]

    async def mark_sent(self, ids: Sequence[UUID], now: datetime) -> None:
        """See the port."""
        await connection().execute(update(outbox).where(outbox.c.id.in_(ids)).values(sent_at=now))

    async def prune(self, sent_before: datetime) -> int:
        """See the port."""
        return await count_deleted(delete(outbox).where(outbox.c.sent_at <= sent_before))


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
