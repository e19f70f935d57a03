"""Ports that every area may use."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import msgspec

from application.messages import Command
from domain.shared.identities import CompanyId


class Transaction(Protocol):
    """`async with transaction(company_id):` makes what happens inside happen whole or not at all.

    Repositories work only inside, and see only that company. A vendor is never called inside.
    """

    def __call__(self, company_id: CompanyId) -> AbstractAsyncContextManager[None]:
        """Begins; commits at the end of the block, rolls back when it raises."""
        ...


class SystemTransaction(Protocol):
    """A transaction across companies, for the few handlers that the list in application.handlers names."""

    def __call__(self) -> AbstractAsyncContextManager[None]:
        """Begins; commits at the end of the block, rolls back when it raises."""
        ...


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        ...


class Ids(Protocol):
    """Where new identities and unguessable tokens come from."""

    def new(self) -> UUID:
        """A new identity. Later ones sort after earlier ones (UUID version 7)."""
        ...

    def token(self) -> str:
        """256 random bits, URL-safe."""
        ...


class Outbox(Protocol):
    """Commands to be carried out later, stored in the transaction of the change that causes them."""

    async def put(
        self, command: Command[Any], *, deliver_after: datetime | None = None, once_key: str | None = None
    ) -> None:
        """Stores the command. Of several unsent ones with the same `once_key` only the first is kept."""
        ...

    async def put_all(self, commands: Mapping[str, Command[Any]], deliver_after: datetime) -> None:
        """Stores many commands at once, by their `once_key`."""
        ...


class OutboxMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A stored command on its way to a worker. `tag` names its class, `body` is its JSON."""

    id: UUID
    tag: str
    body: bytes
    company_id: CompanyId
    headers: dict[str, str]


class OutboxQueue(Protocol):
    """The outbox from the relay's side. Works in a SystemTransaction."""

    async def take(self, now: datetime, limit: int) -> list[OutboxMessage]:
        """Locks unsent messages that are due, oldest first, passing over those that another relay has locked."""
        ...

    async def mark_sent(self, ids: Sequence[UUID], now: datetime) -> None:
        """Notes that the queue has them."""
        ...

    async def prune(self, sent_before: datetime) -> int:
        """Removes messages sent before that moment; answers how many."""
        ...


class Publisher(Protocol):
    """The queue that the workers read."""

    async def publish(self, messages: Sequence[OutboxMessage]) -> None:
        """Hands the messages over. A message may arrive more than once."""
        ...


class Nonces(Protocol):
    """Things that may be used once: token ids, context keys. Works in a SystemTransaction."""

    async def use(self, kind: str, value: str, expires_at: datetime) -> bool:
        """True the first time, False ever after (until `expires_at`, when the thing is dead anyway)."""
        ...

    async def prune(self, now: datetime) -> int:
        """Removes what has expired; answers how many."""
        ...


class Replays(Protocol):
    """Requests that carry an idempotency key, so that sending one twice does the thing once."""

    async def known(self, company_id: CompanyId, key: str, fingerprint: str) -> UUID | None:
        """The result of an earlier request with this key, if one is over. Takes no hold of the key.

        Raises IdempotencyKeyReused when the earlier request was a different one.
        """
        ...

    async def earlier(self, company_id: CompanyId, key: str, fingerprint: str) -> UUID | None:
        """The result of the earlier request with this key, or None for the first, which then owns the key.

        A second request waits for a first one that is still under way. Raises IdempotencyKeyReused when the earlier
        request was a different one.
        """
        ...

    async def remember(self, company_id: CompanyId, key: str, result: UUID) -> None:
        """Notes what the first request made."""
        ...

    async def prune(self, before: datetime) -> int:
        """Removes keys first used before that moment, in a SystemTransaction; answers how many."""
        ...


class Locks(Protocol):
    """Locks across processes. They save vendors double work; no data depends on them."""

    def hold(self, name: str, lease: timedelta) -> AbstractAsyncContextManager[None]:
        """Waits for the lock. It is let go at the end of the block, or after `lease` if the holder dies."""
        ...


class Systems(Protocol):
    """What has to be up for the service to be of use."""

    async def check(self) -> dict[str, str]:
        """The name of each thing that was checked, with `ok` or what is wrong."""
        ...


class Headers(Protocol):
    """What travels beside a message from the request that caused it: its request id and trace."""

    def current(self) -> dict[str, str]:
        """The headers of whatever is being done now."""
        ...


def tag_of(command: Command[Any]) -> str:
    """The name under which a command is stored: its struct's tag."""
    return str(type(command).__struct_config__.tag)


def encoded(command: Command[Any]) -> bytes:
    """The command as JSON, the form in which the outbox keeps it."""
    return msgspec.json.encode(command)
