"""Transactions over the store: whole or not at all, one after another."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.memory.scope import Scope, entered, refuse_nesting
from adapters.memory.store import MemoryStore
from domain.shared.identities import CompanyId


class MemoryTransaction:
    """Transactions of one company: nothing else is visible."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    @asynccontextmanager
    async def __call__(self, company_id: CompanyId) -> AsyncIterator[None]:
        """See application.ports.Transaction."""
        async with _begun(self._store, Scope(company_id)):
            yield


class MemoryReadTransaction:
    """Transactions of one company in which nothing can be changed."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    @asynccontextmanager
    async def __call__(self, company_id: CompanyId) -> AsyncIterator[None]:
        """See application.ports.ReadTransaction."""
        async with _begun(self._store, Scope(company_id, writable=False)):
            yield


class MemorySystemTransaction:
    """Transactions across companies."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        """See application.ports.SystemTransaction."""
        async with _begun(self._store, Scope(None)):
            yield


@asynccontextmanager
async def _begun(store: MemoryStore, scope: Scope) -> AsyncIterator[None]:
    refuse_nesting()
    async with store.lock:
        with entered(scope):
            try:
                yield
            except BaseException:
                for undo in reversed(scope.undo):
                    undo()
                raise
