"""A dealer is removed."""

from application.dealers.directory_ports import ChatBindings, Dealers
from application.dealers.hearing_wishes import Wishes
from application.dealers.linking import Unlinking
from application.messages import Command
from application.ports import Transaction
from domain.dealers.dealers import DealerNotFound
from domain.shared.identities import DealerId


class RemoveDealer(Command[None], frozen=True, kw_only=True, tag="dealers.remove"):
    """With their chats: nothing is told there any more."""

    dealer_id: DealerId


class RemoveDealerHandler:
    """Forgets the dealer; what waits to be told is not told."""

    def __init__(
        self,
        transaction: Transaction,
        dealers: Dealers,
        bindings: ChatBindings,
        wishes: Wishes,
        unlinking: Unlinking,
    ) -> None:
        self._transaction = transaction
        self._dealers = dealers
        self._bindings = bindings
        self._wishes = wishes
        self._unlinking = unlinking

    async def __call__(self, command: RemoveDealer) -> None:
        """Raises DealerNotFound."""
        async with self._transaction(command.company_id):
            for chat in await self._bindings.of(command.company_id, [command.dealer_id]):
                await self._unlinking.end(command.company_id, chat.id)
            if not await self._dealers.remove(command.company_id, command.dealer_id):
                raise DealerNotFound
            await self._wishes.follow(command.company_id)
