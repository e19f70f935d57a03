"""A company invites another to let its documents cause documents there."""

from datetime import timedelta

import msgspec

from application.automations.ports import LinkSides
from application.automations.views import CompanyLinkView, link_view
from application.billing.quotas import Quotas
from application.digests import LinkTicket, digest, write_link_token
from application.messages import Command
from application.ports import Clock, Ids, Transaction
from application.tenants.acting import Acting
from application.tenants.authority import Authority
from application.tenants.ports import Companies
from domain.automations.links import (
    INVITATION_LIFETIME,
    LONGEST_INVITATION,
    NO_LIMITS,
    LinkLimits,
    LinkSide,
    LinkState,
    Side,
    TooManyLinks,
)
from domain.shared.identities import CompanyLinkId, LinkId
from domain.tenants.link import LifetimeInvalid
from domain.tenants.member import Permission


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """The link, and the invitation's token, which is shown this once."""

    token: str
    link: CompanyLinkView


class InviteCompany(Command[Invited], frozen=True, kw_only=True, tag="links.invite"):
    """`name` is what people here call the other company."""

    acting: Acting
    name: str
    limits: LinkLimits = NO_LIMITS
    lifetime: timedelta = INVITATION_LIFETIME


class InviteCompanyHandler:
    """Keeps a digest of the token, which people hand over by whatever way they trust."""

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        links: LinkSides,
        authority: Authority,
        quotas: Quotas,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._links = links
        self._authority = authority
        self._quotas = quotas
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: InviteCompany) -> Invited:
        """Raises PermissionMissing, LifetimeInvalid, CompanyInactive, CompanyBlocked, SubscriptionExpired or
        TooManyLinks.
        """
        if not timedelta() < command.lifetime <= LONGEST_INVITATION:
            raise LifetimeInvalid(days=LONGEST_INVITATION.days)
        company_id, now = command.company_id, self._clock.now()
        link_id = CompanyLinkId(self._ids.new())
        token = write_link_token(LinkTicket(company_id=company_id, link_id=LinkId(link_id)), self._ids.token())
        side = LinkSide(
            link_id=link_id,
            company_id=company_id,
            side=Side.SOURCE,
            state=LinkState.INVITED,
            name=command.name,
            created_at=now,
            expires_at=now + command.lifetime,
            digest=digest(token),
            limits=command.limits,
        )
        async with self._transaction(company_id):
            await self._authority.require(company_id, command.acting, Permission.MANAGE_CONNECTIONS)
            (await self._companies.get(company_id)).require_active()
            entitlement, _ = await self._quotas.of(company_id)
            entitlement.require_running()
            limit = entitlement.plan.links
            used = sum(one.live and one.side is Side.SOURCE for one in await self._links.all(company_id))
            if limit is not None and used >= limit:
                raise TooManyLinks(used=used, limit=limit)
            await self._links.put(side)
        return Invited(token=token, link=link_view(side))
