"""Waiting for the database where a process starts before it, or while it is being restarted."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
from sqlalchemy.exc import DBAPIError

PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 0.5
_AWAY = (
    OSError,  # nobody listens, the name is not known yet, no answer in time
    asyncpg.OperatorInterventionError,  # 57…: it starts up or shuts down
    asyncpg.PostgresConnectionError,  # 08…
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,  # it closed the connection between two questions
    asyncpg.InternalClientError,  # it said that it would, and had not yet: the driver calls that its own fault
)


async def once_it_is_up(check: Callable[[], Awaitable[None]], told: Callable[[str], None]) -> None:
    """Returns once `check` has gone through; says to `told`, once, that it is waiting for the database.

    What will not pass by waiting, such as a wrong password, is raised at once; the rest after a minute.
    """
    loop = asyncio.get_running_loop()
    deadline, waiting = loop.time() + PATIENCE_SECONDS, False
    while True:
        try:
            await check()
        except (*_AWAY, DBAPIError) as failed:
            if not _passes(failed) or loop.time() >= deadline:
                raise
        else:
            return
        if not waiting:
            told("waiting for the database")
        waiting = True
        await asyncio.sleep(_PAUSE_SECONDS)


def _passes(failed: BaseException) -> bool:
    """SQLAlchemy wraps what happens after connecting, within its own errors."""
    cause: BaseException | None = failed
    while cause is not None:
        if isinstance(cause, _AWAY):
            return True
        cause = cause.__cause__
    return False
