"""One actor for each kind of work; what there is to do is data (application.handlers.WORK)."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import dramatiq
import msgspec

from application.handlers import Work
from application.messages import Command
from domain.shared.errors import SkladSheetsError

CarryOut = Callable[[Command[Any], dict[str, str]], Awaitable[None]]
NoteFailure = Callable[[str, str, bool], Awaitable[None]]
"""Told of a message's id, of the error, and whether it is hopeless."""


def declare(broker: dramatiq.Broker, work: Iterable[Work], carry_out: CarryOut, note_failure: NoteFailure) -> None:
    """Makes an actor for each kind of work. A message that cannot be read fails loudly and is parked."""
    for kind in work:
        make = dramatiq.actor(
            actor_name=kind.tag,
            queue_name=kind.queue,
            broker=broker,
            time_limit=int(kind.time_limit.total_seconds() * 1000),
            notify_shutdown=True,
        )
        make(_receiver(kind, carry_out, note_failure))


def _receiver(kind: Work, carry_out: CarryOut, note_failure: NoteFailure) -> Callable[..., Awaitable[None]]:
    async def receive(*, body: str, company_id: str, headers: dict[str, str], message_id: str = "") -> None:
        del company_id  # stands in the body; beside it for people who look into the queue
        try:
            command = msgspec.json.decode(body, type=kind.command)
        except msgspec.DecodeError as unreadable:
            await note_failure(message_id, type(unreadable).__name__, True)
            raise
        try:
            await carry_out(command, headers)
        except Exception as failed:
            if not kind.keeps_account:
                await note_failure(message_id, _name_of(failed), False)
            raise

    return receive


def _name_of(failed: Exception) -> str:
    return failed.code if isinstance(failed, SkladSheetsError) else type(failed).__name__
