"""Where runs are told about in the spreadsheet itself: a tab that logs them, and one cell that shows the last."""

import re
from dataclasses import dataclass

from domain.exports.spreadsheet import GRID_COLUMNS_LIMIT
from domain.exports.target import check_title
from domain.shared.errors import RuleViolated

_ROWS_LIMIT = 10_000_000
_LETTERS = 26
_ADDRESS = re.compile(r"(?:(?:'((?:[^']|'')+)'|([^'!]+))!)?\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,7})")


class StatusCellInvalid(RuleViolated):
    """A status cell needs the address of one cell."""

    code = "exports.status_cell_invalid"


class StatusCellUnfit(RuleViolated):
    """The status cell would stand in a tab that the export writes as a whole."""

    code = "exports.status_cell_unfit"


class StatusCellInTable(RuleViolated):
    """The status cell would stand in a column that an export fills."""

    code = "exports.status_cell_in_table"


class StatusCellTaken(RuleViolated):
    """The status cell holds something that we did not write, and it is not overwritten."""

    code = "exports.status_cell_taken"


class RunLogUnfit(RuleViolated):
    """The log of runs would stand in a tab that the export needs for itself."""

    code = "exports.run_log_unfit"


class RunLogTaken(RuleViolated):
    """The tab of the log's title holds something else, and nothing is written there."""

    code = "exports.run_log_taken"


@dataclass(frozen=True, slots=True)
class CellAddress:
    """One cell. Rows count from 1 and columns from 0; without `tab` it stands on the export's own tab."""

    tab: str | None
    row: int
    column: int

    def text(self) -> str:
        """The address as people write it: `H1`, `'Сводка'!B2`."""
        letters, rest = "", self.column + 1
        while rest:
            rest, letter = divmod(rest - 1, _LETTERS)
            letters = chr(ord("A") + letter) + letters
        if self.tab is None:
            return f"{letters}{self.row}"
        doubled = self.tab.replace("'", "''")
        return f"'{doubled}'!{letters}{self.row}"

    def on(self, tab: str) -> bool:
        """Whether it names the tab of that title. Google ignores case."""
        return self.tab is not None and self.tab.casefold() == tab.casefold()


def cell_address(text: str) -> CellAddress:
    """Reads an address in A1 notation. Raises StatusCellInvalid or TitleInvalid."""
    found = _ADDRESS.fullmatch(text.strip())
    if found is None:
        raise StatusCellInvalid(value=text[:150])
    quoted, bare, letters, digits = found.groups()
    tab = quoted.replace("''", "'") if quoted is not None else bare
    column = 0
    for letter in letters.upper():
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    if column > GRID_COLUMNS_LIMIT or int(digits) > _ROWS_LIMIT:
        raise StatusCellInvalid(value=text[:150])
    return CellAddress(None if tab is None else check_title(tab, "statusCell"), int(digits), column - 1)
