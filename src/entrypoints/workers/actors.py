"""One actor for each kind of work; what there is to do is data (application.handlers.WORK)."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import dramatiq
import msgspec

from application.handlers import Work
from application.messages import Command

CarryOut = Callable[[Command[Any], dict[str, str]], Awaitable[None]]


def declare(broker: dramatiq.Broker, work: Iterable[Work], carry_out: CarryOut) -> None:
    """Makes an actor for each kind of work. A message that cannot be read fails loudly and is not tried again."""
    for kind in work:
        make = dramatiq.actor(
            actor_name=kind.tag,
            queue_name=kind.queue,
            broker=broker,
            time_limit=int(kind.time_limit.total_seconds() * 1000),
            notify_shutdown=True,
        )
        make(_receiver(kind, carry_out))


def _receiver(kind: Work, carry_out: CarryOut) -> Callable[..., Awaitable[None]]:
    async def receive(*, body: str, company_id: str, headers: dict[str, str]) -> None:
        del company_id  # stands in the body; beside it for people who look into the queue
        await carry_out(msgspec.json.decode(body, type=kind.command), headers)

    return receive
