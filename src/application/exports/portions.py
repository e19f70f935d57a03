"""Portions: pages on their way to the sheet, encoded once, with what did not change taken out."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import NamedTuple

import msgspec

from application.exports.assembling import Assembly
from application.exports.claims import Claim
from application.exports.comparing import SheetContents, canonical
from application.exports.ports import ExportedRows
from application.exports.table import SheetTable
from application.exports.vendor_ports import Page, Trash
from application.exports.written import Written
from application.ports import Transaction
from domain.exports.config import WriteStrategy
from domain.exports.cursor import Cursor
from domain.exports.removal import RemovalPolicy
from domain.exports.rows import BadRow, Row, bad_cell
from domain.exports.task import ExportTask, RunMode, TaskCounts
from domain.shared.cells import TEXT_LIMIT

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_KEYS_AT_ONCE = 20_000


class Phase(Enum):
    """What a portion was read for."""

    ROWS = auto()
    """What the run is about."""
    WINDOW = auto()
    """Recent objects, read anew because of sums that change silently."""
    MARKED = auto()
    """Objects of which somebody has told that they changed."""
    TRASH = auto()
    """Objects that were deleted."""


class EncodedRow(msgspec.Struct, frozen=True, gc=False):
    """A row as it will be sent, and what it is recognised by. An empty cell is an empty text, which empties a cell."""

    key: str
    json: bytes
    fingerprint: bytes
    parent: str


@dataclass(frozen=True, slots=True)
class Portion:
    """What is left of a page once unchanged rows are taken out, and what else the page has told.

    `same` rows stand in the sheet already. `parents` are objects whose lines are all among `rows` and `same`. `gone`
    are objects that were deleted, the last of them at the moment `deleted`, and rows that a report tells to be no more.
    `missed` objects changed without anybody having told of them.
    """

    phase: Phase
    rows: list[EncodedRow] = field(default_factory=list)
    same: list[EncodedRow] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    parents: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    deleted: str | None = None
    read: int = 0
    cursor: Cursor | None = None
    total: int = 0
    units: int = 0
    complete: bool = False
    missed: int = 0


def trashed(page: Trash) -> Portion:
    """What a page of the trash comes to."""
    return Portion(Phase.TRASH, gone=page.ids, deleted=page.latest, units=page.units)


class Portioner:
    """Makes portions of pages for one run."""

    def __init__(
        self,
        claim: Claim,
        assembly: Assembly,
        rows: ExportedRows,
        transaction: Transaction,
        shown: SheetContents | None,
        *,
        compares: bool,
    ) -> None:
        self._claim = claim
        self._assembly = assembly
        self._rows = rows
        self._transaction = transaction
        self._shown = shown
        self._compares = compares
        self._once = claim.config.strategy is WriteStrategy.INSERT
        self._titles = claim.config.titles()
        self._marks = claim.config.removal is RemovalPolicy.MARK

    async def portion(self, page: Page, phase: Phase) -> Portion:
        """The page's rows, encoded, and told apart by whether the sheet has them as they are."""
        made, bad = self._assembled(page)
        rows_as_json = self._as_json(made)
        if any(map(TEXT_LIMIT.__lt__, map(len, rows_as_json))):
            made, rows_as_json = self._fitting(made, rows_as_json, bad)
        encoded = [
            EncodedRow(row.key, json, hashlib.blake2b(json, digest_size=16).digest(), row.parent)
            for row, json in zip(made, rows_as_json, strict=True)
        ]
        same_as_shown = self._met(made)
        rows, same = await self._told_apart(encoded, same_as_shown)
        spoilt = {one.key for one in bad}
        return Portion(
            phase=phase,
            rows=rows,
            same=same,
            bad=bad,
            parents=tuple(parent for parent in self._parents(page, encoded) if parent not in spoilt),
            gone=page.gone,
            read=page.read,
            cursor=page.cursor,
            total=page.total,
            units=page.units,
            complete=page.complete,
        )

    def _parents(self, page: Page, rows: Sequence[EncodedRow]) -> Sequence[str]:
        """Objects all of whose rows are here: under the company's own key, an object that changed may have another."""
        return list(dict.fromkeys(row.parent for row in rows)) if self._assembly.own_keys else page.parents

    def _assembled(self, page: Page) -> tuple[Sequence[Row], list[BadRow]]:
        """The page's rows as they stand in the sheet, and the bad ones."""
        bad = list(page.bad)
        if self._assembly.as_read and not self._marks:
            return page.rows, bad
        good: list[Row] = []
        for row in page.rows:
            made = self._assembly.assemble(row)
            if isinstance(made, BadRow):
                bad.append(made)
            else:
                good.append(made._replace(cells=(*made.cells, None)) if self._marks else made)
        return good, bad

    def _as_json(self, rows: Sequence[Row]) -> list[bytes]:
        """Each row as a JSON array. One call makes a line of each: a line break within a text is escaped in JSON."""
        lines = _ENCODER.encode_lines([["" if cell is None else cell for cell in row.cells] for row in rows])
        return lines.split(b"\n")[: len(rows)]

    def _fitting(
        self, rows: Sequence[Row], rows_as_json: Sequence[bytes], bad: list[BadRow]
    ) -> tuple[list[Row], list[bytes]]:
        """The rows that a sheet can hold, twice; the others join the bad ones."""
        fit: list[tuple[Row, bytes]] = []
        for row, json in zip(rows, rows_as_json, strict=True):
            wrong = bad_cell(row, self._titles) if len(json) > TEXT_LIMIT else None
            if wrong is None:
                fit.append((row, json))
            else:
                bad.append(BadRow(row.parent or row.key, wrong.code, wrong.details))
        return [row for row, _ in fit], [json for _, json in fit]

    def _met(self, rows: Sequence[Row]) -> set[str]:
        """The keys of those rows that the sheet shows as they are, where it was read for that."""
        shown = self._shown
        return set() if shown is None else {row.key for row in rows if shown.meets(row.key, canonical(row.cells))}

    async def _told_apart(
        self, encoded: list[EncodedRow], same_as_shown: set[str]
    ) -> tuple[list[EncodedRow], list[EncodedRow]]:
        """Rows to write, and rows that stand in the sheet as they are."""
        if self._shown is not None:
            same = [row.key in same_as_shown for row in encoded]
        elif self._compares:
            known = await self._known([row.key for row in encoded])
            same = [row.key in known if self._once else known.get(row.key) == row.fingerprint for row in encoded]
        else:
            return encoded, []
        told = list(zip(encoded, same, strict=True))
        return [row for row, stands in told if not stands], [row for row, stands in told if stands]

    async def _known(self, keys: list[str]) -> dict[str, bytes]:
        if not keys:
            return {}
        config = self._claim.config
        async with self._transaction(config.company_id):
            return await self._rows.fingerprints(config.company_id, config.id, keys)


class Taken(NamedTuple):
    """What a batch held when it was full, how far the run had come with it, and how many rows may follow."""

    rows: list[EncodedRow]
    same: list[EncodedRow]
    bad: list[BadRow]
    parents: list[str]
    gone: list[str]
    cursor: Cursor | None
    counts: TaskCounts
    rows_to_come: int


class Batch:
    """Rows waiting to be written, what else waits to be noted, and the counts of the run so far."""

    def __init__(self, task: ExportTask, table: SheetTable) -> None:
        again = task.checkpoint.offset if task.checkpoint is not None else 0  # rows that are read a second time
        self._before = replace(task.counts, read=max(task.counts.read - again, 0))
        self._mode = task.mode
        self.table = table
        self.cursor: Cursor | None = None
        self.deleted: str | None = None
        self.read = self.total = self.lines = 0
        self.unchanged = self.updated = self.appended = self.removed = self.bad_rows = 0
        self.units = self.window_units = 0
        self.source_rows = self.sheet_rows = self.missed = 0
        self.complete = False
        self._clear()

    def take(self) -> Taken:
        """What waited, to be written now; the batch is empty afterwards."""
        waited = (self.rows, self.same, self.bad, self.parents, self.gone)
        taken = Taken(*waited, self.cursor, self.counts(), self.rows_to_come)
        self._clear()
        return taken

    def wrote(self, taken: Taken, written: Sequence[Written]) -> Taken:
        """Counts what writing has come to, here and in what was taken."""
        self.updated += sum(one.updated for one in written)
        self.appended += sum(one.appended for one in written)
        return taken._replace(counts=self._with_writes(taken.counts))

    def _clear(self) -> None:
        self.rows: list[EncodedRow] = []
        self.same: list[EncodedRow] = []
        self.bad: list[BadRow] = []
        self.parents: list[str] = []
        self.gone: list[str] = []
        self.size = 0
        self.waiting = False

    @property
    def large(self) -> bool:
        """Whether so many keys wait to be noted that it should happen before more is read."""
        return len(self.same) + len(self.parents) + len(self.gone) > _KEYS_AT_ONCE

    @property
    def rows_to_come(self) -> int:
        """How many more rows may follow, by what an object has come to so far."""
        left = max(self.total - self.read, 0)
        return left * max(1, round(self.lines / max(self.read, 1)))

    def add(self, portion: Portion) -> None:
        """Takes the portion in."""
        self.waiting = True
        self._supersede(portion.parents)
        self.rows.extend(portion.rows)
        self.same.extend(portion.same)
        self.bad.extend(portion.bad)
        self.parents.extend(portion.parents)
        self.gone.extend(portion.gone)
        self.size += sum([len(row.json) + 1 for row in portion.rows])
        self.unchanged += len(portion.same)
        self.bad_rows += len(portion.bad)
        self.units += portion.units
        self.missed += portion.missed
        self.deleted = max(filter(None, (self.deleted, portion.deleted)), default=None)
        if portion.gone:
            self._leave_out(set(portion.gone))
        if portion.phase is Phase.WINDOW:
            self.window_units += portion.units
        elif portion.phase is Phase.MARKED:
            self.read += portion.read
            self.lines += len(portion.rows) + len(portion.same)
            self.total = max(self.total, self.read)
        elif portion.phase is Phase.ROWS:
            self.cursor = portion.cursor or self.cursor
            self.read += portion.read
            self.lines += len(portion.rows) + len(portion.same)
            self.total = max(self.total, portion.total)
            self.complete = portion.complete

    def _supersede(self, parents: Sequence[str]) -> None:
        """An object that comes a second time brings all of its lines: those it had the first time are void."""
        again = set(self.parents).intersection(parents)
        if again:
            self.rows = [row for row in self.rows if row.parent not in again]
            self.same = [row for row in self.same if row.parent not in again]

    def _leave_out(self, gone: set[str]) -> None:
        """What was deleted after it was read is not written."""
        self.rows = [row for row in self.rows if row.key not in gone and row.parent not in gone]

    def counts(self) -> TaskCounts:
        """What the run has done so far, the attempts before this one included."""
        before = self._before
        read = before.read + self.read
        counts = replace(
            before,
            read=read,
            total=max(before.read + self.total, read),
            unchanged=before.unchanged + self.unchanged,
            removed=before.removed + self.removed,
            bad=before.bad + self.bad_rows,
            units=before.units + self.units,
            window_units=before.window_units + self.window_units,
            unannounced=before.unannounced + self.missed,
        )
        return self._with_writes(counts)

    def _with_writes(self, counts: TaskCounts) -> TaskCounts:
        before = self._before
        counts = replace(
            counts,
            updated=before.updated + self.updated,
            appended=before.appended + self.appended,
            write_requests=before.write_requests + self.table.write_requests,
        )
        if self._mode is RunMode.RECONCILE:
            counts.source_rows, counts.sheet_rows = self.source_rows, self.sheet_rows
            counts.repaired = counts.updated + counts.appended + counts.removed
        return counts


def in_parts(rows: Sequence[EncodedRow], limit: int) -> Iterator[list[EncodedRow]]:
    """The rows in parts of about `limit` bytes, a little more rather than leaving a small rest."""
    most = limit * 1.2
    if rows and sum([len(row.json) + 1 for row in rows]) <= most:
        yield list(rows)
        return
    part: list[EncodedRow] = []
    size = 0
    for row in rows:
        if part and size + len(row.json) > most:
            yield part
            part, size = [], 0
        part.append(row)
        size += len(row.json) + 1
    if part:
        yield part
