"""Objects that somebody told us of: read by their ids, and taken off the list once a run that read them is over."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from application.connections.ports import MoySkladKey
from application.exports.claims import Claim
from application.exports.mark_ports import ChangeMarks
from application.exports.portions import Phase, Portion, Portioner
from application.exports.vendor_ports import Page, Reading, Source
from application.ports import Transaction
from domain.exports.changes import MOST_BY_ID, ChangeMark, readable_by_id
from domain.exports.exporter import BaseExporter, Feed
from domain.exports.task import RunMode, Trigger
from domain.shared.moments import to_moscow

TOLD_WITHIN = timedelta(minutes=2)
"""A change younger than this may still be told of: MoySklad promises nothing about when."""

_FOLLOWING = frozenset({Trigger.WEBHOOK, Trigger.SCENARIO})


@dataclass(slots=True)
class Marked:
    """The marks of one run's export as they stood before it began to read; what comes later stays for the next run.

    `ids` are those that the run asks for by id; `alone` says that it reads nothing else. `unread` are objects that the
    source has, though it did not give them.
    """

    marks: Sequence[ChangeMark]
    ids: tuple[str, ...] = ()
    alone: bool = False
    unread: frozenset[str] = frozenset()

    def read(self) -> list[ChangeMark]:
        """The marks that are settled when the run has finished."""
        return [mark for mark in self.marks if mark.object_id not in self.unread]

    def missed(self, page: Page, portion: Portion, told_until: str) -> int:
        """How many objects of the portion had changed long enough ago, and nobody has told of them."""
        told = {mark.object_id for mark in self.marks}
        changed = {row.parent or row.key for row in portion.rows}
        stamps = {row.parent or row.key: row.updated for row in page.rows}
        return sum(1 for one in changed - told if stamps.get(one, told_until) < told_until)


@dataclass(frozen=True, slots=True)
class Announcing:
    """What reading by ids needs."""

    transaction: Transaction
    marks: ChangeMarks
    source: Source

    async def before(self, claim: Claim, exporter: BaseExporter, *, sweeping: bool) -> Marked:
        """To be asked before anything is read.

        A run that was booked because something was told reads that alone, if it is not too much; any other run that
        reads what changed, or goes on where an attempt before it stopped, reads it besides, because not every change
        moves an object's stamp. Objects that were told to be gone are asked for in any case, however many there are.
        """
        config = claim.config
        async with self.transaction(config.company_id):
            marks = await self.marks.of(config.company_id, config.id)
        if not marks or not readable_by_id(config, exporter):
            return Marked(marks)
        changing = not sweeping and claim.task.mode is RunMode.INCREMENTAL
        if len(marks) <= MOST_BY_ID and (changing or claim.task.checkpoint is not None):
            ids = tuple(mark.object_id for mark in marks)
            return Marked(marks, ids, alone=changing and claim.task.trigger in _FOLLOWING)
        return Marked(marks, tuple(mark.object_id for mark in marks if mark.deleted))

    async def portions(
        self, key: MoySkladKey, reading: Reading, marked: Marked, portioner: Portioner
    ) -> AsyncIterator[Portion]:
        """The objects as they are now, and then those that are no more, or meet the conditions no longer."""
        if not marked.ids:
            return
        met: set[str] = set()
        by_id = replace(reading, cursor=None, since=None, ids=marked.ids)
        async with aclosing(self.source.read(key, by_id)) as pages:  # type: ignore[type-var]
            async for page in pages:
                met.update(_objects(page))
                yield await portioner.portion(page, Phase.MARKED)
        missing = [one for one in marked.ids if one not in met]
        if missing:
            existing = await self.source.existing(key, replace(reading, cursor=None, since=None), missing)
            marked.unread = existing
            yield Portion(Phase.TRASH, gone=tuple(one for one in missing if one not in existing))


def told_until(now: datetime) -> str:
    """The stamp before which a change should have been told of."""
    return to_moscow(now - TOLD_WITHIN)


def tells_misses(claim: Claim, exporter: BaseExporter, *, sweeping: bool) -> bool:
    """Whether what the run finds changed should have been told of."""
    return claim.config.on_change and not sweeping and exporter.feed is Feed.CHANGES


def _objects(page: Page) -> Iterable[str]:
    rows = (row.parent or row.key for row in page.rows)
    return chain(rows, page.parents, (one.key for one in page.bad))
