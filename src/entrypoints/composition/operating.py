"""What an operator does once, at the command line."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from adapters.observability.logs import configure_logs
from application.bus import Application
from entrypoints.composition.live import live_application
from entrypoints.settings import Settings

AnswerT = TypeVar("AnswerT")


def carried_out(
    settings: Settings, use: Callable[[Application], Awaitable[AnswerT]], *, complete_keys: bool = True
) -> AnswerT:
    """What `use` answers, over the real adapters. Standard output is the command's own: only trouble is logged."""
    configure_logs("cli", "ERROR")

    async def run() -> AnswerT:
        async with live_application(settings, complete_keys=complete_keys) as application:
            return await use(application)

    return asyncio.run(run())
