"""Runs that wait for their turns: what PostgreSQL keeps for the real handlers, kept in memory by the same promises."""

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from itertools import islice
from uuid import UUID

from application.exports.run_command import RunExport
from application.ports import OneOfMany, OutboxMessage, Queued, encoded, tag_of
from application.simulation.timeline import Timeline, stamp
from domain.shared.identities import CompanyId, TaskId


class NoTransaction:
    """See application.ports.SystemTransaction: the model is alone with its books."""

    def __call__(self) -> AbstractAsyncContextManager[None]:
        """See the port."""
        return nullcontext()


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that waits for its company's turn."""

    message: OutboxMessage
    task_id: TaskId
    lane: str
    urgent: bool
    due_at: datetime

    @property
    def order(self) -> tuple[bool, datetime, UUID]:
        """The urgent and then the oldest first."""
        return not self.urgent, self.due_at, self.message.id


class _Line:
    """The companies that have something due in one lane, whose turn is longest ago first."""

    def __init__(self) -> None:
        self.letters: dict[CompanyId, dict[UUID, Letter]] = {}
        self.urgent: dict[UUID, CompanyId] = {}
        self.count = 0
        self._order: list[tuple[int, int, CompanyId]] = []
        self._served: dict[CompanyId, tuple[int, datetime]] = {}
        self._numbers: dict[CompanyId, int] = {}

    def served_at(self, company_id: CompanyId) -> datetime | None:
        served = self._served.get(company_id)
        return None if served is None else served[1]

    def add(self, letter: Letter) -> None:
        company_id = letter.message.company_id
        if company_id not in self.letters:
            self.letters[company_id] = {}
            insort(self._order, self._place(company_id))
        self.letters[company_id][letter.message.id] = letter
        self.count += 1
        if letter.urgent:
            self.urgent[letter.message.id] = company_id

    def remove(self, letter: Letter) -> None:
        company_id = letter.message.company_id
        self.urgent.pop(letter.message.id, None)
        own = self.letters[company_id]
        del own[letter.message.id]
        self.count -= 1
        if not own:
            del self.letters[company_id]
            self._drop(company_id)

    def serve(self, company_id: CompanyId, now: int, moment: datetime) -> None:
        waits = company_id in self.letters
        if waits:
            self._drop(company_id)
        self._served[company_id] = now, moment
        if waits:
            insort(self._order, self._place(company_id))

    def nearest(self, closed: set[CompanyId], limit: int) -> list[CompanyId]:
        found = list(islice((whose for _, _, whose in self._order if whose not in closed), limit))
        pressing = dict.fromkeys(islice((one for one in self.urgent.values() if one not in closed), limit))
        return list(dict.fromkeys([*found, *pressing]))

    def _place(self, company_id: CompanyId) -> tuple[int, int, CompanyId]:
        number = self._numbers.setdefault(company_id, len(self._numbers))
        served = self._served.get(company_id)
        return (0 if served is None else served[0]), number, company_id

    def _drop(self, company_id: CompanyId) -> None:
        del self._order[bisect_left(self._order, self._place(company_id))]


class RunQueue:
    """Stands for Outbox, OutboxQueue, Turns and Publisher (application.ports), as far as runs need them.

    `deliver` is told of each task whose turn has come, `due` that something waits.
    """

    def __init__(self, timeline: Timeline, deliver: Callable[[TaskId], None], due: Callable[[], None]) -> None:
        self._timeline = timeline
        self._deliver = deliver
        self._due = due
        self._lines: dict[str, _Line] = {}
        self._letters: dict[UUID, Letter] = {}
        self._sent: dict[UUID, TaskId] = {}

    def depth(self, lane: str) -> int:
        """How many runs of the lane are due and wait."""
        line = self._lines.get(lane)
        return 0 if line is None else line.count

    @property
    def waits(self) -> int:
        """How many are due and wait."""
        return len(self._letters)

    async def put_all(self, commands: Sequence[OneOfMany], deliver_after: datetime) -> None:
        """See Outbox."""
        when = stamp(deliver_after)
        for one in commands:
            command, turn = one.command, one.turn
            if not isinstance(command, RunExport) or turn is None:
                raise TypeError(f"a simulated outbox takes runs alone, not {command}")
            message = OutboxMessage(
                id=self._timeline.id(),
                tag=tag_of(command),
                body=encoded(command),
                company_id=command.company_id,
                headers={},
            )
            letter = Letter(message, command.task_id, turn.lane, turn.urgent, deliver_after)
            if when <= self._timeline.now:
                self._arrive(letter)
            else:
                self._timeline.at(when, lambda letter=letter: self._arrive(letter))  # type: ignore[misc]

    async def mark_sent(self, ids: Sequence[UUID], now: datetime) -> None:
        """See OutboxQueue."""
        del now
        for message_id in ids:
            letter = self._letters.pop(message_id)
            self._lines[letter.lane].remove(letter)
            self._sent[message_id] = letter.task_id

    async def publish(self, messages: Sequence[OutboxMessage]) -> None:
        """See Publisher."""
        for message in messages:
            self._deliver(self._sent.pop(message.id))

    async def alone(self) -> bool:
        """See Turns."""
        return True

    async def waiting(
        self, lane: str, now: datetime, closed: Collection[CompanyId], most: int, limit: int
    ) -> list[Queued]:
        """See Turns."""
        del now  # what is not due yet stands in no line
        line = self._lines.get(lane)
        if line is None:
            return []
        found = []
        for company_id in line.nearest(set(closed), limit):
            served_at = line.served_at(company_id)
            own: Iterable[Letter] = line.letters[company_id].values()
            if len(line.letters[company_id]) > 1:
                own = nsmallest(most, own, key=lambda letter: letter.order)
            found += [Queued(letter.message, letter.due_at, letter.urgent, served_at, 1) for letter in own]
        return found

    async def served(self, lane: str, companies: Collection[CompanyId], now: datetime) -> None:
        """See Turns."""
        for company_id in sorted(companies):
            self._lines[lane].serve(company_id, self._timeline.now, now)

    def _arrive(self, letter: Letter) -> None:
        self._letters[letter.message.id] = letter
        self._lines.setdefault(letter.lane, _Line()).add(letter)
        self._due()
