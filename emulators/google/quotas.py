"""Read and write quotas: per user and per project, refilled at the start of each window.

One HTTP request is one unit however many sub-requests it carries. A refused request costs nothing.
"""

import time

import msgspec

from emulators.google.errors import quota_exceeded


class Settings(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What POST /_control/settings may change. Defaults are the documented standard quotas.

    With `history` each revision of a spreadsheet keeps the values of all of its tabs. Drive's search shows a file
    `search_lag_seconds` after it was made. A call takes effect at once, and is answered when its latency is over,
    counted from its first byte.
    """

    quotas: bool = True
    reads_per_minute_per_user: int = 60
    writes_per_minute_per_user: int = 60
    reads_per_minute_per_project: int = 300
    writes_per_minute_per_project: int = 300
    window_seconds: float = 60.0
    read_latency_seconds: float = 0.0
    write_latency_seconds: float = 0.0
    access_token_seconds: int = 3599
    history: bool = False
    search_lag_seconds: float = 0.0


class Quotas:
    """Counts of the window under way."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._window = 0
        self._used: dict[tuple[str, str, str], int] = {}

    def spend(self, kind: str, user: str, project: str) -> None:
        """Takes one unit from the user's and the project's quota of reads or writes. Raises ApiError with 429."""
        settings = self.settings
        if not settings.quotas:
            return
        self._refill()
        reads = kind == "read"
        of_user = settings.reads_per_minute_per_user if reads else settings.writes_per_minute_per_user
        of_project = settings.reads_per_minute_per_project if reads else settings.writes_per_minute_per_project
        personal, shared = (kind, project, user), (kind, project, "")
        if self._used.get(personal, 0) >= of_user:
            raise quota_exceeded(kind, per_user=True, limit=of_user, project=project)
        if self._used.get(shared, 0) >= of_project:
            raise quota_exceeded(kind, per_user=False, limit=of_project, project=project)
        for key in (personal, shared):
            self._used[key] = self._used.get(key, 0) + 1

    def reset(self) -> None:
        """Refills everything now."""
        self._used.clear()

    def used(self) -> list[dict[str, object]]:
        """What the window under way has seen."""
        self._refill()
        return [
            {"kind": kind, "project": project, "user": user or None, "used": count}
            for (kind, project, user), count in self._used.items()
        ]

    def _refill(self) -> None:
        window = int(time.time() / self.settings.window_seconds)
        if window != self._window:
            self._window = window
            self._used.clear()
