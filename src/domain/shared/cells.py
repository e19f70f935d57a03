"""What stands in a cell, and how it is shown."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

Cell = str | int | float | Decimal | bool | None
"""Text, a number, a truth value, or None for an empty cell. A date is a serial number (see domain.shared.moments)."""

TEXT_LIMIT = 50_000
"""Characters that one Google Sheets cell can hold."""

_EXACT = 2.0**53
KEY_PARTING = "\x1f"
"""What stands between the texts that make a key together. It never occurs in a cell."""

LIST_SEPARATOR = ", "
"""What stands between the values of a list in one cell."""


class CellKind(StrEnum):
    """The type of a column. It decides how a value is read, written and shown."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    MONEY = "money"
    BOOLEAN = "boolean"
    DATE = "date"
    DATE_TIME = "date_time"
    LINK = "link"
    LIST = "list"


def whole(number: int) -> Cell:
    """The cell for a whole number: a text where a sheet, which keeps doubles, would make another number of it."""
    return number if abs(number) <= _EXACT else str(number)


def as_key(cell: Cell) -> str:
    """How a cell is compared as a key: a number that somebody typed in place of the text 123 is `123`.

    A sheet keeps numbers as binary floats, so that an exact one is compared by the 15 digits that such a float has.
    """
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int):
        return str(cell)
    number = float(cell)
    return str(int(number)) if number.is_integer() and abs(number) <= _EXACT else format(number, ".15g")


def joined_key(parts: Sequence[str]) -> str:
    """The key that texts make together; nothing when all of them are blank."""
    if len(parts) == 1:
        return parts[0]
    return KEY_PARTING.join(parts) if any(parts) else ""


DATE_PATTERN = "dd.mm.yyyy"
DATE_TIME_PATTERN = "dd.mm.yyyy hh:mm:ss"
MONEY_PATTERN = "#,##0.00"
