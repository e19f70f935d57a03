"""What an account remembers about its stock besides documents: the opening balance and when quantities changed."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from emulators.moysklad.records import Ref

Place = tuple[str, str]
"""A good's id and a store's id; the store is empty for what belongs to no store."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Stock that was there before the first document: pieces, and kopecks for one of them."""

    good: Ref
    store: str
    quantity: float
    cost: float
    moment: str


@dataclass(slots=True)
class StockBook:
    """Opening balances by place, and in `cells` how much of a good lies in a cell of a store.

    `changed` tells when a place's numbers were last seen to become others.

    `ledger` keeps the computed ledger of one version of the account, `written` the moment of the last write that was
    told of and the version that it made, so that a change noticed later is dated rightly; `tables` keeps reports that
    are being paged.
    """

    opening: dict[Place, Opening] = field(default_factory=dict)
    cells: dict[tuple[str, str, str], float] = field(default_factory=dict)
    changed: dict[Place, str] = field(default_factory=dict)
    numbers: dict[Place, tuple[float, float, float]] | None = None
    version: int = -1
    ledger: Any = None
    written: tuple[str, int] = ("", -1)
    tables: dict[Hashable, Any] = field(default_factory=dict)

    def wrote(self, moment: str, version: int) -> None:
        """Something was written at that moment, which made this version of the account."""
        self.written = (moment, version)

    def changed_at(self, version: int, now: str) -> str:
        """When what made that version of the account happened: at the last write, or now where something happened since
        of which nobody told, such as a deletion for good.
        """
        moment, written = self.written
        return moment if written == version else now
