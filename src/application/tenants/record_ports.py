"""Ports of everything that is kept about a company, table by table: to hand it over, and to erase it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from domain.shared.identities import CompanyId
from domain.tenants.erasure import Erasure


class RecordTable(NamedTuple):
    """A table with rows of companies. `secrets` are columns that are never handed over."""

    name: str
    secrets: tuple[str, ...]


class CompanyRecords(Protocol):
    """All rows of one company. Every method works inside a transaction of the company, whether or not it still exists,
    but for `tables`.
    """

    def tables(self) -> Sequence[RecordTable]:
        """Every table that has rows of companies, in the order of their names."""
        ...

    def rows(self, company_id: CompanyId, table: str) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        """The company's rows of the table without their secrets, some at a time."""
        ...

    async def counts(self, company_id: CompanyId) -> dict[str, int]:
        """How many rows of the company each table has."""
        ...

    async def usage(self, company_id: CompanyId) -> dict[str, int]:
        """Rows used, by month."""
        ...

    async def spreadsheets(self, company_id: CompanyId) -> list[str]:
        """Ids of the spreadsheets that its exports write to."""
        ...

    async def stop(self, company_id: CompanyId) -> None:
        """Removes its unfinished runs, and what was to be done for it. Whoever holds a run notices, and writes no more.

        Raises ErasureIncomplete where somebody was in the way: then nothing has happened.
        """
        ...

    async def thin_out(self, company_id: CompanyId, limit: int) -> int:
        """Removes some rows of the tables that may have millions of them; answers how many, 0 when none is left."""
        ...

    async def erase(self, company_id: CompanyId) -> None:
        """Removes the company with all that belongs to it, but for the audit log, which its own transactions may not
        touch. Raises ErasureIncomplete as `stop` does.
        """
        ...

    async def sweep(self, company_id: CompanyId) -> None:
        """Removes what was written for the company by those who were just at it when it was erased."""
        ...


class Erasures(Protocol):
    """Which companies are being erased, or are gone. Works in a SystemTransaction."""

    async def begin(self, company_id: CompanyId, now: datetime) -> Erasure:
        """Waits for whoever is storing the company just now; from the commit on nobody can. Answers the erasure that
        has begun before, if there is one.
        """
        ...

    async def get(self, company_id: CompanyId) -> Erasure | None:
        """The company's erasure."""
        ...

    async def put(self, erasure: Erasure) -> None:
        """Stores what has become of it."""
        ...

    async def unfinished(self, begun_before: datetime, limit: int) -> list[Erasure]:
        """Those that began before that moment and are not finished, the oldest first."""
        ...


class CompanyTraces(Protocol):
    """What of a company is left in Redis: messages that wait for workers, and keys that bear its name."""

    async def forget(self, company_id: CompanyId, account_id: UUID | None, spreadsheets: Sequence[str]) -> int:
        """Removes it; answers how many things. Raises VendorFailed where Redis does not answer."""
        ...


class ArchiveWriter(Protocol):
    """A file of several parts, while it is written."""

    async def begin(self, name: str) -> None:
        """A new part begins; the one before is complete."""
        ...

    async def write(self, text: bytes) -> None:
        """Goes on with the part."""
        ...


class Archives(Protocol):
    """Where companies' data is handed over."""

    def making(self, to: str) -> AbstractAsyncContextManager[ArchiveWriter]:
        """A file that stands under that name once the block ends well, and not before; nobody else may read it.

        Raises ArchiveUnwritable.
        """
        ...
