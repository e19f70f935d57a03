"""Connections to PostgreSQL."""

from typing import Any

import msgspec
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

Engine = AsyncEngine
"""What the rest of the house calls an engine, without knowing whose it is."""

APPLICATION_ROLE = "skladsheets_app"
SYSTEM_ROLE = "skladsheets_system"


def make_engine(database_url: str, *, pool_size: int = 10, role: str | None = APPLICATION_ROLE) -> AsyncEngine:
    """An engine whose connections act as `role`, which owns nothing, whatever their login may do.

    `database_url` is a `postgresql://` address. Connections are tested before use, so that a restarted server is
    noticed by nobody. Errors tell the statement and never what it was about: that may be a secret or somebody's name.
    """
    settings = {"application_name": "skladsheets", "jit": "off"}
    if role is not None:
        settings["role"] = role
    return create_async_engine(
        make_url(database_url).set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,
        json_serializer=_encode_json,
        json_deserializer=msgspec.json.decode,
        connect_args={"server_settings": settings, "timeout": 10, "command_timeout": 60},
    )


def connections(engine: AsyncEngine) -> dict[str, int]:
    """How many connections are in use, how many wait to be used, and how many more could be opened."""
    pool = engine.pool
    if not isinstance(pool, AsyncAdaptedQueuePool):
        return {}
    in_use, idle = pool.checkedout(), pool.checkedin()
    return {"in_use": in_use, "idle": idle, "free": max(2 * pool.size() - in_use - idle, 0)}


def _encode_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
