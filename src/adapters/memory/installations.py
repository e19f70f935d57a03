"""Installations of our apps, kept in memory, and a MoySklad that says how they stand."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.memory.failures import PlannedFailures
from adapters.memory.rows import Rows, require_system
from adapters.memory.store import AnsweredRequest, MemoryStore
from application.connections.installation_ports import ListedCompany, TokenOwner
from domain.connections.installation import Installation, ToldInstallation, VendorStatus
from domain.connections.moysklad import ConnectionState, MoySkladDisconnected
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


class MemoryTokenOwners:
    """Knows the tokens that a test hands out."""

    def __init__(self) -> None:
        self.failures = PlannedFailures()
        self.known: dict[str, TokenOwner] = {}

    async def owner(self, token: str) -> TokenOwner:
        """See application.connections.installation_ports.TokenOwners."""
        with self.failures.around("owner"):
            await asyncio.sleep(0)
            found = self.known.get(token)
            if found is None:
                raise MoySkladDisconnected(state="refused")
            return found


class MemoryCompanyViews:
    """See application.connections.installation_ports.CompanyViews."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def all(self, limit: int) -> list[ListedCompany]:
        """See the port."""
        require_system()
        found = sorted(self._store.companies.all(), key=lambda one: (one.created_at, one.id))
        return [
            ListedCompany(
                id=company.id,
                account_name=company.account_name,
                status=company.status.value,
                moysklad=self._state(self._store.moysklad_connections, company.id),
                google=self._state(self._store.google_connections, company.id),
                created_at=company.created_at,
            )
            for company in found[:limit]
        ]

    @staticmethod
    def _state(table: Rows[CompanyId, Any], company_id: CompanyId) -> str | None:
        states = [state for state in ConnectionState if _has(table, company_id, state)]
        return states[0].value if states else None


def _has(table: Rows[CompanyId, Any], company_id: CompanyId, state: ConnectionState) -> bool:
    return table.any_everyones(lambda one: one.company_id == company_id and one.state is state)
