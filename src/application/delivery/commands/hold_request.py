"""A request with an idempotency key takes a while."""

from application.delivery.holding import HOLD
from application.messages import Command
from application.ports import Clock, Transaction
from application.tenants.kept_answers import Claim, KeptAnswers


class HoldRequest(Command[bool], frozen=True, kw_only=True, tag="delivery.hold_request"):
    """Told every few seconds by whoever carries it out."""

    claim: Claim


class HoldRequestHandler:
    """Holds the key for longer."""

    def __init__(self, transaction: Transaction, answers: KeptAnswers, clock: Clock) -> None:
        self._transaction = transaction
        self._answers = answers
        self._clock = clock

    async def __call__(self, command: HoldRequest) -> bool:
        """False where somebody else has taken over."""
        until = self._clock.now() + HOLD
        async with self._transaction(command.company_id):
            return await self._answers.hold(command.claim, until)
