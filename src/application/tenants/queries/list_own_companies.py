"""To which companies does this person belong?"""

from application.messages import Query
from application.ports import SystemTransaction, Transaction
from application.tenants.ports import Companies, Members
from application.tenants.views import OwnCompany
from domain.shared.identities import MemberId
from domain.tenants.session import SessionEnded


class ListOwnCompanies(Query[list[OwnCompany]], frozen=True, kw_only=True):
    """Asked by a signed-in member."""

    member_id: MemberId


class ListOwnCompaniesHandler:
    """Of other companies it reads that the person belongs to them, and their names."""

    def __init__(
        self,
        transaction: Transaction,
        system_transaction: SystemTransaction,
        members: Members,
        companies: Companies,
    ) -> None:
        self._transaction = transaction
        self._system_transaction = system_transaction
        self._members = members
        self._companies = companies

    async def __call__(self, query: ListOwnCompanies) -> list[OwnCompany]:
        """In the order in which the person came to belong to them. Raises SessionEnded when they are gone here."""
        async with self._transaction(query.company_id):
            member = await self._members.get(query.company_id, query.member_id)
        if member is None or member.removed_at is not None:
            raise SessionEnded
        found = []
        async with self._system_transaction():
            for one in await self._members.memberships(member.person_id):
                company = await self._companies.get(one.company_id)
                found.append(
                    OwnCompany(
                        company_id=company.id,
                        name=company.account_name,
                        status=company.status.value,
                        role=one.role,
                        current=company.id == query.company_id,
                    )
                )
        return found
