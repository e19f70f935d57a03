"""A MoySklad whose accounts a test fills."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from adapters.memory.failures import PlannedFailures
from application.connections.ports import MoySkladKey
from application.exports.ports import Page, Reading
from domain.connections.moysklad import MoySkladDisconnected
from domain.exports.columns import Column
from domain.exports.cursor import Cursor
from domain.exports.exporter import BaseExporter
from domain.exports.filters import Condition
from domain.exports.rows import Row
from domain.shared.cells import Cell
from domain.shared.moments import from_moscow


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One object of an account: its cells by column id, and the stamp of its last change, Moscow time."""

    key: str
    updated: str
    cells: Mapping[str, Cell]


@dataclass(slots=True)
class _Account:
    rows: dict[str, dict[str, SourceRow]] = field(default_factory=dict)
    attributes: dict[str, tuple[Column, ...]] = field(default_factory=dict)


class MemorySource:
    """Accounts by their install token; a token that was never opened, or was revoked, is refused.

    `page_size` is how many rows come in one page, each page being one `read` to the planned `failures`. `readings` are
    the readings that were begun.
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

    def put(self, token: str, entity: str, key: str, updated: str, cells: Mapping[str, Cell]) -> None:
        """Makes or changes an object. The cell of the exporter's key column need not be given."""
        self.open(token)
        self._accounts[token].rows.setdefault(entity, {})[key] = SourceRow(key, updated, dict(cells))

    def remove(self, token: str, entity: str, key: str) -> None:
        """Deletes an object."""
        del self._accounts[token].rows[entity][key]

    def define_attributes(self, token: str, entity: str, columns: tuple[Column, ...]) -> None:
        """Gives the account's objects custom attributes."""
        self.open(token)
        self._accounts[token].attributes[entity] = columns

    async def attributes(self, key: MoySkladKey, exporter: BaseExporter) -> tuple[Column, ...]:
        """See application.exports.ports.Source."""
        with self.failures.around("attributes"):
            await asyncio.sleep(0)
            return self._account(key.token).attributes.get(exporter.entity, ())

    async def read(self, key: MoySkladKey, reading: Reading) -> AsyncIterator[Page]:
        """See application.exports.ports.Source. A row that changes while it is read comes again at the end."""
        self.readings.append(reading)
        cursor, seen = reading.cursor, set[tuple[str, str]]()
        total: int | None = None
        while True:
            with self.failures.around("read"):
                await asyncio.sleep(0)
                found = self._matching(key.token, reading, cursor)
            if total is None:
                total = len(found)
            page = [row for row in found if (row.updated, row.key) not in seen][: self.page_size]
            if not page:
                return
            seen.update((row.updated, row.key) for row in page)
            stamp = page[-1].updated
            cursor = Cursor(stamp, sum(1 for updated, _ in seen if updated == stamp))
            yield Page(tuple(_row(row, reading) for row in page), cursor, total)

    def _matching(self, token: str, reading: Reading, cursor: Cursor | None) -> list[SourceRow]:
        rows = self._account(token).rows.get(reading.exporter.entity, {}).values()
        start = None if cursor is None else from_moscow(cursor.updated)
        found = [
            row
            for row in rows
            if (start is None or from_moscow(row.updated) >= start)
            and all(_meets(row, condition) for condition in reading.conditions)
        ]
        return sorted(found, key=lambda row: (from_moscow(row.updated), row.key))

    def _account(self, token: str) -> _Account:
        account = self._accounts.get(token)
        if account is None:
            raise MoySkladDisconnected(reason="token")
        return account


def _row(row: SourceRow, reading: Reading) -> Row:
    cells = {reading.exporter.key_column: row.key, **row.cells}
    return Row(row.key, tuple(cells.get(column.id) for column in reading.columns), row.updated)


def _meets(row: SourceRow, condition: Condition) -> bool:
    """Compares the cell that is named like the filter: as numbers where both are, else as texts."""
    cell = row.cells.get(condition.filter_id)
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
