"""Which transaction the running task is in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from domain.shared.identities import CompanyId


@dataclass(frozen=True, slots=True)
class Scope:
    """An open transaction: whose it is (None for a system transaction), how to take back what it has done, and whether
    it may do anything.
    """

    company_id: CompanyId | None
    undo: list[Callable[[], None]] = field(default_factory=list)
    writable: bool = True


_current: ContextVar[Scope | None] = ContextVar("memory_scope", default=None)


def current_scope() -> Scope:
    """The transaction that this task is in. Raises RuntimeError outside of one."""
    current = _current.get()
    if current is None:
        raise RuntimeError("a repository was used outside a transaction")
    return current


@contextmanager
def entered(scope: Scope) -> Iterator[None]:
    """Makes `scope` the current one for the block."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)


def refuse_nesting() -> None:
    """Raises RuntimeError inside a transaction."""
    if _current.get() is not None:
        raise RuntimeError("transactions do not nest")


def require_no_transaction(call: str) -> None:
    """Fails the test when a vendor is called while a transaction is open."""
    if _current.get() is not None:
        raise AssertionError(f"a transaction never spans a vendor call, and {call} was called inside one")
