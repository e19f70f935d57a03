"""Somebody was refused what their role does not include, before any use case was asked."""

from application.messages import Command
from application.ports import Clock, Ids, Transaction
from application.tenants.audit import FORBIDDEN, REFUSED, AuditEntry, AuditTrail
from application.tenants.occasions import occasion


class NoteRefusal(Command[None], frozen=True, kw_only=True, tag="tenants.note_refusal"):
    """`code` says why. Who it was is known from the occasion."""

    code: str


class NoteRefusalHandler:
    """Writes it into the company's audit log."""

    def __init__(self, transaction: Transaction, trail: AuditTrail, ids: Ids, clock: Clock) -> None:
        self._transaction = transaction
        self._trail = trail
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: NoteRefusal) -> None:
        """Adds one entry."""
        present = occasion()
        entry = AuditEntry(
            id=self._ids.new(),
            company_id=command.company_id,
            at=self._clock.now(),
            actor=present.actor,
            actor_id=present.actor_id,
            action=FORBIDDEN,
            target_id=None,
            outcome=REFUSED,
            code=command.code,
            address=present.address,
            request_id=present.request_id,
        )
        async with self._transaction(command.company_id):
            await self._trail.add(entry)
