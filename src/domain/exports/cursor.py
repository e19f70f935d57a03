"""How far an export has read."""

from dataclasses import dataclass
from datetime import timedelta

from domain.shared.moments import from_moscow, to_moscow

OVERLAP = timedelta(minutes=5)
"""How far the next run looks back. MoySklad does not promise that a change is visible the moment it is stamped."""

RECENT_OVERLAP = timedelta(hours=1)
"""How far a run looks back that asks a report for what changed of late. MoySklad counts stock anew behind the scenes,
and does not say whether a change bears the moment of its document or that at which the count was done (JSON API docs,
"stock report"); it recommends some overlap.
"""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The newest `updated` that was read, as MoySklad wrote it, and how the next run starts from it.

    `offset` counts the rows already read that bear exactly this stamp, for a crowd of equal stamps larger than a page.
    For a report that is `recent`, `updated` is the moment of the last reading, on MoySklad's clock.
    `deleted` is the latest moment at which anything was seen to be put into the trash; None before the first time.
    """

    updated: str
    offset: int = 0
    deleted: str | None = None

    def with_overlap(self, overlap: timedelta = OVERLAP) -> "Cursor":
        """Where the next incremental run starts: a little earlier, because rows are recognised when seen again."""
        deleted = None if self.deleted is None else earlier(self.deleted)
        return Cursor(updated=earlier(self.updated, overlap) if self.updated else "", deleted=deleted)


def earlier(stamp: str, overlap: timedelta = OVERLAP) -> str:
    """The stamp less the overlap."""
    return to_moscow(from_moscow(stamp) - overlap)
