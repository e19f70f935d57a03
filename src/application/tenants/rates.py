"""How many requests are let in, from where and for whom."""

from collections import OrderedDict
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
        return {Gate.SIGN_IN: self.sign_in, Gate.ADDRESS: self.address, Gate.COMPANY: self.company}[gate]


class RateLimits(Protocol):
    """Books that all processes share."""

    async def take(self, name: str, rate: Rate) -> Admission | None:
        """One request of whoever bears that name. None where the books are out of reach; answers within a second."""
        ...


class OwnBooks:
    """Books of this process, of a size that does not grow beyond bounds whoever asks."""

    def __init__(self, most: int = MOST_KNOWN) -> None:
        self._most = most
        self._due: OrderedDict[str, int] = OrderedDict()

    def take(self, name: str, rate: Rate, now: int) -> Admission:
        """The same for this process alone."""
        admission, self._due[name] = admit(rate, self._due.get(name), now)
        self._due.move_to_end(name)
        while len(self._due) > self._most:
            self._due.popitem(last=False)
        return admission

    def __len__(self) -> int:
        return len(self._due)
