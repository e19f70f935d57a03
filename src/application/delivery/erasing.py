"""Erasing, step by step: each may be repeated, and the last one is all that is left once the company is gone."""

from collections.abc import Awaitable, Callable

from application.billing.ports import Usage
from application.ports import SystemTransaction, Transaction
from application.tenants.audit import AuditTrail
from application.tenants.record_ports import CompanyRecords
from domain.shared.identities import CompanyId
from domain.tenants.erasure import ErasureIncomplete

_ROWS_AT_ONCE = 20_000
_ATTEMPTS = 5
_SWEEPS = 3


class Erasing:
    """Removes the rows of one company."""

    def __init__(
        self,
        transaction: Transaction,
        system_transaction: SystemTransaction,
        records: CompanyRecords,
        trail: AuditTrail,
        usage: Usage,
    ) -> None:
        self._transaction = transaction
        self._system_transaction = system_transaction
        self._records = records
        self._trail = trail
        self._usage = usage

    async def remove(self, company_id: CompanyId) -> None:
        """Everything. What may be millions of rows goes some at a time, so that nobody is held up for long.

        Raises ErasureIncomplete where others are in the way again and again.
        """
        await self._insisting(company_id, self._records.stop)
        while True:
            async with self._transaction(company_id):
                if not await self._records.thin_out(company_id, _ROWS_AT_ONCE):
                    break
        await self._forget_usage(company_id)
        await self._insisting(company_id, self._records.erase)
        await self._forget_trail(company_id)

    async def _insisting(self, company_id: CompanyId, step: Callable[[CompanyId], Awaitable[None]]) -> None:
        for _ in range(_ATTEMPTS - 1):
            try:
                async with self._transaction(company_id):
                    await step(company_id)
            except ErasureIncomplete:
                continue
            return
        async with self._transaction(company_id):
            await step(company_id)

    async def _forget_usage(self, company_id: CompanyId) -> None:
        """The company's own transactions only add to its ledger. What comes in late goes with the company."""
        while True:
            async with self._system_transaction():
                if not await self._usage.forget(company_id, _ROWS_AT_ONCE):
                    return

    async def _forget_trail(self, company_id: CompanyId) -> None:
        """The company's own transactions may not touch what was done in it."""
        async with self._system_transaction():
            await self._trail.forget(company_id)

    async def verify(self, company_id: CompanyId) -> dict[str, int]:
        """How many rows each table has left, after whatever came in late was removed too: none.

        Raises ErasureIncomplete where rows keep coming.
        """
        left: dict[str, int] = {}
        for _ in range(_SWEEPS):
            async with self._transaction(company_id):
                await self._records.sweep(company_id)
            await self._forget_trail(company_id)
            async with self._transaction(company_id):
                left = await self._records.counts(company_id)
            if not any(left.values()):
                return left
        tables = ", ".join(f"{table} ({rows})" for table, rows in sorted(left.items()) if rows)
        raise ErasureIncomplete(tables=tables)
