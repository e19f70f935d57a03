"""Transactions that see one company, or by explicit leave all of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar, Token
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.postgres.engine import FIRST_WORDS, SYSTEM_ROLE
from domain.shared.identities import CompanyId

_current: ContextVar[AsyncConnection | None] = ContextVar("postgres_connection", default=None)
READING: ContextVar[Any] = ContextVar("postgres_reading", default=None)
"""The driver's connection of a transaction for questions alone (see adapters.postgres.reading)."""
_BIND_COMPANY = "SELECT set_config('app.company_id', '{}', true)"
_BECOME_SYSTEM = f"SET LOCAL ROLE {SYSTEM_ROLE}"


def connection() -> AsyncConnection:
    """The connection of the transaction that this task is in. Raises RuntimeError outside of one."""
    current = _current.get()
    if current is None:
        raise RuntimeError("a repository was used outside a transaction")
    return current


def require_none_begun() -> None:
    """Raises RuntimeError where this task is in a transaction already."""
    if _current.get() is not None or READING.get() is not None:
        raise RuntimeError("transactions do not nest")


class SqlTransaction:
    """Transactions of one company: row-level security shows nothing else."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def __call__(self, company_id: CompanyId) -> AsyncIterator[None]:
        """See application.ports.Transaction."""
        async with _begun(self._engine, _BIND_COMPANY.format(UUID(bytes=company_id.bytes))):
            yield


class SqlSystemTransaction:
    """Transactions across companies, under a role that may touch only what such work needs."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        """See application.ports.SystemTransaction."""
        async with _begun(self._engine, _BECOME_SYSTEM):
            yield


@asynccontextmanager
async def _begun(engine: AsyncEngine, words: str) -> AsyncIterator[AsyncConnection]:
    require_none_begun()
    said: Token[str | None] = FIRST_WORDS.set(words)
    try:
        async with engine.begin() as begun:
            token: Token[AsyncConnection | None] = _current.set(begun)
            try:
                yield begun
            finally:
                _current.reset(token)
    finally:
        FIRST_WORDS.reset(said)
