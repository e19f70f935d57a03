"""A request with an idempotency key was refused, or failed."""

from application.messages import Command
from application.ports import Clock, Transaction
from application.tenants.kept_answers import Claim, KeptAnswers


class ReleaseRequest(Command[bool], frozen=True, kw_only=True, tag="delivery.release_request"):
    """Its answer is not one to be given again."""

    claim: Claim


class ReleaseRequestHandler:
    """What changed nothing may be tried again with the same key."""

    def __init__(self, transaction: Transaction, answers: KeptAnswers, clock: Clock) -> None:
        self._transaction = transaction
        self._answers = answers
        self._clock = clock

    async def __call__(self, command: ReleaseRequest) -> bool:
        """Whether it changed something all the same."""
        async with self._transaction(command.company_id):
            return await self._answers.let_go(command.claim, self._clock.now())
