"""A company accepts the invitation of another."""

from application.automations.ports import LinkSides
from application.automations.views import CompanyLinkView, link_view
from application.digests import LinkTicket, digest, read_link_token
from application.messages import Command
from application.ports import Clock, SystemTransaction, Transaction
from application.tenants.acting import Acting
from application.tenants.authority import Authority
from application.tenants.ports import Companies
from domain.automations.links import NO_LIMITS, InvitationInvalid, LinkLimits, LinkSide, LinkState, Side
from domain.shared.errors import NotFound, Unauthenticated
from domain.shared.identities import CompanyLinkId
from domain.tenants.member import Permission


class AcceptLink(Command[CompanyLinkView], frozen=True, kw_only=True, tag="links.accept"):
    """`token` is the invitation's. `name` is what people here call the other company; without it, its own name."""

    acting: Acting
    token: str
    name: str = ""
    limits: LinkLimits = NO_LIMITS


class AcceptLinkHandler:
    """Both halves come to be in one transaction, this company's paused until its limits stand; a process that dies in
    between leaves a link through which nothing goes, and accepting again completes it.
    """

    def __init__(
        self,
        transaction: Transaction,
        system_transaction: SystemTransaction,
        companies: Companies,
        links: LinkSides,
        authority: Authority,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._system_transaction = system_transaction
        self._companies = companies
        self._links = links
        self._authority = authority
        self._clock = clock

    async def __call__(self, command: AcceptLink) -> CompanyLinkView:
        """Raises PermissionMissing, CompanyInactive, InvitationInvalid or LinkToOneself."""
        company_id = command.company_id
        try:
            ticket = read_link_token(command.token)
        except Unauthenticated as malformed:
            raise InvitationInvalid from malformed
        async with self._transaction(company_id):
            await self._authority.require(company_id, command.acting, Permission.MANAGE_CONNECTIONS)
            (await self._companies.get(company_id)).require_active()
        fresh = await self._join(command, ticket)
        async with self._transaction(company_id):
            side = await self._links.get(company_id, CompanyLinkId(ticket.link_id))
            if side is None:
                raise InvitationInvalid
            if fresh:
                side.change(command.name or side.other_name, command.limits, paused=False)
                await self._links.put(side)
        return link_view(side)

    async def _join(self, command: AcceptLink, ticket: LinkTicket) -> bool:
        """Whether this company's half still has to be opened."""
        now, link_id = self._clock.now(), CompanyLinkId(ticket.link_id)
        async with self._system_transaction():
            halves = {one.side: one for one in await self._links.both(link_id)}
            source = halves.get(Side.SOURCE)
            if source is None or source.company_id != ticket.company_id:
                raise InvitationInvalid
            try:
                inviting = await self._companies.get(source.company_id)
                accepting = await self._companies.get(command.company_id)
            except NotFound as gone:
                raise InvitationInvalid from gone
            source.accept(digest(command.token), command.company_id, accepting.account_name, now)
            await self._links.put(source)
            target = halves.get(Side.TARGET)
            if target is not None:
                return target.paused and not target.name
            await self._links.put(
                LinkSide(
                    link_id=link_id,
                    company_id=command.company_id,
                    side=Side.TARGET,
                    state=LinkState.ACCEPTED,
                    name="",
                    created_at=now,
                    expires_at=source.expires_at,
                    other_id=source.company_id,
                    other_name=inviting.account_name,
                    paused=True,
                    accepted_at=now,
                    other_paused=source.paused,
                )
            )
        return True
