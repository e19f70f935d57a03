"""Telling of a run in the spreadsheet itself: whatever becomes of that, the run's own outcome stands."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.exports.task import TaskError
from domain.shared.errors import RuleViolated
from domain.shared.identities import CompanyId, ConfigId, TaskId

MAX_FAILURES = 5
LONGEST_WAIT = timedelta(days=1)
"""After so long nobody wants to read of the run any more in the sheet; its page tells how it ended."""

_FIRST_BACKOFF = timedelta(seconds=30)
_LONGEST_BACKOFF = timedelta(minutes=30)
_MARKERS = 2**31 - 1
"""Google's metadata ids are positive 32-bit numbers."""


class RunNotTold(RuleViolated):
    """The run could not be told about in the spreadsheet for too long."""

    code = "exports.run_not_told"


class TellingState(StrEnum):
    """`told` leaves a marker in the spreadsheet, which the next telling takes away; after `over` nothing is left."""

    DUE = "due"
    TOLD = "told"
    OVER = "over"


@dataclass(slots=True)
class Telling:
    """What has to be told of one run that ended, and how far that has come. `problems` are what people should know."""

    task_id: TaskId
    config_id: ConfigId
    company_id: CompanyId
    asked_at: datetime
    sent_at: datetime
    state: TellingState = TellingState.DUE
    failures: int = 0
    problems: tuple[TaskError, ...] = ()

    @property
    def marker(self) -> int:
        """The id of what the batch that tells leaves in the spreadsheet: always the same for the same run."""
        digest = hashlib.sha256(b"told:" + self.task_id.bytes).digest()
        return int.from_bytes(digest[:8]) % _MARKERS + 1

    def sent(self, when: datetime) -> None:
        """A message is on its way to the workers, who will not see it before that moment."""
        self.sent_at = when

    def stumble(self, error: TaskError, now: datetime) -> datetime | None:
        """A vendor or we ourselves failed. Answers when to try again; None when it is given up."""
        self.failures += 1
        if self.failures >= MAX_FAILURES:
            self.give_up((error,))
            return None
        wait: timedelta = min(_FIRST_BACKOFF * 2 ** (2 * self.failures - 2), _LONGEST_BACKOFF)
        return now + wait

    def overdue(self, now: datetime) -> bool:
        """Whether it has been waiting for so long that it is not worth telling."""
        return now - self.asked_at >= LONGEST_WAIT

    def tell(self, problems: tuple[TaskError, ...]) -> None:
        """The batch was applied, and its marker stands in the spreadsheet."""
        self.state = TellingState.TOLD
        self.problems = problems

    def give_up(self, problems: tuple[TaskError, ...]) -> None:
        """Nothing was written, nor will be."""
        self.state = TellingState.OVER
        self.problems = problems

    def unmarked(self) -> None:
        """The marker was taken away along with the telling of another run."""
        self.state = TellingState.OVER
