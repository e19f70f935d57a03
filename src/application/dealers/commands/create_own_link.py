"""Somebody who runs the company wants a link that binds a chat of their own."""

from application.dealers.bind_links import LinkMaking, MadeBindLink
from application.messages import Command
from application.ports import Transaction
from application.tenants.acting import Acting
from application.tenants.authority import Authority
from domain.shared.identities import MemberId
from domain.tenants.member import Permission


class CreateOwnLink(Command[MadeBindLink], frozen=True, kw_only=True, tag="dealers.create_own_link"):
    """For a chat of this member's, who is told there what should be acted upon."""

    member_id: MemberId


class CreateOwnLinkHandler:
    """Only a digest of what stands in the link is kept."""

    def __init__(self, transaction: Transaction, authority: Authority, making: LinkMaking) -> None:
        self._transaction = transaction
        self._authority = authority
        self._making = making

    async def __call__(self, command: CreateOwnLink) -> MadeBindLink:
        """Raises PermissionMissing, SessionEnded or BotNotConfigured."""
        async with self._transaction(command.company_id):
            acting = Acting(member_id=command.member_id)
            await self._authority.require(command.company_id, acting, Permission.MANAGE_CONNECTIONS)
            return await self._making.make(command.company_id, member_id=command.member_id)
