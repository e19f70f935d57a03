"""Installations of our apps, and MoySklad's calls about them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, select, text

from adapters.postgres.storing import count_deleted, put, sealed_columns, sealed_from
from adapters.postgres.tables import companies, google_connections, installations, moysklad_connections, vendor_requests
from adapters.postgres.transaction import connection
from application.connections.installation_ports import ListedCompany
from domain.connections.installation import Installation, InstallationStatus
from domain.shared.identities import CompanyId
from domain.tenants.subscription import Subscription

# One call of MoySklad's at a time for each company, the first one too, which finds no row to lock.
_IN_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended('vendor requests ' || :company_id, 0))")


class SqlInstallations:
    """See application.connections.installation_ports.Installations."""

    async def all(self, company_id: CompanyId) -> list[Installation]:
        """See the port."""
        own = installations.c.company_id == company_id
        query = select(installations).where(own).order_by(installations.c.app_id).with_for_update()
        return [_installation(row) for row in (await connection().execute(query)).mappings()]

    async def put(self, installation: Installation) -> None:
        """See the port."""
        subscription = installation.subscription
        await put(
            installations,
            {
                "company_id": installation.company_id,
                "app_id": installation.app_id,
                "status": installation.status.value,
                **sealed_columns("token", installation.token),
                "called_at": installation.called_at,
                "ready": installation.ready,
                "subscription": None if subscription is None else msgspec.to_builtins(subscription),
                "permissions": installation.permissions,
                "unsure_since": installation.unsure_since,
                "version": installation.version,
            },
        )


class SqlVendorRequests:
    """See application.connections.installation_ports.VendorRequests."""

    async def answer(self, company_id: CompanyId, request_id: str) -> str | None:
        """See the port."""
        await connection().execute(_IN_TURN, {"company_id": str(company_id)})
        own = (vendor_requests.c.company_id == company_id, vendor_requests.c.request_id == request_id)
        found: str | None = (
            await connection().execute(select(vendor_requests.c.answer).where(*own))
        ).scalar_one_or_none()
        return found

    async def carried_out(self, company_id: CompanyId, request_id: str, answer: str, now: datetime) -> None:
        """See the port."""
        row = {"company_id": company_id, "request_id": request_id, "answer": answer, "answered_at": now}
        await connection().execute(vendor_requests.insert().values(row))

    async def prune(self, before: datetime) -> int:
        """See the port."""
        return await count_deleted(delete(vendor_requests).where(vendor_requests.c.answered_at <= before))


class SqlCompanyViews:
    """See application.connections.installation_ports.CompanyViews."""

    async def all(self, limit: int) -> list[ListedCompany]:
        """See the port."""
        query = (
            select(
                companies.c.id,
                companies.c.account_name,
                companies.c.status,
                companies.c.created_at,
                moysklad_connections.c.state.label("moysklad"),
                google_connections.c.state.label("google"),
            )
            .outerjoin(moysklad_connections, moysklad_connections.c.company_id == companies.c.id)
            .outerjoin(google_connections, google_connections.c.company_id == companies.c.id)
            .order_by(companies.c.created_at, companies.c.id)
            .limit(limit)
        )
        return [
            ListedCompany(
                id=CompanyId(row.id),
                account_name=row.account_name,
                status=row.status,
                moysklad=row.moysklad,
                google=row.google,
                created_at=row.created_at,
            )
            for row in await connection().execute(query)
        ]


def _installation(row: Mapping[Any, Any]) -> Installation:
    told = row["subscription"]
    return Installation(
        company_id=CompanyId(row["company_id"]),
        app_id=row["app_id"],
        status=InstallationStatus(row["status"]),
        token=sealed_from("token", {str(name): value for name, value in row.items()}),
        called_at=row["called_at"],
        ready=row["ready"],
        subscription=None if told is None else msgspec.convert(told, Subscription),
        permissions=row["permissions"],
        unsure_since=row["unsure_since"],
        version=row["version"],
    )
