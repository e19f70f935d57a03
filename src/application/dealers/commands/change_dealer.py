"""A dealer is changed."""

from msgspec import UNSET, UnsetType

from application.dealers.directory_ports import Dealers
from application.dealers.hearing_wishes import Wishes
from application.messages import Command
from application.ports import Clock, Transaction
from domain.dealers.dealers import DealerNotFound, NoticeKind, Points
from domain.dealers.languages import Language
from domain.dealers.quiet import Quiet
from domain.dealers.rhythms import Rhythm
from domain.shared.identities import DealerId


class ChangeDealer(Command[None], frozen=True, kw_only=True, tag="dealers.change"):
    """What is not given stays as it is."""

    dealer_id: DealerId
    name: str | None = None
    points: Points | None = None
    notices: frozenset[NoticeKind] | None = None
    quiet: Quiet | UnsetType | None = UNSET
    rhythm: Rhythm | None = None
    language: Language | None = None


class ChangeDealerHandler:
    """Stores the change, and sees to it that what the dealers want to be told of is heard of."""

    def __init__(self, transaction: Transaction, dealers: Dealers, wishes: Wishes, clock: Clock) -> None:
        self._transaction = transaction
        self._dealers = dealers
        self._wishes = wishes
        self._clock = clock

    async def __call__(self, command: ChangeDealer) -> None:
        """Raises DealerNotFound, DealerNameInvalid, DealerNameTaken or TooManyPoints."""
        async with self._transaction(command.company_id):
            dealer = await self._dealers.get(command.company_id, command.dealer_id)
            if dealer is None:
                raise DealerNotFound
            if command.name is not None:
                dealer.call(command.name)
            if command.points is not None:
                dealer.sell_at(command.points)
            if command.notices is not None:
                dealer.want(command.notices, self._clock.now())
            if not isinstance(command.quiet, UnsetType):
                dealer.quiet = command.quiet
            if command.rhythm is not None:
                dealer.rhythm = command.rhythm
            if command.language is not None:
                dealer.language = command.language
            await self._dealers.put(dealer)
            await self._wishes.follow(command.company_id)
