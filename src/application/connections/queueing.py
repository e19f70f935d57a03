"""Waiting for a turn, whatever the books are and whoever keeps them."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Generic, Protocol, Self, TypeVar

from application.connections.errands import nap
from application.connections.ports import Waited

_SECOND = 1_000_000
_SHORTEST_WAIT = 0.001


class Asking(Protocol):
    """A request that wants a turn."""

    @property
    def id(self) -> str: ...


class Told(Protocol):
    """What one who asks is told: the turn, or to ask again after `wait` microseconds, naming `since`."""

    @property
    def granted(self) -> bool: ...

    @property
    def wait(self) -> int: ...

    @property
    def since(self) -> int: ...

    @property
    def reason(self) -> str:
        """What is waited for."""
        ...

    @property
    def shares(self) -> Mapping[str, float]:
        """How much of each quota is spent, from 0 to 1."""
        ...

    def at(self, since: int) -> Self:
        """The same to one who has waited since then."""
        ...


ErrandT = TypeVar("ErrandT", bound=Asking)
ToldT = TypeVar("ToldT", bound=Told)


class Queue(ABC, Generic[ErrandT, ToldT]):
    """Asks again and again until the turn comes, it is certain that it does not come in time, or nobody wants it."""

    @abstractmethod
    async def _ask(self, errand: ErrandT, since: int) -> ToldT:
        """One look into the books."""

    @abstractmethod
    def _leave(self, errand: ErrandT) -> None:
        """Gives up the place in the queue."""

    @abstractmethod
    def _check(self, reply: ToldT, left: float) -> None:
        """Raises VendorBusy where waiting is in vain in the seconds that are left."""

    async def _sleep(self, errand: ErrandT, reply: ToldT, longest: float) -> None:
        """Until it is time to ask again."""
        del errand
        await asyncio.sleep(pause_of(reply, longest))

    async def _wait(self, errand: ErrandT, patience: float) -> tuple[ToldT, Waited]:
        began = time.monotonic()
        deadline = began + patience
        since = 0
        reason = ""
        try:
            while True:
                reply = await self._ask(errand, since)
                if reply.granted:
                    return reply, Waited(time.monotonic() - began if reason else 0.0, reason, reply.shares)
                since, left, reason = reply.since, deadline - time.monotonic(), reply.reason
                self._check(reply, left)
                await self._sleep(errand, reply, left)
        except BaseException:
            # Whoever is cancelled here must not block those behind until the place lapses by itself.
            self._leave(errand)
            raise


def pause_of(reply: Told, longest: float) -> float:
    """Seconds to sleep before asking again."""
    return min(max(nap(reply.wait) / _SECOND, _SHORTEST_WAIT), longest)


def monotonic() -> int:
    """The clock of our own process, in whole microseconds."""
    return time.monotonic_ns() // 1000
