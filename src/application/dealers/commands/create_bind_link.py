"""A link is made by which a chat is bound to a dealer."""

from application.dealers.bind_links import LinkMaking, MadeBindLink
from application.dealers.directory_ports import Dealers
from application.messages import Command
from application.ports import Transaction
from domain.dealers.dealers import DealerNotFound
from domain.shared.identities import DealerId


class CreateBindLink(Command[MadeBindLink], frozen=True, kw_only=True, tag="dealers.create_bind_link"):
    """For a chat of this dealer's."""

    dealer_id: DealerId


class CreateBindLinkHandler:
    """Only a digest of what stands in the link is kept."""

    def __init__(self, transaction: Transaction, dealers: Dealers, making: LinkMaking) -> None:
        self._transaction = transaction
        self._dealers = dealers
        self._making = making

    async def __call__(self, command: CreateBindLink) -> MadeBindLink:
        """Raises DealerNotFound or BotNotConfigured."""
        async with self._transaction(command.company_id):
            if await self._dealers.get(command.company_id, command.dealer_id) is None:
                raise DealerNotFound
            return await self._making.make(command.company_id, dealer_id=command.dealer_id)
