"""How far an export has read."""

from dataclasses import dataclass
from datetime import timedelta

from domain.shared.moments import from_moscow, to_moscow

OVERLAP = timedelta(minutes=5)
"""How far the next run looks back. MoySklad does not promise that a change is visible the moment it is stamped."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The newest `updated` that was read, as MoySklad wrote it, and how the next run starts from it.

    `offset` counts the rows already read that bear exactly this stamp, for a crowd of equal stamps larger than a page.
    `deleted` is the latest moment at which anything was seen to be put into the trash; None before the first time.
    """

    updated: str
    offset: int = 0
    deleted: str | None = None

    def with_overlap(self) -> "Cursor":
        """Where the next incremental run starts: a little earlier, because rows are recognised when seen again."""
        deleted = None if self.deleted is None else earlier(self.deleted)
        return Cursor(updated=earlier(self.updated) if self.updated else "", deleted=deleted)


def earlier(stamp: str) -> str:
    """The stamp less the overlap."""
    return to_moscow(from_moscow(stamp) - OVERLAP)
