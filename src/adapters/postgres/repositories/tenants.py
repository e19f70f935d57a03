"""Companies, members and sessions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, select, text, update

from adapters.postgres.repositories.erasures import require_unerased
from adapters.postgres.storing import count_deleted, put
from adapters.postgres.tables import companies, members, sessions
from adapters.postgres.transaction import connection
from application.tenants.ports import Membership
from domain.shared.identities import CompanyId, MemberId, PersonId, SessionId
from domain.tenants.company import Company, CompanyNotFound, CompanyStatus
from domain.tenants.member import Member, Role
from domain.tenants.session import Session
from domain.tenants.subscription import BilledBy, Subscription

_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('members'), hashtext(:company))")


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

    async def exists(self, company_id: CompanyId) -> bool:
        """See the port."""
        query = select(companies.c.id).where(companies.c.id == company_id)
        return (await connection().execute(query)).first() is not None

    async def departed(self, before: datetime, limit: int) -> list[CompanyId]:
        """See the port."""
        since = func.coalesce(companies.c.left_at, companies.c.created_at)
        query = select(companies.c.id).where(companies.c.status == CompanyStatus.UNINSTALLED.value, since <= before)
        return [CompanyId(one) for one in (await connection().execute(query.order_by(since).limit(limit))).scalars()]

    async def put(self, company: Company) -> None:
        """See the port."""
        await require_unerased(company.id)
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
                "left_at": company.left_at,
                "billed_by": company.billed_by.value,
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
                "person_id": member.person_id,
                "locale": member.locale,
                "by_hand": member.by_hand,
                "administrator": member.administrator,
                "removed_at": member.removed_at,
            },
        )

    async def alone(self, company_id: CompanyId) -> None:
        """See the port. Two companies may share a lock by chance; then one waits for the other."""
        await connection().execute(_ALONE, {"company": str(company_id)})

    async def all(self, company_id: CompanyId) -> list[Member]:
        """See the port."""
        query = select(members).where(members.c.company_id == company_id).order_by(members.c.id)
        return [_member(row) for row in (await connection().execute(query)).mappings()]

    async def by_person(self, company_id: CompanyId, person_id: PersonId) -> Member | None:
        """See the port."""
        return await self._one(members.c.company_id == company_id, members.c.person_id == person_id)

    async def memberships(self, person_id: PersonId) -> list[Membership]:
        """See the port."""
        query = (
            select(members.c.company_id, members.c.id, members.c.role)
            .where(members.c.person_id == person_id, members.c.removed_at.is_(None))
            .order_by(members.c.id)
        )
        found = await connection().execute(query)
        return [Membership(CompanyId(row.company_id), MemberId(row.id), Role(row.role)) for row in found]

    async def _one(self, *conditions: Any) -> Member | None:
        found = (await connection().execute(select(members).where(*conditions))).mappings().first()
        return None if found is None else _member(found)


class SqlSessions:
    """See application.tenants.ports.Sessions."""

    async def get(self, company_id: CompanyId, session_id: SessionId) -> Session | None:
        """See the port."""
        query = select(sessions).where(sessions.c.company_id == company_id, sessions.c.id == session_id)
        found = (await connection().execute(query.with_for_update())).mappings().first()
        return None if found is None else _session(found)

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
                "created_at": session.created_at,
                "last_used_at": session.last_used_at,
                "device": session.device,
                "previous_digest": session.previous_digest,
                "salt": session.salt,
                "rotated_at": session.rotated_at,
            },
        )

    async def all(self, company_id: CompanyId, member_id: MemberId | None, now: datetime) -> list[Session]:
        """See the port."""
        query = select(sessions).where(
            sessions.c.company_id == company_id, sessions.c.ended.is_(False), sessions.c.expires_at > now
        )
        if member_id is not None:
            query = query.where(sessions.c.member_id == member_id)
        found = await connection().execute(query.order_by(sessions.c.id.desc()))
        return [_session(row) for row in found.mappings()]

    async def end_all(self, company_id: CompanyId, member_id: MemberId) -> None:
        """See the port."""
        whose = (sessions.c.company_id == company_id, sessions.c.member_id == member_id)
        await connection().execute(update(sessions).where(*whose).values(ended=True))

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
        left_at=row["left_at"],
        billed_by=BilledBy(row["billed_by"]),
        subscription=None if told is None else msgspec.convert(told, Subscription),
    )


def _member(row: Mapping[Any, Any]) -> Member:
    return Member(
        id=MemberId(row["id"]),
        company_id=CompanyId(row["company_id"]),
        employee_id=row["employee_id"],
        uid=row["uid"],
        name=row["name"],
        role=Role(row["role"]),
        person_id=PersonId(row["person_id"]),
        locale=row["locale"],
        by_hand=row["by_hand"],
        administrator=row["administrator"],
        removed_at=row["removed_at"],
    )


def _session(row: Mapping[Any, Any]) -> Session:
    return Session(
        id=SessionId(row["id"]),
        company_id=CompanyId(row["company_id"]),
        member_id=MemberId(row["member_id"]),
        token_digest=row["token_digest"],
        expires_at=row["expires_at"],
        created_at=row["created_at"],
        last_used_at=row["last_used_at"],
        device=row["device"],
        ended=row["ended"],
        previous_digest=row["previous_digest"],
        salt=row["salt"],
        rotated_at=row["rotated_at"],
    )
