"""Connections to PostgreSQL."""

import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import asyncpg
import msgspec
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

Engine = AsyncEngine
"""What the rest of the house calls an engine, without knowing whose it is."""

APPLICATION_ROLE = "skladsheets_app"
SYSTEM_ROLE = "skladsheets_system"

ASKED_AFTER = 1.0
"""Seconds after which an idle connection is asked whether it is still there."""

ANSWERED_WITHIN = 5.0
_USED_AT = "used_at"
_BEGIN = "BEGIN;"


if TYPE_CHECKING:
    _AsyncpgConnection = asyncpg.Connection[asyncpg.Record]
else:
    _AsyncpgConnection = asyncpg.Connection

FIRST_WORDS: ContextVar[str | None] = ContextVar("postgres_first_words", default=None)
"""What the next transaction of this context says together with its BEGIN: one round trip less for each transaction."""


class _Connection(_AsyncpgConnection):
    async def execute(self, query: str, *args: Any, **options: Any) -> str:
        words = FIRST_WORDS.get()
        if words is None or query != _BEGIN:
            return await super().execute(query, *args, **options)
        try:
            return await super().execute(f"{_BEGIN} {words}", **options)
        except BaseException:
            self.terminate()  # nobody would end a transaction that began and could not say the rest
            raise


def make_engine(database_url: str, *, pool_size: int = 10, role: str | None = APPLICATION_ROLE) -> AsyncEngine:
    """An engine whose connections act as `role`, which owns nothing, whatever their login may do.

    `database_url` is a `postgresql://` address. Connections are looked at before use, and asked where they were idle
    for a while, so that a restarted server is noticed by nobody. Errors tell the statement and never what it was about:
    that may be a secret or somebody's name.
    """
    settings = {"application_name": "skladsheets", "jit": "off"}
    if role is not None:
        settings["role"] = role
    engine = create_async_engine(
        make_url(database_url).set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        max_overflow=pool_size,
        hide_parameters=True,
        json_serializer=_encode_json,
        json_deserializer=msgspec.json.decode,
        connect_args={
            "server_settings": settings,
            "timeout": 10,
            "command_timeout": 60,
            "connection_class": _Connection,
        },
    )
    event.listen(engine.sync_engine, "checkin", _put_back)
    event.listen(engine.sync_engine, "checkout", _look_at)
    return engine


def _put_back(connection: Any, record: Any) -> None:
    del connection
    record.info[_USED_AT] = time.monotonic()


def _look_at(connection: Any, record: Any, proxy: Any) -> None:
    """The pool replaces what is found broken. A server that goes away says so to its sockets; whether one that says
    nothing is still there costs a round trip (pool_pre_ping takes three, and each time).
    """
    del proxy
    used_at = record.info.get(_USED_AT)
    if connection.driver_connection.is_closed():
        raise DisconnectionError
    if used_at is None or time.monotonic() - used_at < ASKED_AFTER:
        return
    try:
        connection.run_async(lambda driver: driver.fetchrow(";", timeout=ANSWERED_WITHIN))
    except Exception as broken:
        raise DisconnectionError from broken


def connections(engine: AsyncEngine) -> dict[str, int]:
    """How many connections are in use, how many wait to be used, and how many more could be opened."""
    pool = engine.pool
    if not isinstance(pool, AsyncAdaptedQueuePool):
        return {}
    in_use, idle = pool.checkedout(), pool.checkedin()
    return {"in_use": in_use, "idle": idle, "free": max(2 * pool.size() - in_use - idle, 0)}


def _encode_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
