"""What is told of a run that ended: a row of the log, and the line of the status cell."""

from dataclasses import dataclass
from datetime import tzinfo

import msgspec

from application.exports.ports import RunWords
from domain.exports.config import ExportConfig
from domain.exports.task import ExportTask
from domain.shared.cells import Cell, CellKind
from domain.shared.moments import sheet_serial

NAMES = (
    "ended",
    "export",
    "mode",
    "state",
    "read",
    "appended",
    "updated",
    "removed",
    "unchanged",
    "bad",
    "seconds",
    "title",
    "action",
)
"""The log's columns as they are anchored. Their titles are words."""

KINDS = (
    CellKind.DATE_TIME,
    *(CellKind.TEXT,) * 3,
    *(CellKind.INTEGER,) * 7,
    *(CellKind.TEXT,) * 2,
)


@dataclass(frozen=True, slots=True)
class RunReport:
    """A run that ended. `rows` is how many rows its table has, if that is known; times are shown in `zone`."""

    config: ExportConfig
    task: ExportTask
    zone: tzinfo
    rows: int | None
    words: RunWords

    def cells(self) -> dict[str, Cell]:
        """The row of the log by the names of its columns."""
        task, counts = self.task, self.task.counts
        ended = task.ended_at or task.booked_at
        title, action = self._failure()
        return {
            "ended": sheet_serial(ended, self.zone),
            "export": self.config.name,
            "mode": self.words.mode(task.mode),
            "state": self.words.state(task.state),
            "read": counts.read,
            "appended": counts.appended,
            "updated": counts.updated,
            "removed": counts.removed,
            "unchanged": counts.unchanged,
            "bad": counts.bad,
            "seconds": round((ended - (task.started_at or ended)).total_seconds()),
            "title": title,
            "action": action,
        }

    def row(self, names: tuple[str, ...]) -> bytes:
        """Those cells as JSON."""
        cells = self.cells()
        return msgspec.json.encode([cells[name] for name in names])

    def line(self) -> bytes:
        """The line of the status cell, as a row of one cell in JSON."""
        ended = (self.task.ended_at or self.task.booked_at).astimezone(self.zone)
        return msgspec.json.encode([self.words.line(self.task.state, ended, self.rows, self._failure()[0])])

    def _failure(self) -> tuple[str | None, str | None]:
        return (None, None) if self.task.error is None else self.words.failure(self.task.error)
