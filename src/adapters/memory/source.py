"""A MoySklad whose accounts a test fills."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from adapters.memory.failures import PlannedFailures
from application.connections.ports import MoySkladKey
from application.exports.vendor_ports import Page, Reading, Trash
from domain.connections.moysklad import MoySkladDisconnected
from domain.exports.columns import Column
from domain.exports.cursor import Cursor
from domain.exports.exporter import BaseExporter, Feed, RowMode
from domain.exports.filters import Condition
from domain.exports.rows import BadRow, Row
from domain.shared.cells import Cell
from domain.shared.moments import from_moscow, to_moscow


@dataclass(frozen=True, slots=True)
class SourceObject:
    """One object of an account: its cells by column id, and the stamp of its last change, Moscow time.

    `lines` are the keys of its lines with their cells; `deleted` is when it was put into the trash, where it is. A
    `bad` object cannot be read, and why.
    """

    key: str
    updated: str
    cells: Mapping[str, Cell]
    lines: Mapping[str, Mapping[str, Cell]] = field(default_factory=dict)
    deleted: str | None = None
    bad: BadRow | None = None


@dataclass(slots=True)
class _Account:
    objects: dict[str, dict[str, SourceObject]] = field(default_factory=dict)
    custom: dict[str, tuple[Column, ...]] = field(default_factory=dict)


class MemorySource:
    """Accounts by their install token; a token that was never opened, or was revoked, is refused.

    `page_size` is how many objects come in one page, each page being one `read` to the planned `failures`. `readings`
    are the readings that were begun. An exporter's objects are kept under its entity, or its report's path.
    """

    def __init__(self) -> None:
        self.page_size = 100
        self.failures = PlannedFailures()
        self.readings: list[Reading] = []
        self._accounts: dict[str, _Account] = {}

    def open(self, token: str) -> None:
        """Makes an empty account, unless the token has one."""
        self._accounts.setdefault(token, _Account())

    def revoke(self, token: str) -> None:
        """The token is refused from now on."""
        self._accounts.pop(token, None)

    def put(
        self,
        token: str,
        entity: str,
        key: str,
        updated: str,
        cells: Mapping[str, Cell],
        lines: Mapping[str, Mapping[str, Cell]] | None = None,
    ) -> None:
        """Makes or changes an object. The cells of key columns need not be given."""
        self.open(token)
        made = SourceObject(key, updated, dict(cells), dict(lines or {}))
        self._accounts[token].objects.setdefault(entity, {})[key] = made

    def spoil(self, token: str, entity: str, key: str, reason: BadRow | None) -> None:
        """The object cannot be read from now on; None mends it."""
        objects = self._accounts[token].objects[entity]
        objects[key] = replace(objects[key], bad=reason)

    def trash(self, token: str, entity: str, key: str, moment: str) -> None:
        """Puts the object into the trash at that moment."""
        objects = self._accounts[token].objects[entity]
        objects[key] = replace(objects[key], deleted=moment)

    def restore(self, token: str, entity: str, key: str) -> None:
        """Takes the object out of the trash; its stamp stays what it was."""
        objects = self._accounts[token].objects[entity]
        objects[key] = replace(objects[key], deleted=None)

    def remove(self, token: str, entity: str, key: str) -> None:
        """Deletes an object for good."""
        del self._accounts[token].objects[entity][key]

    def define_attributes(self, token: str, entity: str, columns: tuple[Column, ...]) -> None:
        """Gives the account's objects custom columns."""
        self.open(token)
        self._accounts[token].custom[entity] = columns

    async def custom_columns(
        self, key: MoySkladKey, exporter: BaseExporter, conditions: Sequence[Condition] = ()
    ) -> tuple[Column, ...]:
        """See application.exports.vendor_ports.Source."""
        del conditions
        with self.failures.around("custom_columns"):
            await asyncio.sleep(0)
            return self._account(key.token).custom.get(_shelf(exporter), ())

    async def read(self, key: MoySkladKey, reading: Reading) -> AsyncIterator[Page]:
        """See application.exports.vendor_ports.Source. A row that changes while it is read comes again at the end."""
        self.readings.append(reading)
        whole = reading.exporter.feed is Feed.WHOLE
        cursor, seen = None if whole else reading.cursor, set[tuple[str, str]]()
        total: int | None = None
        while True:
            with self.failures.around("read"):
                await asyncio.sleep(0)
                found = self._matching(key.token, reading, cursor)
            if total is None:
                total = len(found)
            fresh = [one for one in found if (one.updated, one.key) not in seen]
            page, last = fresh[: self.page_size], len(fresh) <= self.page_size
            seen.update((one.updated, one.key) for one in page)
            if page and not whole:
                stamp = page[-1].updated
                cursor = Cursor(stamp, sum(1 for updated, _ in seen if updated == stamp))
            yield _page(page, reading, None if whole else cursor, total, last=last)
            if last:
                return

    async def deleted(self, key: MoySkladKey, reading: Reading, since: str | None) -> AsyncIterator[Trash]:
        """See application.exports.vendor_ports.Source."""
        if not reading.exporter.trash:
            return
        with self.failures.around("deleted"):
            await asyncio.sleep(0)
            objects = self._account(key.token).objects.get(_shelf(reading.exporter), {}).values()
        gone = {one.key: one.deleted for one in objects if one.deleted is not None and (since or "") <= one.deleted}
        yield Trash(tuple(sorted(gone)), max(gone.values(), default=None), 1)

    async def existing(self, key: MoySkladKey, reading: Reading, ids: Sequence[str]) -> frozenset[str]:
        """See application.exports.vendor_ports.Source."""
        with self.failures.around("existing"):
            await asyncio.sleep(0)
            found = self._matching(key.token, reading, None)
        return frozenset(one.key for one in found).intersection(ids)

    async def count(self, key: MoySkladKey, reading: Reading) -> int:
        """See application.exports.vendor_ports.Source."""
        with self.failures.around("count"):
            await asyncio.sleep(0)
            return len(self._matching(key.token, reading, None))

    def units(self, reading: Reading, objects: int) -> int:
        """See application.exports.vendor_ports.Source. One for each page."""
        return reading.exporter.units * max(1, -(-objects // self.page_size))

    def _matching(self, token: str, reading: Reading, cursor: Cursor | None) -> list[SourceObject]:
        objects = self._account(token).objects.get(_shelf(reading.exporter), {}).values()
        start = None if cursor is None else from_moscow(cursor.updated)
        since = None if reading.since is None else to_moscow(reading.since)
        found = [
            one
            for one in objects
            if one.deleted is None
            and (not reading.ids or one.key in reading.ids)
            and (start is None or from_moscow(one.updated) >= start)
            and (since is None or str(one.cells.get(reading.exporter.window) or one.updated) >= since)
            and all(_meets(one, condition) for condition in reading.conditions)
        ]
        return sorted(found, key=lambda one: (from_moscow(one.updated), one.key))

    def _account(self, token: str) -> _Account:
        account = self._accounts.get(token)
        if account is None:
            raise MoySkladDisconnected(reason="token")
        return account


def _shelf(exporter: BaseExporter) -> str:
    return exporter.entity or exporter.report


def _page(objects: Sequence[SourceObject], reading: Reading, cursor: Cursor | None, total: int, *, last: bool) -> Page:
    good = [one for one in objects if one.bad is None]
    by_lines = reading.mode is RowMode.POSITION
    return Page(
        rows=tuple(row for one in good for row in (_lines(one, reading) if by_lines else [_row(one, reading)])),
        cursor=cursor,
        total=total,
        read=len(objects),
        bad=tuple(one.bad for one in objects if one.bad is not None),
        parents=tuple(one.key for one in good) if by_lines else (),
        units=1,
        complete=last,
    )


def _row(one: SourceObject, reading: Reading) -> Row:
    cells = {reading.exporter.key_column: one.key, **one.cells}
    return Row(one.key, tuple(cells.get(column.id) for column in reading.columns), one.updated)


def _lines(one: SourceObject, reading: Reading) -> list[Row]:
    key_column = reading.exporter.key_column_of(reading.mode)
    made = []
    for key, line in one.lines.items():
        cells = {reading.exporter.key_column: one.key, **one.cells, key_column: key, **line}
        made.append(Row(key, tuple(cells.get(column.id) for column in reading.columns), one.updated, one.key))
    return made


def _meets(one: SourceObject, condition: Condition) -> bool:
    """Compares the cell that is named like the filter: as numbers where both are, else as texts."""
    cell = one.cells.get(condition.filter_id)
    text, wanted = "" if cell is None else str(cell), condition.value
    try:
        order = Decimal(text).compare(Decimal(wanted))
    except InvalidOperation:
        order = Decimal((text > wanted) - (text < wanted))
    return {
        "=": order == 0,
        "!=": order != 0,
        ">": order > 0,
        "<": order < 0,
        ">=": order >= 0,
        "<=": order <= 0,
        "~": wanted.lower() in text.lower(),
        "~=": text.lower().startswith(wanted.lower()),
        "=~": text.lower().endswith(wanted.lower()),
    }[condition.operator]
