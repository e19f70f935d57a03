"""What is done is written down in the transaction that does it, whatever the use case.

The witness goes around each command; transactions and identities that handlers are given are watched by it. So a
handler knows nothing of the log, and cannot forget it.
"""

from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from application.bus import Next
from application.messages import Command, Message
from application.ports import Clock, Ids, Transaction
from application.tenants.audit import DONE, REFUSED, AuditEntry, AuditTrail
from application.tenants.audited import AUDITED, Audited
from application.tenants.kept_answers import KeptAnswers
from application.tenants.occasions import ActorKind, Occasion, occasion
from domain.shared.errors import SkladSheetsError
from domain.shared.identities import CompanyId, MemberId


@dataclass(slots=True)
class Deed:
    """A command being carried out, and what has been noticed of it."""

    occasion: Occasion
    action: str
    policy: Audited | None
    target: UUID | None = None
    made: UUID | None = None
    member: MemberId | None = None
    changes: int = 0
    told: bool = False


_deed: ContextVar[Deed | None] = ContextVar("deed", default=None)


def done_by(member_id: MemberId) -> None:
    """Says who is acting where that turns out only while the command is carried out: who comes in."""
    deed = _deed.get()
    if deed is not None:
        deed.member = member_id


class Witness:
    """Goes around every message."""

    def __init__(self, transaction: Transaction, trail: AuditTrail, ids: Ids, clock: Clock) -> None:
        self._transaction = transaction
        self._trail = trail
        self._ids = ids
        self._clock = clock

    def __call__(self, message: Message[Any], next_: Next) -> Awaitable[Any]:
        """What the message answers. A refusal is written down by itself: what it is about was rolled back. Of most
        messages nothing is written, and nothing is done around them.
        """
        deed = _begun(message)
        return next_() if deed is None else self._watch(deed, message, next_)

    async def _watch(self, deed: Deed, message: Message[Any], next_: Next) -> Any:
        with _watched(deed):
            try:
                return await next_()
            except SkladSheetsError as refused:
                error = refused
        if deed.policy is not None and isinstance(message, Command):
            async with self._transaction(message.company_id):
                await self._trail.add(entry(deed, message.company_id, self._ids, self._clock, error.code))
            deed.occasion.told = True
        raise error


class WitnessedTransaction:
    """See application.ports.Transaction. At the end of one that changes something, what was done is written into it;
    what only reads is told where the list of audited commands says so.
    """

    def __init__(self, inner: Transaction, trail: AuditTrail, answers: KeptAnswers, ids: Ids, clock: Clock) -> None:
        self._inner = inner
        self._trail = trail
        self._answers = answers
        self._ids = ids
        self._clock = clock

    @asynccontextmanager
    async def __call__(self, company_id: CompanyId) -> AsyncIterator[None]:
        """See the port."""
        deed = _deed.get()
        noticed = False
        async with self._inner(company_id):
            yield
            if deed is not None:
                noticed = await self._notice(deed, company_id)
        if deed is not None and noticed:
            deed.changes += 1
            deed.told = deed.told or (deed.policy is not None and deed.changes == deed.policy.nth)

    async def _notice(self, deed: Deed, company_id: CompanyId) -> bool:
        claim = deed.occasion.claim
        claimed = claim is not None and claim.company_id == company_id
        reads = deed.policy is not None and deed.policy.reads
        if (deed.told and not claimed) or not (reads or await self._trail.changed()):
            return False
        if claim is not None and claimed:
            await self._answers.applied(claim)
        if deed.policy is not None and not deed.told and deed.changes + 1 == deed.policy.nth:
            await self._trail.add(entry(deed, company_id, self._ids, self._clock))
        return True


class WitnessedIds:
    """See application.ports.Ids: the first identity that a command draws is that of what it makes."""

    def __init__(self, inner: Ids) -> None:
        self._inner = inner

    def new(self) -> UUID:
        """See the port."""
        drawn, deed = self._inner.new(), _deed.get()
        if deed is not None and deed.made is None:
            deed.made = drawn
        return drawn

    def token(self) -> str:
        """See the port."""
        return self._inner.token()


def entry(deed: Deed, company_id: CompanyId, ids: Ids, clock: Clock, code: str | None = None) -> AuditEntry:
    """The deed as the log tells it; with a code, that it was refused."""
    policy, present = deed.policy or Audited(), deed.occasion
    actor, actor_id = present.actor, present.actor_id
    if deed.member is not None:
        actor, actor_id = ActorKind.MEMBER, deed.member
    elif actor is ActorKind.SYSTEM:
        actor = policy.by
    return AuditEntry(
        id=ids.new(),
        company_id=company_id,
        at=clock.now(),
        actor=actor,
        actor_id=actor_id,
        action=deed.action,
        target_id=(deed.made if code is None else None) if policy.makes else deed.target,
        outcome=DONE if code is None else REFUSED,
        code=code,
        address=present.address,
        request_id=present.request_id,
    )


def _begun(message: Message[Any]) -> Deed | None:
    tag = type(message).__struct_config__.tag
    present = occasion()
    policy = AUDITED.get(tag) if isinstance(tag, str) else None
    keyed = present.claim is not None and isinstance(tag, str) and not tag.startswith("delivery.")
    if policy is None and not keyed:
        return None
    target = None if policy is None or policy.target is None else getattr(message, policy.target)
    return Deed(occasion=present, action=str(tag), policy=policy, target=target)


@contextmanager
def _watched(deed: Deed) -> Iterator[None]:
    token = _deed.set(deed)
    try:
        yield
    finally:
        _deed.reset(token)
