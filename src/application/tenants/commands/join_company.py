"""A signed-in person joins another company."""

from application.digests import digest, read_link_token, same
from application.messages import Command
from application.ports import Clock, Ids, Transaction
from application.tenants.ports import Companies, Links, Members, Sessions
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
        companies: Companies,
        members: Members,
        links: Links,
        sessions: Sessions,
        tokens: SessionTokens,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._members = members
        self._links = links
        self._sessions = sessions
        self._tokens = tokens
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: JoinCompany) -> TokenPair:
        """Raises TokenMalformed, LinkInvalid, AlreadyMember, CompanyInactive, or SessionEnded for who was removed."""
        ticket = read_link_token(command.token)
        async with self._transaction(command.company_id):
            person = await self._members.get(command.company_id, command.member_id)
        if person is None or person.removed_at is not None:
            raise SessionEnded
        async with self._transaction(ticket.company_id):
            await self._members.alone(ticket.company_id)
            link = await self._links.get(ticket.company_id, ticket.link_id)
            if link is None or not same(link.digest, digest(command.token)) or link.member_id is not None:
                raise LinkInvalid
            link.use(self._clock.now())
            (await self._companies.get(ticket.company_id)).require_active()
            member = await self._joined(link, person)
            session, pair = self._tokens.open(member, command.device)
            await self._links.put(link)
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
