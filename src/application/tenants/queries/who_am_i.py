"""Who am I, and for which company am I here?"""

import msgspec

from application.messages import Query
from application.ports import Transaction
from application.tenants.ports import Companies, Members
from domain.shared.identities import CompanyId, MemberId
from domain.tenants.company import CompanyStatus
from domain.tenants.member import PERMISSIONS, Permission, Role
from domain.tenants.session import SessionEnded


class MemberView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A member with the company that they are here for."""

    member_id: MemberId
    name: str
    uid: str
    role: Role
    permissions: list[Permission]
    company_id: CompanyId
    company_name: str
    company_status: CompanyStatus
    time_zone: str
    locale: str | None


class WhoAmI(Query[MemberView], frozen=True, kw_only=True):
    """Asked by a signed-in member."""

    member_id: MemberId


class WhoAmIHandler:
    """Answers from the store, so that a role that was changed is shown as it is."""

    def __init__(self, transaction: Transaction, companies: Companies, members: Members) -> None:
        self._transaction = transaction
        self._companies = companies
        self._members = members

    async def __call__(self, query: WhoAmI) -> MemberView:
        """Raises SessionEnded when the member is gone."""
        async with self._transaction(query.company_id):
            company = await self._companies.get(query.company_id)
            member = await self._members.get(query.company_id, query.member_id)
        if member is None or member.removed_at is not None:
            raise SessionEnded
        return MemberView(
            member_id=member.id,
            name=member.name,
            uid=member.uid,
            role=member.role,
            permissions=sorted(PERMISSIONS[member.role]),
            company_id=company.id,
            company_name=company.account_name,
            company_status=company.status,
            time_zone=company.time_zone,
            locale=member.locale,
        )
