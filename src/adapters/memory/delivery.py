"""The outbox, the queue behind it, idempotency keys, and things that may be used once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.memory.machine import MemoryClock, MemoryIds
from adapters.memory.rows import require_system
from adapters.memory.store import MemoryStore, Nonce, Replay, StoredMessage
from application.messages import Command
from application.ports import OneOfMany, OutboxMessage, ParkedMessage, Turn, encoded, tag_of
from domain.shared.errors import IdempotencyKeyReused
from domain.shared.identities import CompanyId


class MemoryHeaders:
    """Answers what `values` holds."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def current(self) -> dict[str, str]:
        """See application.ports.Headers."""
        return dict(self.values)

    @contextmanager
    def continuing(self, headers: Mapping[str, str]) -> Iterator[None]:
        """See application.ports.Headers."""
        before, self.values = self.values, dict(headers)
        try:
            yield
        finally:
            self.values = before


class MemoryOutbox:
    """See application.ports.Outbox."""

    def __init__(self, store: MemoryStore, ids: MemoryIds, clock: MemoryClock, headers: MemoryHeaders) -> None:
        self._rows = store.outbox
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
        due_at = deliver_after or self._clock.now()
        if once_key is not None:
            earlier = [one for one in self._rows.all() if one.once_key == once_key and one.sent_at is None]
            for stored in earlier:
                self._rows.put(stored._replace(deliver_after=min(stored.deliver_after, due_at)))
            if earlier or self._rows.any_everyones(lambda one: one.once_key == once_key and one.sent_at is None):
                return
        message = OutboxMessage(
            id=self._ids.new(),
            tag=tag_of(command),
            body=encoded(command),
            company_id=command.company_id,
            headers=self._headers.current(),
        )
        self._rows.put(StoredMessage(message, once_key, due_at, None, turn))

    async def put_all(self, commands: Sequence[OneOfMany], deliver_after: datetime) -> None:
        """See the port."""
        for one in commands:
            await self.put(one.command, deliver_after=deliver_after, once_key=one.once_key, turn=one.turn)


class MemoryOutboxQueue:
    """See application.ports.OutboxQueue."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.outbox

    async def take(self, now: datetime, limit: int) -> list[OutboxMessage]:
        """See the port."""
        require_system()
        unsent = [stored for stored in self._rows.all() if stored.sent_at is None and stored.turn is None]
        due = [stored for stored in unsent if stored.deliver_after <= now]
        due.sort(key=lambda stored: (stored.deliver_after, stored.message.id))
        return [stored.message for stored in due[:limit]]

    async def mark_sent(self, ids: Sequence[UUID], now: datetime) -> None:
        """See the port."""
        require_system()
        for message_id in ids:
            stored = self._rows.find(message_id)
            if stored is not None:
                self._rows.put(stored._replace(sent_at=now))

    async def prune(self, sent_before: datetime, parked_before: datetime) -> int:
        """See the port."""

        def worthless(stored: StoredMessage) -> bool:
            if stored.parked_at is not None:
                return stored.parked_at <= parked_before
            return stored.sent_at is not None and stored.sent_at <= sent_before

        return self._rows.prune(worthless)


class MemoryFailedMessages:
    """See application.ports.FailedMessages."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.outbox

    async def failed(self, message_id: UUID, error: str) -> int:
        """See the port."""
        require_system()
        stored = self._rows.find(message_id)
        if stored is None:
            return 0
        self._rows.put(stored._replace(failures=stored.failures + 1, error=error))
        return stored.failures + 1

    async def send_again(self, message_id: UUID, when: datetime) -> bool:
        """See the port."""
        require_system()
        stored = self._rows.find(message_id)
        if stored is None or stored.sent_at is None:
            return False
        if stored.once_key is not None and any(
            other.once_key == stored.once_key and other.sent_at is None for other in self._rows.all()
        ):
            return False
        self._rows.put(stored._replace(sent_at=None, parked_at=None, deliver_after=when))
        return True

    async def park(self, message_id: UUID, now: datetime) -> None:
        """See the port."""
        stored = self._rows.find(message_id)
        if stored is not None:
            self._rows.put(stored._replace(parked_at=now))

    async def parked(self, limit: int) -> list[ParkedMessage]:
        """See the port."""
        require_system()
        found = [
            ParkedMessage(
                id=stored.message.id,
                tag=stored.message.tag,
                company_id=stored.message.company_id,
                failures=stored.failures,
                error=stored.error,
                parked_at=stored.parked_at,
            )
            for stored in self._rows.all()
            if stored.parked_at is not None
        ]
        return sorted(found, key=lambda one: one.parked_at)[:limit]


class MemoryPublisher:
    """Collects what was published. `failure`, where set, is raised instead."""

    def __init__(self) -> None:
        self.messages: list[OutboxMessage] = []
        self.failure: Exception | None = None

    async def publish(self, messages: Sequence[OutboxMessage]) -> None:
        """See application.ports.Publisher. May be called inside a transaction: the queue is ours, no vendor's."""
        if self.failure is not None:
            raise self.failure
        self.messages.extend(messages)

    def taken(self) -> list[OutboxMessage]:
        """Everything published since it was last taken."""
        messages, self.messages = self.messages, []
        return messages


class MemoryReplays:
    """See application.ports.Replays. The second request waits because transactions run one after another."""

    def __init__(self, store: MemoryStore, clock: MemoryClock) -> None:
        self._rows = store.idempotency_keys
        self._clock = clock

    async def earlier(self, company_id: CompanyId, key: str, fingerprint: str) -> UUID | None:
        """See the port."""
        known = self._rows.find((company_id, key))
        if known is None:
            self._rows.put(Replay(company_id, key, fingerprint, None, self._clock.now()))
            return None
        return await self.known(company_id, key, fingerprint)

    async def known(self, company_id: CompanyId, key: str, fingerprint: str) -> UUID | None:
        """See the port."""
        known = self._rows.find((company_id, key))
        if known is None:
            return None
        if known.fingerprint != fingerprint:
            raise IdempotencyKeyReused(key=key[:100])
        return known.result

    async def remember(self, company_id: CompanyId, key: str, result: UUID) -> None:
        """See the port."""
        known = self._rows.find((company_id, key))
        if known is not None:
            self._rows.put(known._replace(result=result))

    async def prune(self, before: datetime) -> int:
        """See the port."""
        return self._rows.prune(lambda replay: replay.created_at <= before)


class MemoryNonces:
    """See application.ports.Nonces."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.nonces

    async def use(self, kind: str, value: str, expires_at: datetime) -> bool:
        """See the port."""
        if self._rows.find((kind, value)) is not None:
            return False
        self._rows.put(Nonce(kind, value, expires_at))
        return True

    async def prune(self, now: datetime) -> int:
        """See the port."""
        return self._rows.prune(lambda nonce: nonce.expires_at <= now)
