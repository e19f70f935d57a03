"""What stands in a cell, and how it is shown."""

from decimal import Decimal
from enum import StrEnum

Cell = str | int | float | Decimal | bool | None
"""Text, a number, a truth value, or None for an empty cell. A date is a serial number (see domain.shared.moments)."""

TEXT_LIMIT = 50_000
"""Characters that one Google Sheets cell can hold."""

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


def as_key(cell: Cell) -> str:
    """How a cell is compared as a key: a number that somebody typed in place of the text 123 is `123`."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


DATE_PATTERN = "dd.mm.yyyy"
DATE_TIME_PATTERN = "dd.mm.yyyy hh:mm:ss"
MONEY_PATTERN = "#,##0.00"
