"""A request arrives, and is counted."""

from application.messages import SystemCommand
from application.ports import Clock
from application.tenants.rates import Gate, OwnBooks, RateLimits, Rates
from domain.shared.errors import TooManyRequests
from domain.tenants.rates import SECOND, Admission


class LetIn(SystemCommand[Admission | None], frozen=True, kw_only=True, tag="tenants.let_in"):
    """`who` is an address or a company. `leniently`: while the shared books are out of reach, nobody is kept out."""

    gate: Gate
    who: str
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

    async def __call__(self, command: LetIn) -> Admission | None:
        """How many more are let in; None where nobody counts. Raises TooManyRequests."""
        rate = self._rates.at(command.gate)
        if not rate.requests:
            return None
        name = f"{command.gate}:{command.who}"
        admission = await self._limits.take(name, rate)
        if admission is None:
            if command.leniently:
                return None
            admission = self._books.take(name, rate, round(self._clock.now().timestamp() * SECOND))
        if not admission.admitted:
            raise TooManyRequests(admission.retry_after, gate=command.gate.value, limit=admission.limit)
        return admission
