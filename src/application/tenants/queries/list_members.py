"""Who belongs to the company?"""

from application.messages import Query
from application.ports import Transaction
from application.tenants.ports import Members
from application.tenants.views import MemberEntry, member_entry


class ListMembers(Query[list[MemberEntry]], frozen=True, kw_only=True):
    """Asked by a member."""


class ListMembersHandler:
    """Removed members are among them, so that they can be taken back."""

    def __init__(self, transaction: Transaction, members: Members) -> None:
        self._transaction = transaction
        self._members = members

    async def __call__(self, query: ListMembers) -> list[MemberEntry]:
        """The oldest first."""
        async with self._transaction(query.company_id):
            return [member_entry(member) for member in await self._members.all(query.company_id)]
