"""The limits of Google's Sheets API that all workers keep to together (Sheets API, usage limits)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from application.connections.ports import Urgency

SECOND = 1_000_000
"""Microseconds: the books are kept in whole ones."""

LONGEST_CLOSURE = 600 * SECOND
"""The longest closure that is believed, also after a clock was set back."""

LEVEL: dict[Urgency, int] = {
    Urgency.INTERACTIVE: 0,
    Urgency.EVENT: 1,
    Urgency.ROUTINE: 2,
    Urgency.BACKFILL: 3,
}
"""What goes first, before fairness is asked for."""


@dataclass(frozen=True, slots=True)
class GoogleLimits:
    """What may be spent of reads, and of writes just the same. Times are in seconds.

    - `user` and `project` requests in any `window`: somewhat less than the 60 and 300 that Google allows. `projects`
      names projects that were granted more, or less.
    - `guard` is added to the window; `transit` is how long a request is thought to be under way at most, until its
      answer tells that it has arrived.
    - `burst`: the share of a quota that may go out at once after a pause; from there on it is spread evenly.
    - `spacing`: between two writes to one spreadsheet, on average; `spacing_burst` of them may come at once. Google
      advises about one a second against its 503.
    - `ageing`: whoever has waited so long is treated as the next more urgent kind, so that nothing waits for ever.
    - `grace`: how late one may come back without losing one's place.
    """

    user: int = 57
    project: int = 285
    projects: Mapping[str, int] = field(default_factory=dict)
    window: float = 60.0
    guard: float = 0.25
    transit: float = 30.0
    burst: float = 1 / 3
    spacing: float = 1.0
    spacing_burst: int = 3
    ageing: float = 8.0
    grace: float = 0.3
    share: float = 1.0

    def cautious(self) -> "GoogleLimits":
        """What one process may spend where it cannot know of the others: a quarter, one at a time."""
        return replace(self, share=0.25, burst=0.0, spacing_burst=1)

    @property
    def of_user(self) -> int:
        """Requests of one user in one window."""
        return max(1, int(self.user * self.share))

    def of_project(self, project: str) -> int:
        """Requests of the project in one window."""
        return max(1, int(self.projects.get(project, self.project) * self.share))

    def at_once(self, capacity: int) -> int:
        """How much of a quota of that size may go out at once."""
        return max(1, int(capacity * self.burst))
