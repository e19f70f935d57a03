"""What stands in a cell, and how it is shown."""

from decimal import Decimal
from enum import StrEnum

Cell = str | int | float | Decimal | bool | None
"""Text, a number, a truth value, or None for an empty cell. A date is a serial number (see domain.shared.moments)."""

TEXT_LIMIT = 50_000
"""Characters that one Google Sheets cell can hold."""


class CellKind(StrEnum):
    """The type of a column. It decides how a value is read, written and shown."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    MONEY = "money"
    BOOLEAN = "boolean"
    DATE_TIME = "date_time"
    LINK = "link"


DATE_TIME_PATTERN = "dd.mm.yyyy hh:mm:ss"
MONEY_PATTERN = "#,##0.00"
