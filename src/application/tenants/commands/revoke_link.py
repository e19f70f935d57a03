"""A link that nobody has used yet is taken back."""

from application.messages import Command
from application.ports import Clock, Transaction
from application.tenants.acting import Acting
from application.tenants.authority import Authority
from application.tenants.ports import Links
from domain.shared.identities import LinkId
from domain.tenants.link import LinkNotFound
from domain.tenants.member import Permission


class RevokeLink(Command[None], frozen=True, kw_only=True, tag="tenants.revoke_link"):
    """Takes this link back."""

    acting: Acting
    link_id: LinkId


class RevokeLinkHandler:
    """Nobody comes in by it from now on; who came in stays."""

    def __init__(self, transaction: Transaction, links: Links, authority: Authority, clock: Clock) -> None:
        self._transaction = transaction
        self._links = links
        self._authority = authority
        self._clock = clock

    async def __call__(self, command: RevokeLink) -> None:
        """Raises PermissionMissing or LinkNotFound."""
        async with self._transaction(command.company_id):
            await self._authority.require(command.company_id, command.acting, Permission.MANAGE_MEMBERS)
            link = await self._links.get(command.company_id, command.link_id)
            if link is None:
                raise LinkNotFound
            link.revoke(self._clock.now())
            await self._links.put(link)
