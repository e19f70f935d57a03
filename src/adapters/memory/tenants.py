"""Companies, members and sessions."""

from datetime import datetime
from uuid import UUID

from adapters.memory.rows import require_system
from adapters.memory.store import MemoryStore
from application.tenants.ports import Membership
from domain.shared.identities import CompanyId, MemberId, PersonId, SessionId
from domain.tenants.company import Company, CompanyNotFound, CompanyStatus
from domain.tenants.erasure import TELL_AGAIN_SECONDS, CompanyErased
from domain.tenants.member import Member
from domain.tenants.session import Session


class MemoryCompanies:
    """See application.tenants.ports.Companies."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._rows = store.companies

    async def get(self, company_id: CompanyId) -> Company:
        """See the port."""
        company = self._rows.find(company_id)
        if company is None:
            raise CompanyNotFound(company=str(company_id))
        return company

    async def by_account(self, account_id: UUID) -> Company | None:
        """See the port."""
        require_system()
        return next((company for company in self._rows.all() if company.account_id == account_id), None)

    async def put(self, company: Company) -> None:
        """See the port."""
        if self._rows.breaks_unique(company, lambda other: other.account_id == company.account_id):
            raise RuntimeError("an account has one company")
        if company.id in self._store.erasures:
            raise CompanyErased(TELL_AGAIN_SECONDS, company=str(company.id))
        self._rows.put(company)

    async def exists(self, company_id: CompanyId) -> bool:
        """See the port."""
        require_system()
        return self._rows.find(company_id) is not None

    async def departed(self, before: datetime, limit: int) -> list[CompanyId]:
        """See the port."""
        require_system()
        gone = [one for one in self._rows.all() if one.status is CompanyStatus.UNINSTALLED]
        since = {one.id: one.left_at or one.created_at for one in gone}
        return sorted((one for one, moment in since.items() if moment <= before), key=lambda one: since[one])[:limit]


class MemoryMembers:
    """See application.tenants.ports.Members."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.members

    async def get(self, company_id: CompanyId, member_id: MemberId) -> Member | None:
        """See the port."""
        member = self._rows.find(member_id)
        return None if member is None or member.company_id != company_id else member

    async def alone(self, company_id: CompanyId) -> None:
        """Transactions run one after another here anyway."""

    async def all(self, company_id: CompanyId) -> list[Member]:
        """See the port."""
        return sorted((row for row in self._rows.all() if row.company_id == company_id), key=lambda row: row.id)

    async def by_person(self, company_id: CompanyId, person_id: PersonId) -> Member | None:
        """See the port."""
        return next((row for row in await self.all(company_id) if row.person_id == person_id), None)

    async def memberships(self, person_id: PersonId) -> list[Membership]:
        """See the port."""
        found = self._rows.shown_everyones(
            lambda row: (row.id, Membership(row.company_id, row.id, row.role)),
            lambda row: row.person_id == person_id and row.removed_at is None,
        )
        return [shown for _, shown in sorted(found, key=lambda pair: pair[0])]

    async def by_employee(self, company_id: CompanyId, employee_id: UUID) -> Member | None:
        """See the port."""
        own = (company_id, employee_id)
        return next((row for row in self._rows.all() if (row.company_id, row.employee_id) == own), None)

    async def put(self, member: Member) -> None:
        """See the port."""
        employee, person = (member.company_id, member.employee_id), (member.company_id, member.person_id)
        if member.employee_id is not None and self._rows.breaks_unique(
            member, lambda other: (other.company_id, other.employee_id) == employee
        ):
            raise RuntimeError("an employee is one member")
        if self._rows.breaks_unique(member, lambda other: (other.company_id, other.person_id) == person):
            raise RuntimeError("a person is one member")
        self._rows.put(member)


class MemorySessions:
    """See application.tenants.ports.Sessions."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.sessions

    async def get(self, company_id: CompanyId, session_id: SessionId) -> Session | None:
        """See the port."""
        session = self._rows.find(session_id)
        return None if session is None or session.company_id != company_id else session

    async def put(self, session: Session) -> None:
        """See the port."""
        self._rows.put(session)

    async def all(self, company_id: CompanyId, member_id: MemberId | None, now: datetime) -> list[Session]:
        """See the port."""
        living = [row for row in self._rows.all() if row.company_id == company_id and row.lives(now)]
        whose = [row for row in living if member_id is None or row.member_id == member_id]
        return sorted(whose, key=lambda row: row.id, reverse=True)

    async def end_all(self, company_id: CompanyId, member_id: MemberId) -> None:
        """See the port."""
        for session in self._rows.all():
            if (session.company_id, session.member_id) == (company_id, member_id):
                session.end()
                self._rows.put(session)

    async def prune(self, now: datetime) -> int:
        """See the port."""
        return self._rows.prune(lambda session: session.expires_at <= now)
