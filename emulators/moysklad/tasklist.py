"""The asynchronous tasks of one account."""

import zlib
from collections import deque
from dataclasses import dataclass, field

from emulators.moysklad.errors import ApiError
from emulators.moysklad.records import Ref

QUEUE_MOST = 4
HOUR = 3600
WEEK = 7 * 24 * HOUR
_GZIP = 31


@dataclass(slots=True)
class Task:
    """One task; its state follows from the time. `outcome` is the state that it ends in; `packed` is its result,
    compressed.
    """

    id: str
    owner: Ref
    request: str
    created: float
    processing: float
    done: float = 0.0
    outcome: str = "DONE"
    packed: bytes = b""
    refusal: ApiError | None = None
    cancelled: bool = False

    def state(self, now: float) -> str:
        """The state at a moment (seconds since the epoch)."""
        if self.cancelled:
            return "CANCEL"
        if now < self.processing:
            return "PENDING"
        return "PROCESSING" if now < self.done else self.outcome


@dataclass(slots=True)
class Tasks:
    """The newest first; outcomes planned by tests come before the usual one."""

    all: deque[Task] = field(default_factory=deque)
    planned: deque[str] = field(default_factory=deque)

    def next_outcome(self) -> str:
        return self.planned.popleft() if self.planned else "DONE"

    def add(self, task: Task, now: float) -> None:
        """Queues a task and forgets those of more than a week ago and results of more than an hour ago."""
        self.all.appendleft(task)
        while self.all and self.all[-1].created < now - WEEK:
            self.all.pop()
        for one in self.all:
            if now > one.done + HOUR:
                one.packed = b""

    def waiting(self, now: float) -> int:
        """How many tasks are in the queue or at work."""
        return sum(1 for task in self.all if task.state(now) in {"PENDING", "PROCESSING"})

    def recent(self, now: float) -> list[Task]:
        """Tasks of the last week."""
        return [task for task in self.all if task.created >= now - WEEK]

    def find(self, identifier: str, now: float) -> Task | None:
        return next((task for task in self.recent(now) if task.id == identifier), None)

    def file(self, identifier: str, now: float) -> bytes | None:
        """The result of a finished task while it is kept."""
        task = self.find(identifier, now)
        if task is None or task.state(now) != "DONE" or now > task.done + HOUR:
            return None
        return zlib.decompress(task.packed, _GZIP)
