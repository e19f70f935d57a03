"""Hands stored commands to the queue, at once when notified, within a second otherwise; runs when their turns come."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from application.bus import Application
from application.delivery.commands.relay_outbox import RelayOutbox
from application.exports.commands.dispatch_runs import DispatchRuns
from entrypoints.rounds import repeat, until_stopped

POLL_SECONDS = 1.0


class Listener(Protocol):
    """Wakes the relay when something new is stored."""

    async def wait(self, timeout: float) -> None:  # noqa: ASYNC109 - the poll's interval
        """Returns at a notification, or after `timeout` seconds."""
        ...


async def relay(
    application: Application, listener: Listener, stop: asyncio.Event, report: Callable[[BaseException], None]
) -> None:
    """Relays until told to stop. Any number of relays may run. `report` is told of failures."""

    async def step() -> None:
        sent = await application.execute(RelayOutbox())
        sent += await application.execute(DispatchRuns())
        if sent == 0:
            await until_stopped(listener.wait(POLL_SECONDS), stop)

    await repeat(step, stop, report)
