"""Rows on their way from MoySklad to a sheet."""

from dataclasses import dataclass
from typing import NamedTuple

from domain.shared.cells import TEXT_LIMIT, Cell
from domain.shared.errors import Detail, RuleViolated

QUARANTINE_SHARE = 0.05
"""The share of unreadable rows up to which a run goes on without them."""

QUARANTINE_LEAST = 20
"""So many unreadable rows are let pass whatever their share, so that a small export is not stopped by one."""

KEY_BYTES = 2_500
"""How long a key may be, in UTF-8: an index of PostgreSQL's takes entries of 2,704 bytes, with what goes with them."""


class RowUnreadable(RuleViolated):
    """MoySklad sent an object that does not have the form its documentation promises."""

    code = "exports.row_unreadable"


class CellTooLong(RuleViolated):
    """A text is longer than a Google Sheets cell can hold. It is not cut, because that would lose it silently."""

    code = "exports.cell_too_long"


class KeyBlank(RuleViolated):
    """Nothing stands in the columns by which the row would have to be found."""

    code = "exports.key_blank"


class KeyUnfit(RuleViolated):
    """What stands in the columns by which the row would have to be found is too long to be remembered, or holds a
    character that no database keeps.
    """

    code = "exports.key_unfit"


class TooManyBadRows(RuleViolated):
    """So many rows could not be read that the run stops: something larger is wrong than a few odd objects."""

    code = "exports.too_many_bad_rows"


class Row(NamedTuple):
    """One row: its key, its cells in the order of the columns, and MoySklad's stamp of its last change.

    `parent` is the id of the object that the row is a line of; empty when the row is the object itself.
    """

    key: str
    cells: tuple[Cell, ...]
    updated: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be written, kept aside: the object's id, and why as a code with its details."""

    key: str
    code: str
    details: dict[str, Detail]


def bad_cell(row: Row, titles: tuple[str, ...]) -> BadRow | None:
    """What keeps a sheet from holding the row, if anything does."""
    for title, cell in zip(titles, row.cells, strict=True):
        if isinstance(cell, str) and len(cell) > TEXT_LIMIT:
            details: dict[str, Detail] = {
                "key": row.key,
                "column": title,
                "length": len(cell),
                "limit": TEXT_LIMIT,
            }
            return BadRow(row.key, CellTooLong.code, details)
    return None


def fits_as_key(key: str) -> bool:
    """Whether rows can be remembered by such a key."""
    return "\x00" not in key and (len(key) * 4 <= KEY_BYTES or len(key.encode()) <= KEY_BYTES)


def check_share(bad: int, read: int) -> None:
    """Raises TooManyBadRows when more rows are bad than a run may leave out."""
    if bad > max(QUARANTINE_LEAST, QUARANTINE_SHARE * read):
        raise TooManyBadRows(bad=bad, read=read, percent=round(QUARANTINE_SHARE * 100))
