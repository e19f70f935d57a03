"""A request arrives, and is counted."""

import msgspec

from application.messages import SystemCommand
from application.ports import Clock
from application.tenants.rates import Gate, OwnBooks, RateLimits, Rates
from domain.shared.errors import TooManyRequests
from domain.tenants.rates import SECOND, Admission


class Knock(msgspec.Struct, frozen=True):
    """A gate, and who stands before it: an address or a company."""

    gate: Gate
    who: str


class LetIn(SystemCommand[tuple[Gate, Admission] | None], frozen=True, kw_only=True, tag="tenants.let_in"):
    """A request that has to pass these gates in their order. `leniently`: while the shared books are out of reach,
    nobody is kept out.
    """

    knocks: tuple[Knock, ...]
    leniently: bool = False


class LetInHandler:
    """Counts in the books that all processes share. Without them each process keeps its own, so that guessing at the
    sign-on stays slow whatever happens to Redis.
    """

    def __init__(self, limits: RateLimits, rates: Rates, books: OwnBooks, clock: Clock) -> None:
        self._limits = limits
        self._rates = rates
        self._books = books
        self._clock = clock

    async def __call__(self, command: LetIn) -> tuple[Gate, Admission] | None:
        """What the last gate at which somebody counts says of further requests; None where nobody does. Raises
        TooManyRequests of the first gate that refuses.
        """
        gates, asked = [], []
        for knock in command.knocks:
            rate = self._rates.at(knock.gate)
            if rate.requests:
                gates.append(knock.gate)
                asked.append((f"{knock.gate.value}:{knock.who}", rate))
        if not asked:
            return None
        told = await self._limits.take(asked)
        if told is None:
            if command.leniently:
                return None
            told = self._books.take(asked, round(self._clock.now().timestamp() * SECOND))
        gate, last = gates[len(told) - 1], told[-1]
        if not last.admitted:
            raise TooManyRequests(last.retry_after, gate=gate.value, limit=last.limit)
        return gate, last
