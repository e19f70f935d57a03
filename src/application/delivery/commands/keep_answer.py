"""A request with an idempotency key is answered."""

from application.connections.ports import Vault
from application.messages import Command
from application.ports import Transaction
from application.tenants.kept_answers import Claim, KeptAnswer, KeptAnswers
from domain.connections.secrets import SecretPurpose


class KeepAnswer(Command[None], frozen=True, kw_only=True, tag="delivery.keep_answer"):
    """What the caller is told now, and will be told again. `body` is text."""

    claim: Claim
    status: int
    headers: dict[str, str]
    body: str


class KeepAnswerHandler:
    """Keeps the answer sealed."""

    def __init__(self, transaction: Transaction, answers: KeptAnswers, vault: Vault) -> None:
        self._transaction = transaction
        self._answers = answers
        self._vault = vault

    async def __call__(self, command: KeepAnswer) -> None:
        """Does nothing where somebody else has taken over."""
        sealed = self._vault.seal(command.company_id, SecretPurpose.KEPT_ANSWER, command.body)
        async with self._transaction(command.company_id):
            await self._answers.keep(command.claim, KeptAnswer(command.status, command.headers, sealed))
