"""Somebody comes in by a one-time link."""

from application.digests import read_link_token
from application.messages import SystemCommand
from application.ports import Ids, Transaction
from application.tenants.opening import OpenLinks
from application.tenants.ports import Members, Sessions
from application.tenants.sessions import SessionTokens, TokenPair
from domain.shared.identities import MemberId, PersonId
from domain.tenants.link import LinkInvalid, SignInLink
from domain.tenants.member import PERMISSIONS, Member, MemberRemoved


class SignInByLink(SystemCommand[TokenPair], frozen=True, kw_only=True, tag="tenants.sign_in_by_link"):
    """`token` names its own company and link, and proves that its holder was given it."""

    token: str
    locale: str | None = None
    device: str = ""


class SignInByLinkHandler:
    """Opens a session of the member that the link is for, or of a new one. A link opens one session only."""

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

    async def __call__(self, command: SignInByLink) -> TokenPair:
        """Raises TokenMalformed, LinkInvalid, MemberRemoved or CompanyInactive."""
        ticket = read_link_token(command.token)
        async with self._transaction(ticket.company_id):
            link = await self._links.take(ticket, command.token)
            member = await self._member(link)
            member.locale = command.locale or member.locale
            session, pair = self._tokens.open(member, command.device)
            await self._members.put(member)
            await self._sessions.put(session)
        return pair

    async def _member(self, link: SignInLink) -> Member:
        if link.member_id is None:
            return Member(
                id=MemberId(self._ids.new()),
                company_id=link.company_id,
                employee_id=None,
                uid="",
                name=link.name,
                role=link.role,
                person_id=PersonId(self._ids.new()),
                by_hand=True,
            )
        member = await self._members.get(link.company_id, link.member_id)
        if member is None or member.removed_at is not None:
            raise MemberRemoved
        if not PERMISSIONS[member.role] <= PERMISSIONS[link.role]:
            raise LinkInvalid  # it was handed out when they might do less
        return member
