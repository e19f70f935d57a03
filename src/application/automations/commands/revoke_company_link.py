"""One company ends a link, or takes its invitation back."""

from application.automations.mirror_command import mirror_link
from application.automations.ports import LinkSides
from application.messages import Command
from application.ports import Clock, Outbox, Transaction
from application.tenants.acting import Acting
from application.tenants.authority import Authority
from domain.automations.links import CompanyLinkNotFound
from domain.shared.identities import CompanyLinkId
from domain.tenants.member import Permission


class RevokeCompanyLink(Command[None], frozen=True, kw_only=True, tag="links.revoke"):
    """For good. To say so again changes nothing."""

    acting: Acting
    link_id: CompanyLinkId


class RevokeCompanyLinkHandler:
    """Holds at once: executions ask both halves before they write."""

    def __init__(
        self, transaction: Transaction, links: LinkSides, authority: Authority, outbox: Outbox, clock: Clock
    ) -> None:
        self._transaction = transaction
        self._links = links
        self._authority = authority
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: RevokeCompanyLink) -> None:
        """Raises PermissionMissing or CompanyLinkNotFound."""
        company_id = command.company_id
        async with self._transaction(company_id):
            await self._authority.require(company_id, command.acting, Permission.MANAGE_CONNECTIONS)
            side = await self._links.get(company_id, command.link_id)
            if side is None:
                raise CompanyLinkNotFound
            side.revoke(self._clock.now())
            await self._links.put(side)
            await mirror_link(self._outbox, company_id, side.link_id)
