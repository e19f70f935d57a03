"""Rows of one kind, seen as row-level security shows them."""

import pickle
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Generic, TypeVar

from adapters.memory.scope import Scope, current_scope
from domain.shared.identities import CompanyId

KeyT = TypeVar("KeyT")
RowT = TypeVar("RowT")
ShownT = TypeVar("ShownT")


class Access(Enum):
    """Who may touch rows: companies their own, or system transactions all of them, or both.

    COUNTED is for secrets: a system transaction may count and remove such rows, and never see them.
    """

    COMPANY = "company"
    COUNTED = "counted"
    SHARED = "shared"
    SYSTEM = "system"


class Rows(Generic[KeyT, RowT]):
    """Values by key. What goes in and what comes out are copies; every change is taken back by a rollback."""

    def __init__(
        self,
        key: Callable[[RowT], KeyT],
        owner: Callable[[RowT], CompanyId] | None,
        access: Access,
        *,
        immutable: bool = False,
    ) -> None:
        self._key = key
        self._owner = owner
        self._access = access
        self._immutable = immutable
        self._rows: dict[KeyT, RowT] = {}

    def find(self, key: KeyT) -> RowT | None:
        """The row, or None where there is none, or none that this transaction may see."""
        scope = self._allowed()
        row = self._rows.get(key)
        return None if row is None or not self._visible(scope, row) else self._copy(row)

    def all(self) -> list[RowT]:
        """The rows that this transaction may see."""
        scope = self._allowed()
        return [self._copy(row) for row in self._rows.values() if self._visible(scope, row)]

    def put(self, row: RowT) -> None:
        """Stores the row. Raises RuntimeError where row-level security would refuse it."""
        scope = self._allowed()
        key = self._key(row)
        known = self._rows.get(key)
        if not self._visible(scope, row) or (known is not None and not self._visible(scope, known)):
            raise RuntimeError("the row belongs to another company than the transaction")
        self._set(scope, key, self._copy(row))

    def remove(self, key: KeyT) -> bool:
        """Whether there was such a row to remove."""
        scope = self._allowed()
        row = self._rows.get(key)
        if row is None or not self._visible(scope, row):
            return False
        self._set(scope, key, None)
        return True

    def remove_where(self, condition: Callable[[RowT], bool]) -> int:
        """Removes rows that this transaction may see; answers how many."""
        scope = self._allowed()
        return self._remove(scope, [row for row in self._matching(condition) if self._visible(scope, row)])

    @property
    def has_owners(self) -> bool:
        """Whether these rows belong to companies."""
        return self._owner is not None

    def owned_by(self, company_id: CompanyId) -> list[RowT]:
        """The company's rows, in its own transaction."""
        self._allowed()
        return [row for row in self.all() if self._owner is not None and self._owner(row) == company_id]

    def remove_owned(self, company_id: CompanyId) -> int:
        """Removes them; answers how many."""
        return self.remove_where(lambda row: self._owner is not None and self._owner(row) == company_id)

    def count_everyones(self, condition: Callable[[RowT], bool]) -> int:
        """Counts rows of all companies. Needs a SystemTransaction."""
        self._system()
        return len(self._matching(condition))

    def shown_everyones(self, show: Callable[[RowT], ShownT], condition: Callable[[RowT], bool]) -> list[ShownT]:
        """The columns that a system transaction may read of rows of all companies, where it may read some of them."""
        self._system()
        return [show(row) for row in self._matching(condition)]

    def prune(self, condition: Callable[[RowT], bool]) -> int:
        """Removes rows of all companies; answers how many. Needs a SystemTransaction."""
        return self._remove(self._system(), self._matching(condition))

    def breaks_unique(self, row: RowT, same: Callable[[RowT], bool]) -> bool:
        """Whether any company has another row that is the `same`, as a unique index would find."""
        own = self._key(row)
        return any(key != own and same(other) for key, other in self._rows.items())

    def any_everyones(self, condition: Callable[[RowT], bool]) -> bool:
        """Whether any company has such a row, as a unique index would find."""
        return any(condition(row) for row in self._rows.values())

    def _matching(self, condition: Callable[[RowT], bool]) -> list[RowT]:
        return [row for row in self._rows.values() if condition(row)]

    def _remove(self, scope: Scope, rows: Iterable[RowT]) -> int:
        keys = [self._key(row) for row in rows]
        for key in keys:
            self._set(scope, key, None)
        return len(keys)

    def _set(self, scope: Scope, key: KeyT, row: RowT | None) -> None:
        if not scope.writable:
            raise RuntimeError("nothing can be changed in a read-only transaction")
        before = self._rows.get(key)
        scope.undo.append(lambda: self._restore(key, before))
        self._restore(key, row)

    def _restore(self, key: KeyT, row: RowT | None) -> None:
        if row is None:
            self._rows.pop(key, None)
        else:
            self._rows[key] = row

    def _copy(self, row: RowT) -> RowT:
        if self._immutable:
            return row
        twin: RowT = pickle.loads(pickle.dumps(row, pickle.HIGHEST_PROTOCOL))  # noqa: S301 - a tenth of deepcopy's time
        return twin

    def _allowed(self) -> Scope:
        scope = current_scope()
        if scope.company_id is None and self._access in {Access.COMPANY, Access.COUNTED}:
            raise RuntimeError("a system transaction may not see these rows")
        if scope.company_id is not None and self._access is Access.SYSTEM:
            raise RuntimeError("only a system transaction may touch these rows")
        return scope

    def _system(self) -> Scope:
        scope = current_scope()
        if scope.company_id is not None or self._access is Access.COMPANY:
            raise RuntimeError("this needs a system transaction that may touch these rows")
        return scope

    def _visible(self, scope: Scope, row: RowT) -> bool:
        return scope.company_id is None or self._owner is None or self._owner(row) == scope.company_id


def require_system() -> None:
    """Raises RuntimeError unless a system transaction is open."""
    if current_scope().company_id is not None:
        raise RuntimeError("this needs a system transaction")
