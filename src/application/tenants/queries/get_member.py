"""Who is this member?"""

from application.messages import Query
from application.ports import Transaction
from application.tenants.ports import Members
from application.tenants.views import MemberEntry, member_entry
from domain.shared.identities import MemberId
from domain.tenants.member import MemberNotFound


class GetMember(Query[MemberEntry], frozen=True, kw_only=True):
    """One member, removed or not."""

    member_id: MemberId


class GetMemberHandler:
    """Answers from the store."""

    def __init__(self, transaction: Transaction, members: Members) -> None:
        self._transaction = transaction
        self._members = members

    async def __call__(self, query: GetMember) -> MemberEntry:
        """Raises MemberNotFound, for another company's member too."""
        async with self._transaction(query.company_id):
            member = await self._members.get(query.company_id, query.member_id)
        if member is None:
            raise MemberNotFound
        return member_entry(member)
