"""How many requests are let in, from where and for whom."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from domain.tenants.rates import Admission, Rate, admit

MOST_KNOWN = 20_000
"""Of so many who ask the process keeps books by itself; then those that asked longest ago are forgotten."""


class Gate(StrEnum):
    """What is being counted: attempts to come in from an address, anything else from it, a company's requests."""

    SIGN_IN = "sign_in"
    ADDRESS = "address"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Rates:
    """The rate at each gate. A gate of none lets everybody in."""

    sign_in: Rate
    address: Rate
    company: Rate

    def at(self, gate: Gate) -> Rate:
        """The rate at this gate."""
        if gate is Gate.COMPANY:
            return self.company
        return self.address if gate is Gate.ADDRESS else self.sign_in


class RateLimits(Protocol):
    """Books that all processes share."""

    async def take(self, asked: Sequence[tuple[str, Rate]]) -> list[Admission] | None:
        """One request, counted under each of these names in their order, until one refuses it: under those that come
        after that it is not counted. Answers what was said under each name that was asked; None where the books are out
        of reach. Takes at most a second.
        """
        ...


class OwnBooks:
    """Books of this process, of a size that does not grow beyond bounds whoever asks."""

    def __init__(self, most: int = MOST_KNOWN) -> None:
        self._most = most
        self._due: OrderedDict[str, int] = OrderedDict()

    def take(self, asked: Sequence[tuple[str, Rate]], now: int) -> list[Admission]:
        """The same for this process alone."""
        told: list[Admission] = []
        for name, rate in asked:
            told.append(self._taken(name, rate, now))
            if not told[-1].admitted:
                break
        return told

    def _taken(self, name: str, rate: Rate, now: int) -> Admission:
        admission, self._due[name] = admit(rate, self._due.get(name), now)
        self._due.move_to_end(name)
        while len(self._due) > self._most:
            self._due.popitem(last=False)
        return admission

    def __len__(self) -> int:
        return len(self._due)
