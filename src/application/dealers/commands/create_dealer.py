"""A dealer is added to the directory."""

from application.billing.quotas import Quotas
from application.dealers.directory_ports import Dealers
from application.dealers.hearing_wishes import Wishes
from application.messages import Command
from application.ports import Clock, Ids, Transaction
from domain.dealers.dealers import Dealer, NoticeKind, Points, TooManyDealers, dealer_name
from domain.dealers.languages import Language
from domain.dealers.quiet import Quiet
from domain.dealers.rhythms import Rhythm
from domain.shared.identities import CompanyId, DealerId


class CreateDealer(Command[DealerId], frozen=True, kw_only=True, tag="dealers.create"):
    """With what belongs to them at MoySklad, and what they want to be told."""

    name: str
    points: Points = Points()
    notices: frozenset[NoticeKind] = frozenset()
    quiet: Quiet | None = None
    rhythm: Rhythm = Rhythm()
    language: Language = Language.RU


class CreateDealerHandler:
    """Stores the dealer, and sees to it that what they want to be told of is heard of."""

    def __init__(
        self, transaction: Transaction, dealers: Dealers, wishes: Wishes, quotas: Quotas, ids: Ids, clock: Clock
    ) -> None:
        self._transaction = transaction
        self._dealers = dealers
        self._quotas = quotas
        self._wishes = wishes
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: CreateDealer) -> DealerId:
        """Raises DealerNameInvalid, DealerNameTaken, TooManyPoints or TooManyDealers."""
        now = self._clock.now()
        command.points.require_bounded()
        dealer = Dealer(
            id=DealerId(self._ids.new()),
            company_id=command.company_id,
            name=dealer_name(command.name),
            points=command.points,
            created_at=now,
            quiet=command.quiet,
            rhythm=command.rhythm,
            language=command.language,
        )
        dealer.want(command.notices, now)
        async with self._transaction(command.company_id):
            await self._require_room(command.company_id)
            await self._dealers.put(dealer)
            await self._wishes.follow(command.company_id)
        return dealer.id

    async def _require_room(self, company_id: CompanyId) -> None:
        await self._dealers.alone(company_id)
        entitlement, _ = await self._quotas.of(company_id)
        limit = entitlement.plan.dealers
        if limit is not None and (used := await self._dealers.count(company_id)) >= limit:
            raise TooManyDealers(used=used, limit=limit)
