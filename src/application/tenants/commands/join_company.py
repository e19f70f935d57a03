"""A signed-in person joins another company."""

from application.digests import read_link_token
from application.messages import Command
from application.ports import Ids, Transaction
from application.tenants.opening import OpenLinks
from application.tenants.ports import Members, Sessions
from application.tenants.sessions import SessionTokens, TokenPair
from domain.shared.identities import MemberId
from domain.tenants.link import LinkInvalid, SignInLink
from domain.tenants.member import AlreadyMember, Member
from domain.tenants.session import SessionEnded


class JoinCompany(Command[TokenPair], frozen=True, kw_only=True, tag="tenants.join_company"):
    """`company_id` and `member_id` say who is here already, `token` is that of a link into the other company."""

    member_id: MemberId
    token: str
    device: str = ""


class JoinCompanyHandler:
    """The same person becomes a member of the link's company, and a session there begins. A link works once."""

    def __init__(
        self,
        transaction: Transaction,
        members: Members,
        links: OpenLinks,
        sessions: Sessions,
        tokens: SessionTokens,
        ids: Ids,
    ) -> None:
        self._transaction = transaction
        self._members = members
        self._links = links
        self._sessions = sessions
        self._tokens = tokens
        self._ids = ids

    async def __call__(self, command: JoinCompany) -> TokenPair:
        """Raises TokenMalformed, LinkInvalid, AlreadyMember, CompanyInactive, or SessionEnded for who was removed."""
        ticket = read_link_token(command.token)
        async with self._transaction(command.company_id):
            person = await self._members.get(command.company_id, command.member_id)
        if person is None or person.removed_at is not None:
            raise SessionEnded
        async with self._transaction(ticket.company_id):
            link = await self._links.take(ticket, command.token)
            if link.member_id is not None:
                raise LinkInvalid  # it is for one who is a member there already
            member = await self._joined(link, person)
            session, pair = self._tokens.open(member, command.device)
            await self._members.put(member)
            await self._sessions.put(session)
        return pair

    async def _joined(self, link: SignInLink, person: Member) -> Member:
        known = await self._members.by_person(link.company_id, person.person_id)
        if known is None:
            return Member(
                id=MemberId(self._ids.new()),
                company_id=link.company_id,
                employee_id=None,
                uid="",
                name=person.name,
                role=link.role,
                person_id=person.person_id,
                locale=person.locale,
                by_hand=True,
            )
        if known.removed_at is None:
            raise AlreadyMember
        known.role, known.by_hand, known.removed_at = link.role, True, None
        return known
