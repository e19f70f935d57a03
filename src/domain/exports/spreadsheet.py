"""How a spreadsheet may fail an export."""

from enum import StrEnum

from domain.shared.errors import Conflict, RuleViolated

CELLS_LIMIT = 10_000_000
"""How many cells one spreadsheet may have, blank ones included (Google Drive help, "Files you can store")."""

GRID_COLUMNS_LIMIT = 18_278
"""How many columns one tab may have: ZZZ is the last (Google Drive help, "Files you can store")."""

TABS_LIMIT = 200
"""How many tabs one spreadsheet may have, charts and hidden ones included."""


class SpreadsheetNotFound(RuleViolated):
    """Google knows no such spreadsheet, or does not show it to us."""

    code = "exports.spreadsheet_not_found"


class SpreadsheetForbidden(RuleViolated):
    """The connected Google account may look at the spreadsheet but not write to it."""

    code = "exports.spreadsheet_forbidden"


class SpreadsheetTaken(Conflict):
    """Another export is writing to this spreadsheet just now; a spreadsheet has one writer at a time."""

    code = "exports.spreadsheet_taken"


class SpreadsheetFull(RuleViolated):
    """Google allows 10,000,000 cells in one spreadsheet, and this run would go beyond."""

    code = "exports.spreadsheet_full"


class TabMissing(RuleViolated):
    """The tab that the export writes to was deleted. A full run makes it anew."""

    code = "exports.tab_missing"


class TabTitleTaken(Conflict):
    """The spreadsheet already has a tab of this title."""

    code = "exports.tab_title_taken"


class TabOccupied(RuleViolated):
    """The tab already holds something that this export did not write, be it another export's table, and it is not
    overwritten.
    """

    code = "exports.tab_occupied"


class TabOwned(RuleViolated):
    """The tab holds the table of an export of another company, as a hidden sign on it tells, and it stays theirs."""

    code = "exports.tab_owned"


class LayoutChanged(RuleViolated):
    """The header row is not as it was written: columns were moved, renamed or removed."""

    code = "exports.layout_changed"


class HeaderMissing(RuleViolated):
    """The header row was deleted, so that a row of ours stands in its place."""

    code = "exports.header_missing"


class ColumnsMoved(RuleViolated):
    """Our columns were moved while rows were written, so that cells may have come into columns of other people."""

    code = "exports.columns_moved"


class RowsMoved(RuleViolated):
    """Rows were inserted or moved while others were written, so that some of ours were written over."""

    code = "exports.rows_moved"


class SpreadsheetTrashed(RuleViolated):
    """The spreadsheet is in the trash: what is written there nobody sees, and in 30 days it is gone."""

    code = "exports.spreadsheet_trashed"


class DriveFull(RuleViolated):
    """The account's Google Drive has no room for another file."""

    code = "exports.drive_full"


class TooManyTabs(RuleViolated):
    """Google allows 200 tabs in one spreadsheet, and this run would go beyond."""

    code = "exports.too_many_tabs"


class TooManyColumns(RuleViolated):
    """Google allows 18,278 columns in one tab, and this run would go beyond."""

    code = "exports.too_many_columns"


class ObstacleKind(StrEnum):
    """What may stand in a table's way."""

    PROTECTED = "protected"
    MERGED = "merged"


class RangeProtected(RuleViolated):
    """Part of the table lies in a protected range that the connected account may not edit."""

    code = "exports.range_protected"


class CellsMerged(RuleViolated):
    """Cells of the table are merged, so that values written there would be lost."""

    code = "exports.cells_merged"


class TableCut(RuleViolated):
    """The table changed while it was written, so that nobody knows any more which row is whose."""

    code = "exports.table_changed"


class SourceEmpty(RuleViolated):
    """The source has no rows, and the table is not wiped for that unless the export says so."""

    code = "exports.source_empty"


class NoPreviousVersion(RuleViolated):
    """There is no earlier version of the table to go back to."""

    code = "exports.no_previous_version"
