"""What is wrong with a table as a whole."""

from domain.shared.errors import RuleViolated

MOST_ROWS = 2_000
MOST_COLUMNS = 100
MOST_CELLS = 60_000
MOST_EMPTY = 100_000
"""Rows that are merely formatted often follow those in which something stands."""


class TableUnreadable(RuleViolated):
    """The file is neither CSV nor XLSX. `reason` says what it looks like."""

    code = "dealers.file_unreadable"


class TableMalformed(RuleViolated):
    """Quotes do not pair up, or the like; `row` counts from 1."""

    code = "dealers.file_malformed"


class TableTooLarge(RuleViolated):
    """More rows, columns or cells than are taken in at once."""

    code = "dealers.file_too_large"


class TableEmpty(RuleViolated):
    """There is no line beside the header."""

    code = "dealers.file_empty"


class NameHeadingMissing(RuleViolated):
    """No column is headed by what the name is called."""

    code = "dealers.file_header_missing"


class HeadingRepeated(RuleViolated):
    """Two columns have headings that mean the same."""

    code = "dealers.file_header_repeated"


def too_large() -> TableTooLarge:
    """With what is allowed."""
    return TableTooLarge(rows=MOST_ROWS, columns=MOST_COLUMNS, cells=MOST_CELLS)
