"""Failures of a vendor that a test has planned."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from adapters.memory.scope import require_no_transaction


@dataclass(slots=True)
class _Planned:
    call: str
    error: BaseException
    skip: int
    applied: bool


class PlannedFailures:
    """What goes wrong, and when. `calls` counts what was asked of the vendor, by the method's name."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []
        self.calls: Counter[str] = Counter()

    def plan(self, call: str, error: BaseException, *, skip: int = 0, times: int = 1, applied: bool = False) -> None:
        """Raises `error` from the next `times` calls of that method, after `skip` that go well.

        `applied` says that the vendor does what it was asked before it fails.
        """
        self._planned += [_Planned(call, error, skip if number == 0 else 0, applied) for number in range(times)]

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._planned.clear()

    @contextmanager
    def around(self, call: str) -> Iterator[None]:
        """Stands around one request to the vendor. Fails the test when a transaction is open."""
        require_no_transaction(call)
        self.calls[call] += 1
        planned = self._due(call)
        if planned is not None and not planned.applied:
            raise planned.error
        yield
        if planned is not None:
            raise planned.error

    def _due(self, call: str) -> _Planned | None:
        planned = next((one for one in self._planned if one.call == call), None)
        if planned is None:
            return None
        if planned.skip:
            planned.skip -= 1
            return None
        self._planned.remove(planned)
        return planned
