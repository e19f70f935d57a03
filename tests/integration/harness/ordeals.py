"""What can go wrong with one process, one thing at a time, at every step it takes."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from adapters.memory.failures import PlannedFailures
from adapters.memory.scope import require_no_transaction
from entrypoints.composition.memory import MemoryWorld


class Killed(BaseException):
    """The process ends here, and nothing that it would still have done is done."""


class Ordeal:
    """Each transaction and each call of a vendor is a step, counted from 1; the step `at` goes wrong with `error`.

    `applied` says that the step takes effect first: the transaction is committed, the vendor has done what it was
    asked. `steps` are the names of the steps taken.
    """

    def __init__(
        self, world: MemoryWorld, at: int = 0, error: BaseException | None = None, *, applied: bool = False
    ) -> None:
        self._world = world
        self._at = at
        self._error = error
        self._applied = applied
        self._died = asyncio.Event()
        self.steps: list[str] = []

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Inside, steps are counted and go wrong; afterwards another process lives in the same world."""
        world = self._world
        places: list[Any] = [world.source, world.spreadsheets, world.consent]
        before = [place.failures for place in places]
        lock = world.store.lock
        for place in places:
            place.failures = _Watched(self)
        world.store.lock = _WatchedLock(self, lock)  # type: ignore[assignment]
        try:
            yield
        finally:
            world.store.lock = lock
            for place, failures in zip(places, before, strict=True):
                place.failures = failures

    async def endure(self, work: Coroutine[Any, Any, None]) -> None:
        """Does the work until its end, or until the process dies."""
        task = asyncio.create_task(work)
        death = asyncio.create_task(self._died.wait())
        await asyncio.wait({task, death}, return_when=asyncio.FIRST_COMPLETED)
        task.cancel()
        death.cancel()
        await asyncio.gather(task, death, return_exceptions=True)

    def begin(self, name: str) -> bool:
        """A step begins; answers whether it goes wrong at its end."""
        if self._died.is_set():
            raise Killed
        self.steps.append(name)
        if len(self.steps) != self._at:
            return False
        if not self._applied:
            self.strike()
        return True

    def strike(self) -> None:
        assert self._error is not None
        if isinstance(self._error, Killed):
            self._died.set()
        raise self._error


class _Watched(PlannedFailures):
    def __init__(self, ordeal: Ordeal) -> None:
        super().__init__()
        self._ordeal = ordeal

    @contextmanager
    def around(self, call: str) -> Iterator[None]:
        require_no_transaction(call)
        fails = self._ordeal.begin(call)
        yield
        if fails:
            self._ordeal.strike()


class _WatchedLock:
    """Stands in for the store's lock, which every transaction holds from its beginning to its end."""

    def __init__(self, ordeal: Ordeal, lock: asyncio.Lock) -> None:
        self._ordeal = ordeal
        self._lock = lock
        self._fails = False

    async def __aenter__(self) -> None:
        await self._lock.acquire()
        try:
            self._fails = self._ordeal.begin("transaction")
        except BaseException:
            self._lock.release()
            raise

    async def __aexit__(self, kind: object, *_: object) -> None:
        fails = self._fails
        self._lock.release()
        if fails and kind is None:
            self._ordeal.strike()
