"""Installations of our apps, kept in memory, and a MoySklad that says how they stand."""

import asyncio
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from adapters.memory.failures import PlannedFailures
from adapters.memory.store import AnsweredRequest, MemoryStore
from domain.connections.installation import Installation, ToldInstallation, VendorStatus
from domain.shared.identities import CompanyId

_UNTOLD = ToldInstallation(VendorStatus.ACTIVATING)


class MemoryInstallations:
    """See application.connections.installation_ports.Installations."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.installations

    async def all(self, company_id: CompanyId) -> list[Installation]:
        """See the port."""
        own = [row for row in self._rows.all() if row.company_id == company_id]
        return sorted(own, key=lambda row: row.app_id)

    async def put(self, installation: Installation) -> None:
        """See the port."""
        self._rows.put(installation)


class MemoryVendorRequests:
    """See application.connections.installation_ports.VendorRequests."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.vendor_requests

    async def answer(self, company_id: CompanyId, request_id: str) -> str | None:
        """See the port."""
        found = self._rows.find((company_id, request_id))
        return None if found is None else found.answer

    async def carried_out(self, company_id: CompanyId, request_id: str, answer: str, now: datetime) -> None:
        """See the port."""
        self._rows.put(AnsweredRequest(company_id, request_id, answer, now))

    async def prune(self, before: datetime) -> int:
        """See the port."""
        return self._rows.prune(lambda row: row.answered_at <= before)


class MemoryVendorInstallations:
    """See application.connections.installation_ports.VendorInstallations. What nobody has said is going on."""

    def __init__(self) -> None:
        self.failures = PlannedFailures()
        self.standing: dict[tuple[UUID, UUID], ToldInstallation | None] = {}
        self.reported: list[tuple[UUID, UUID]] = []

    def apps(self) -> Collection[UUID]:
        """See the port."""
        return {app_id for app_id, _ in self.standing}

    async def told(self, app_id: UUID, account_id: UUID, now: datetime) -> ToldInstallation | None:
        """See the port."""
        del now
        with self.failures.around("told"):
            await asyncio.sleep(0)
            return self.standing.get((app_id, account_id), _UNTOLD)

    async def report_ready(self, app_id: UUID, account_id: UUID, now: datetime) -> bool:
        """See the port."""
        del now
        with self.failures.around("report_ready"):
            await asyncio.sleep(0)
            told = self.standing.get((app_id, account_id))
            if told is None or told.status is not VendorStatus.SETTINGS_REQUIRED:
                return False
            self.standing[app_id, account_id] = ToldInstallation(VendorStatus.ACTIVATED, told.cause, told.subscription)
            self.reported.append((app_id, account_id))
            return True
