"""How a spreadsheet may fail an export."""

from domain.shared.errors import Conflict, RuleViolated


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
    """Google allows 10,000,000 cells in one spreadsheet, and this write would go beyond."""

    code = "exports.spreadsheet_full"


class TabMissing(RuleViolated):
    """The tab that the export writes to was deleted. A full run makes it anew."""

    code = "exports.tab_missing"


class TabTitleTaken(Conflict):
    """The spreadsheet already has a tab of this title."""

    code = "exports.tab_title_taken"


class TabOccupied(RuleViolated):
    """The tab already holds something that this export did not write, and it is not overwritten."""

    code = "exports.tab_occupied"


class LayoutChanged(RuleViolated):
    """The header row is not as it was written: columns were moved, renamed or removed."""

    code = "exports.layout_changed"
