"""A one-time link is handed out."""

from datetime import timedelta

import msgspec

from application.digests import LinkTicket, digest, write_link_token
from application.messages import Command
from application.ports import Clock, Ids, Transaction
from application.tenants.acting import Acting
from application.tenants.authority import Authority
from application.tenants.ports import Companies, Links, Members
from application.tenants.views import LinkView, link_view
from domain.shared.identities import LinkId, MemberId
from domain.tenants.link import LINK_LIFETIME, LONGEST_LINK_LIFETIME, LifetimeInvalid, SignInLink
from domain.tenants.member import MemberNotFound, Permission, Role, require_reach


class CreatedLink(msgspec.Struct, frozen=True, kw_only=True):
    """The link, and its token, which is shown this once."""

    token: str
    link: LinkView


class CreateLink(Command[CreatedLink], frozen=True, kw_only=True, tag="tenants.create_link"):
    """A link for `member_id`, or for a new member of that name and role. Without `acting` it is the installation's
    operator who asks, at the command line.
    """

    acting: Acting | None
    name: str
    role: Role
    member_id: MemberId | None = None
    lifetime: timedelta = LINK_LIFETIME


class CreateLinkHandler:
    """Keeps the link's digest. Nobody lets somebody in who may do more than they may."""

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        members: Members,
        links: Links,
        authority: Authority,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._members = members
        self._links = links
        self._authority = authority
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: CreateLink) -> CreatedLink:
        """Raises PermissionMissing, RoleTooHigh, MemberNotFound, LifetimeInvalid, CompanyNotFound or
        CompanyInactive.
        """
        if not timedelta() < command.lifetime <= LONGEST_LINK_LIFETIME:
            raise LifetimeInvalid(days=LONGEST_LINK_LIFETIME.days)
        ticket = LinkTicket(company_id=command.company_id, link_id=LinkId(self._ids.new()))
        token = write_link_token(ticket, self._ids.token())
        async with self._transaction(command.company_id):
            (await self._companies.get(command.company_id)).require_active()
            link = await self._link(command, ticket, digest(token))
            await self._links.put(link)
        return CreatedLink(token=token, link=link_view(link))

    async def _link(self, command: CreateLink, ticket: LinkTicket, digested: bytes) -> SignInLink:
        name, role, now = command.name, command.role, self._clock.now()
        if command.member_id is not None:
            member = await self._members.get(command.company_id, command.member_id)
            if member is None or member.removed_at is not None:
                raise MemberNotFound
            name, role = member.name, member.role
        if command.acting is not None:
            allowed = await self._authority.require(command.company_id, command.acting, Permission.MANAGE_MEMBERS)
            require_reach(allowed, role)
        return SignInLink(
            id=ticket.link_id,
            company_id=command.company_id,
            digest=digested,
            name=name,
            role=role,
            member_id=command.member_id,
            created_by=None if command.acting is None else command.acting.member_id,
            created_at=now,
            expires_at=now + command.lifetime,
        )
