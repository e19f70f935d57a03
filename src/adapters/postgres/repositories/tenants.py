"""Companies, members and sessions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, select

from adapters.postgres.storing import count_deleted, put
from adapters.postgres.tables import companies, members, sessions
from adapters.postgres.transaction import connection
from domain.shared.identities import CompanyId, MemberId, SessionId
from domain.tenants.company import Company, CompanyNotFound, CompanyStatus
from domain.tenants.member import Member, Role
from domain.tenants.session import Session
from domain.tenants.subscription import Subscription


class SqlCompanies:
    """See application.tenants.ports.Companies."""

    async def get(self, company_id: CompanyId) -> Company:
        """See the port."""
        found = (await connection().execute(select(companies).where(companies.c.id == company_id))).mappings().first()
        if found is None:
            raise CompanyNotFound(company=str(company_id))
        return _company(found)

    async def by_account(self, account_id: UUID) -> Company | None:
        """See the port."""
        query = select(companies).where(companies.c.account_id == account_id)
        found = (await connection().execute(query)).mappings().first()
        return None if found is None else _company(found)

    async def put(self, company: Company) -> None:
        """See the port."""
        await put(
            companies,
            {
                "id": company.id,
                "account_id": company.account_id,
                "account_name": company.account_name,
                "status": company.status.value,
                "time_zone": company.time_zone,
                "created_at": company.created_at,
                "weight": company.weight,
                "subscription": None if company.subscription is None else msgspec.to_builtins(company.subscription),
            },
        )


class SqlMembers:
    """See application.tenants.ports.Members."""

    async def get(self, company_id: CompanyId, member_id: MemberId) -> Member | None:
        """See the port."""
        return await self._one(members.c.company_id == company_id, members.c.id == member_id)

    async def by_employee(self, company_id: CompanyId, employee_id: UUID) -> Member | None:
        """See the port."""
        return await self._one(members.c.company_id == company_id, members.c.employee_id == employee_id)

    async def put(self, member: Member) -> None:
        """See the port."""
        await put(
            members,
            {
                "id": member.id,
                "company_id": member.company_id,
                "employee_id": member.employee_id,
                "uid": member.uid,
                "name": member.name,
                "role": member.role.value,
            },
        )

    async def _one(self, *conditions: Any) -> Member | None:
        found = (await connection().execute(select(members).where(*conditions))).mappings().first()
        if found is None:
            return None
        return Member(
            id=MemberId(found["id"]),
            company_id=CompanyId(found["company_id"]),
            employee_id=found["employee_id"],
            uid=found["uid"],
            name=found["name"],
            role=Role(found["role"]),
        )


class SqlSessions:
    """See application.tenants.ports.Sessions."""

    async def get(self, company_id: CompanyId, session_id: SessionId) -> Session | None:
        """See the port."""
        query = select(sessions).where(sessions.c.company_id == company_id, sessions.c.id == session_id)
        found = (await connection().execute(query.with_for_update())).mappings().first()
        if found is None:
            return None
        return Session(
            id=SessionId(found["id"]),
            company_id=CompanyId(found["company_id"]),
            member_id=MemberId(found["member_id"]),
            token_digest=found["token_digest"],
            expires_at=found["expires_at"],
            ended=found["ended"],
        )

    async def put(self, session: Session) -> None:
        """See the port."""
        await put(
            sessions,
            {
                "id": session.id,
                "company_id": session.company_id,
                "member_id": session.member_id,
                "token_digest": session.token_digest,
                "expires_at": session.expires_at,
                "ended": session.ended,
            },
        )

    async def prune(self, now: datetime) -> int:
        """See the port."""
        return await count_deleted(delete(sessions).where(sessions.c.expires_at <= now))


def _company(row: Mapping[Any, Any]) -> Company:
    told = row["subscription"]
    return Company(
        id=CompanyId(row["id"]),
        account_id=row["account_id"],
        account_name=row["account_name"],
        status=CompanyStatus(row["status"]),
        time_zone=row["time_zone"],
        created_at=row["created_at"],
        weight=row["weight"],
        subscription=None if told is None else msgspec.convert(told, Subscription),
    )
