"""What the work at hand has waited for at vendors, summed up for its history."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from application.connections.ports import Waited


@dataclass(slots=True)
class Waits:
    """Turns that were waited for, whether they came or not, and the seconds that this took."""

    times: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class VendorTally:
    """Waits by vendor and reason. Both come from short lists, so that this stays small however long the work takes."""

    waits: dict[tuple[str, str], Waits] = field(default_factory=dict)

    def add(self, vendor: str, waited: Waited) -> None:
        """A turn that was waited for."""
        waits = self.waits.setdefault((vendor, waited.reason), Waits())
        waits.times += 1
        waits.seconds += waited.seconds


_CURRENT: ContextVar[VendorTally | None] = ContextVar("vendor_tally", default=None)


@contextmanager
def tallying(tally: VendorTally) -> Iterator[None]:
    """What is asked of vendors within the block, and in tasks that it starts, goes into that tally."""
    token = _CURRENT.set(tally)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def tell_tally(vendor: str, waited: Waited) -> None:
    """Adds a wait to the tally of the work at hand, if it keeps one."""
    tally = _CURRENT.get()
    if tally is not None and waited.seconds > 0:
        tally.add(vendor, waited)
