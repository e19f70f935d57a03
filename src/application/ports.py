"""Ports that every area may use."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol
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


class ReadTransaction(Protocol):
    """A place for one company's questions that are asked often, in which nothing can be changed. Each question sees
    what is stored when it is asked, as in a Transaction.
    """

    def __call__(self, company_id: CompanyId) -> AbstractAsyncContextManager[None]:
        """What is read in the block is read by that company alone."""
        ...


class UpkeepTransaction(Transaction, Protocol):
    """Transactions of what keeps connections going while something else is done: nobody's deed, told in no log."""


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


class Turn(NamedTuple):
    """That a command waits for its company's turn in a lane, beside other companies', before it goes to a worker.
    `urgent` says that somebody is waiting for it.
    """

    lane: str
    urgent: bool = False


class OneOfMany(NamedTuple):
    """One of many commands that are stored at once. See Outbox.put."""

    command: Command[Any]
    once_key: str | None = None
    turn: Turn | None = None


class Outbox(Protocol):
    """Commands to be carried out later, stored in the transaction of the change that causes them."""

    async def put(
        self,
        command: Command[Any],
        *,
        deliver_after: datetime | None = None,
        once_key: str | None = None,
        turn: Turn | None = None,
    ) -> None:
        """Stores the command. Of several unsent ones with the same `once_key` only the first is kept, due at the
        earliest of their moments.
        """
        ...

    async def put_all(self, commands: Sequence[OneOfMany], deliver_after: datetime) -> None:
        """The same for many commands at once."""
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
        """Locks unsent messages that are due and wait for no turn, oldest first, passing over those that another relay
        has locked.
        """
        ...

    async def mark_sent(self, ids: Sequence[UUID], now: datetime) -> None:
        """Notes that the queue has them."""
        ...

    async def prune(self, sent_before: datetime, parked_before: datetime) -> int:
        """Removes messages sent before that moment, and parked ones parked before that; answers how many."""
        ...


class ParkedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message that failed and is not tried again by itself. `error` is a code or a kind of error."""

    id: UUID
    tag: str
    company_id: CompanyId
    failures: int
    error: str
    parked_at: datetime


class FailedMessages(Protocol):
    """Messages of the outbox that workers could not carry out. Works in a SystemTransaction."""

    async def failed(self, message_id: UUID, error: str) -> int:
        """Counts a failure; answers how many there are, 0 where no such message is left."""
        ...

    async def send_again(self, message_id: UUID, when: datetime) -> bool:
        """Lets the message be sent again from that moment on, parked or not. Answers whether it was there and nothing
        with the same `once_key` waits already.
        """
        ...

    async def park(self, message_id: UUID, now: datetime) -> None:
        """Puts the message aside."""
        ...

    async def parked(self, limit: int) -> list[ParkedMessage]:
        """What was put aside, the oldest first."""
        ...


class Queued(NamedTuple):
    """A message whose turn may come. `served_at` is when its company's turn in this lane last came, `weight` how many
    shares the company has.
    """

    message: OutboxMessage
    due_at: datetime
    urgent: bool
    served_at: datetime | None
    weight: int


class Turns(Protocol):
    """Messages of the outbox that wait for turns. Works in a SystemTransaction."""

    async def alone(self) -> bool:
        """Whether nobody else gives turns; nobody does until this transaction ends."""
        ...

    async def waiting(
        self, lane: str, now: datetime, closed: Collection[CompanyId], most: int, limit: int
    ) -> list[Queued]:
        """What is due in this lane, at most `most` messages of a company, the urgent and then the oldest first. Of more
        companies than `limit` those whose turns are longest ago, and those with something urgent. None of the `closed`
        ones.
        """
        ...

    async def served(self, lane: str, companies: Collection[CompanyId], now: datetime) -> None:
        """Their turns have come now."""
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

    def continuing(self, headers: Mapping[str, str]) -> AbstractContextManager[None]:
        """Within, what is done goes on with what these headers were taken from."""
        ...


def tag_of(command: Command[Any]) -> str:
    """The name under which a command is stored: its struct's tag."""
    return str(type(command).__struct_config__.tag)


def encoded(command: Command[Any]) -> bytes:
    """The command as JSON, the form in which the outbox keeps it."""
    return msgspec.json.encode(command)
