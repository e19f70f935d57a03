"""A person goes over to another of their companies."""

from application.messages import Command
from application.ports import Transaction
from application.tenants.ports import Companies, Members, Sessions
from application.tenants.sessions import SessionTokens, TokenPair
from domain.shared.identities import CompanyId, MemberId
from domain.tenants.member import MemberNotFound
from domain.tenants.session import SessionEnded


class SwitchCompany(Command[TokenPair], frozen=True, kw_only=True, tag="tenants.switch_company"):
    """`company_id` and `member_id` say who is here, `into` where they want to go."""

    member_id: MemberId
    into: CompanyId
    device: str = ""


class SwitchCompanyHandler:
    """A session begins there; the one here goes on, as another tab may be using it."""

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        members: Members,
        sessions: Sessions,
        tokens: SessionTokens,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._members = members
        self._sessions = sessions
        self._tokens = tokens

    async def __call__(self, command: SwitchCompany) -> TokenPair:
        """Raises MemberNotFound for a company that the person does not belong to, CompanyInactive or SessionEnded."""
        async with self._transaction(command.company_id):
            person = await self._members.get(command.company_id, command.member_id)
        if person is None or person.removed_at is not None:
            raise SessionEnded
        async with self._transaction(command.into):
            member = await self._members.by_person(command.into, person.person_id)
            if member is None or member.removed_at is not None:
                raise MemberNotFound
            (await self._companies.get(command.into)).require_active()
            session, pair = self._tokens.open(member, command.device)
            await self._sessions.put(session)
        return pair
