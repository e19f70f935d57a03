"""The application, for a command that is carried out at once."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

from application.bus import Application
from entrypoints.composition.live import live_application
from entrypoints.settings import read_settings

AnswerT = TypeVar("AnswerT")


def with_application(use: Callable[[Application], Awaitable[AnswerT]]) -> AnswerT:
    """What `use` answers, over the real adapters."""

    async def run() -> AnswerT:
        async with live_application(read_settings(os.environ)) as application:
            return await use(application)

    return asyncio.run(run())
