"""A request with an idempotency key arrives."""

import msgspec

from application.connections.ports import Vault
from application.delivery.holding import HOLD
from application.messages import Command
from application.ports import Clock, Ids, Transaction
from application.tenants.kept_answers import Claim, KeptAnswer, KeptAnswers
from domain.connections.secrets import SecretPurpose, SecretUnreadable
from domain.shared.errors import AnswerLost, IdempotencyKeyReused, RequestUnderWay

_SHOWN = 100


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of the first request."""

    status: int
    headers: dict[str, str]
    body: bytes


class BegunRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Either the request is the first, and holds its key by `claim`; or it was answered."""

    claim: Claim | None
    answered: Answered | None


class BeginRequest(Command[BegunRequest], frozen=True, kw_only=True, tag="delivery.begin_request"):
    """`route` is method and path, `fingerprint` a digest of the body. `again` says that carrying it out twice does the
    thing once: the use case recognises the key itself.
    """

    route: str
    key: str
    fingerprint: str
    again: bool = False


class BeginRequestHandler:
    """Takes hold of the key, or finds the answer."""

    def __init__(self, transaction: Transaction, answers: KeptAnswers, vault: Vault, ids: Ids, clock: Clock) -> None:
        self._transaction = transaction
        self._answers = answers
        self._vault = vault
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: BeginRequest) -> BegunRequest:
        """Raises IdempotencyKeyReused for another body, RequestUnderWay while the first is being carried out, and
        AnswerLost where its process died between changing something and answering.
        """
        now = self._clock.now()
        claim = Claim(command.company_id, command.route, command.key, self._ids.new())
        async with self._transaction(command.company_id):
            earlier = await self._answers.claim(claim, command.fingerprint, now, now + HOLD, again=command.again)
        if earlier is None:
            return BegunRequest(claim=claim, answered=None)
        if earlier.fingerprint != command.fingerprint:
            raise IdempotencyKeyReused(key=command.key[:_SHOWN])
        if earlier.answer is not None:
            return BegunRequest(claim=None, answered=self._opened(command, earlier.answer))
        if earlier.held_until > now or not earlier.applied:
            raise RequestUnderWay(max(1.0, (earlier.held_until - now).total_seconds()), key=command.key[:_SHOWN])
        raise AnswerLost(key=command.key[:_SHOWN])

    def _opened(self, command: BeginRequest, answer: KeptAnswer) -> Answered:
        """An answer that was sealed with a key which has been taken away since is lost."""
        try:
            body = self._vault.unseal(command.company_id, SecretPurpose.KEPT_ANSWER, answer.body)
        except SecretUnreadable:
            raise AnswerLost(key=command.key[:_SHOWN]) from None
        return Answered(status=answer.status, headers=answer.headers, body=body.encode())
