"""Connections to vendors and open consents."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select

from adapters.postgres.storing import count_deleted, put, sealed_columns, sealed_from
from adapters.postgres.tables import (
    consent_requests,
    google_connections,
    google_homes,
    moysklad_connections,
    picked_spreadsheets,
)
from adapters.postgres.transaction import connection
from domain.connections.google import ConsentPurpose, ConsentRequest, GoogleConnection, PickedSpreadsheet
from domain.connections.moysklad import ConnectionState, MoySkladConnection
from domain.connections.secrets import SealedSecret
from domain.shared.identities import CompanyId, MemberId


class SqlMoySkladConnections:
    """See application.connections.ports.MoySkladConnections."""

    async def get(self, company_id: CompanyId) -> MoySkladConnection | None:
        """See the port."""
        return await self._find(company_id, select(moysklad_connections))

    async def held(self, company_id: CompanyId) -> MoySkladConnection | None:
        """See the port."""
        return await self._find(company_id, select(moysklad_connections).with_for_update())

    @staticmethod
    async def _find(company_id: CompanyId, query: Select[Any]) -> MoySkladConnection | None:
        query = query.where(moysklad_connections.c.company_id == company_id)
        found = (await connection().execute(query)).mappings().first()
        if found is None:
            return None
        return MoySkladConnection(company_id, sealed_from("token", _named(found)), ConnectionState(found["state"]))

    async def put(self, moysklad: MoySkladConnection) -> None:
        """See the port."""
        await put(
            moysklad_connections,
            {
                "company_id": moysklad.company_id,
                **sealed_columns("token", moysklad.token),
                "state": moysklad.state.value,
            },
        )


class SqlGoogleConnections:
    """See application.connections.ports.GoogleConnections."""

    async def get(self, company_id: CompanyId) -> GoogleConnection | None:
        """See the port."""
        return await self._find(company_id, select(google_connections))

    async def held(self, company_id: CompanyId) -> GoogleConnection | None:
        """See the port."""
        return await self._find(company_id, select(google_connections).with_for_update())

    @staticmethod
    async def _find(company_id: CompanyId, query: Select[Any]) -> GoogleConnection | None:
        found = (
            (await connection().execute(query.where(google_connections.c.company_id == company_id))).mappings().first()
        )
        if found is None:
            return None
        row = _named(found)
        return GoogleConnection(
            company_id=company_id,
            subject=row["subject"],
            email=row["email"],
            refresh_token=_sealed("refresh", row),
            access_token=_sealed("access", row),
            access_expires_at=row["access_expires_at"],
            scopes=tuple(row["scopes"]),
            state=ConnectionState(row["state"]),
            client_id=row["client_id"],
            broken_at=row["broken_at"],
            broken_reason=row["broken_reason"],
        )

    async def put(self, google: GoogleConnection) -> None:
        """See the port."""
        await put(
            google_connections,
            {
                "company_id": google.company_id,
                "subject": google.subject,
                "email": google.email,
                **sealed_columns("refresh", google.refresh_token),
                **sealed_columns("access", google.access_token),
                "access_expires_at": google.access_expires_at,
                "scopes": list(google.scopes),
                "state": google.state.value,
                "client_id": google.client_id,
                "broken_at": google.broken_at,
                "broken_reason": google.broken_reason,
            },
        )

    async def remove(self, company_id: CompanyId) -> None:
        """See the port."""
        await connection().execute(delete(google_connections).where(google_connections.c.company_id == company_id))

    async def shared(self, subject: str, client_id: str) -> int:
        """See the port."""
        query = select(func.count(google_connections.c.company_id)).where(google_connections.c.subject == subject)
        if client_id:
            query = query.where(google_connections.c.client_id.in_((client_id, "")))
        return int((await connection().execute(query)).scalar_one())


class SqlGoogleHomes:
    """See application.connections.google_ports.GoogleHomes."""

    async def get(self, company_id: CompanyId) -> str | None:
        """See the port."""
        query = select(google_homes.c.client_id).where(google_homes.c.company_id == company_id)
        return (await connection().execute(query)).scalar_one_or_none()

    async def put(self, company_id: CompanyId, client_id: str) -> None:
        """See the port."""
        await put(google_homes, {"company_id": company_id, "client_id": client_id})

    async def spread(self) -> dict[str, int]:
        """See the port."""
        client = google_homes.c.client_id
        query = select(client, func.count(google_homes.c.company_id)).group_by(client)
        return {name: int(count) for name, count in await connection().execute(query)}


class SqlPickedSpreadsheets:
    """See application.connections.google_ports.PickedSpreadsheets."""

    async def add(self, picked: PickedSpreadsheet) -> None:
        """See the port."""
        await put(picked_spreadsheets, asdict(picked))

    async def latest(self, company_id: CompanyId, client_id: str, limit: int) -> list[PickedSpreadsheet]:
        """See the port."""
        columns = picked_spreadsheets.c
        query = (
            select(columns.spreadsheet_id, columns.picked_at)
            .where(columns.company_id == company_id, columns.client_id == client_id)
            .order_by(columns.picked_at.desc(), columns.spreadsheet_id)
            .limit(limit)
        )
        found = await connection().execute(query)
        return [PickedSpreadsheet(company_id, spreadsheet, client_id, moment) for spreadsheet, moment in found]


class SqlConsentRequests:
    """See application.connections.ports.ConsentRequests."""

    async def put(self, request: ConsentRequest) -> None:
        """See the port."""
        await put(
            consent_requests,
            {
                "state_digest": request.state_digest,
                "company_id": request.company_id,
                "member_id": request.member_id,
                **sealed_columns("verifier", request.verifier),
                "expires_at": request.expires_at,
                "client_id": request.client_id,
                "purpose": request.purpose.value,
            },
        )

    async def take(self, company_id: CompanyId, state_digest: bytes) -> ConsentRequest | None:
        """See the port."""
        statement = (
            delete(consent_requests)
            .where(consent_requests.c.company_id == company_id, consent_requests.c.state_digest == state_digest)
            .returning(consent_requests)
        )
        found = (await connection().execute(statement)).mappings().first()
        if found is None:
            return None
        return ConsentRequest(
            company_id=company_id,
            member_id=MemberId(found["member_id"]),
            state_digest=found["state_digest"],
            verifier=_sealed("verifier", _named(found)),
            expires_at=found["expires_at"],
            client_id=found["client_id"],
            purpose=ConsentPurpose(found["purpose"]),
        )

    async def prune(self, now: datetime) -> int:
        """See the port."""
        return await count_deleted(delete(consent_requests).where(consent_requests.c.expires_at <= now))


def _named(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}


def _sealed(name: str, row: Mapping[str, Any]) -> SealedSecret:
    sealed = sealed_from(name, row)
    if sealed is None:
        raise RuntimeError(f"a stored row lacks its {name} secret")
    return sealed
