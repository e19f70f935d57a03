"""Transactions that see one company, or by explicit leave all of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar, Token

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.postgres.engine import SYSTEM_ROLE
from domain.shared.identities import CompanyId

_current: ContextVar[AsyncConnection | None] = ContextVar("postgres_connection", default=None)
_BIND_COMPANY = text("SELECT set_config('app.company_id', :company, true)")
_BECOME_SYSTEM = text(f"SET LOCAL ROLE {SYSTEM_ROLE}")


def connection() -> AsyncConnection:
    """The connection of the transaction that this task is in. Raises RuntimeError outside of one."""
    current = _current.get()
    if current is None:
        raise RuntimeError("a repository was used outside a transaction")
    return current


class SqlTransaction:
    """Transactions of one company: row-level security shows nothing else."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def __call__(self, company_id: CompanyId) -> AsyncIterator[None]:
        """See application.ports.Transaction."""
        async with _begun(self._engine) as begun:
            await begun.execute(_BIND_COMPANY, {"company": str(company_id)})
            yield


class SqlSystemTransaction:
    """Transactions across companies, under a role that may touch only what such work needs."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        """See application.ports.SystemTransaction."""
        async with _begun(self._engine) as begun:
            await begun.execute(_BECOME_SYSTEM)
            yield


@asynccontextmanager
async def _begun(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    if _current.get() is not None:
        raise RuntimeError("transactions do not nest")
    async with engine.begin() as begun:
        token: Token[AsyncConnection | None] = _current.set(begun)
        try:
            yield begun
        finally:
            _current.reset(token)
