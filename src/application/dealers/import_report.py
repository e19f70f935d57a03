"""What became of a list of dealers, line by line."""

from enum import StrEnum

import msgspec

from domain.dealers.naming import Named
from domain.shared.errors import Detail, SkladSheetsError
from domain.shared.identities import DealerId


class LineOutcome(StrEnum):
    """What became of one line."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was left out of a line that was taken in. `candidates` are what may have been meant."""

    code: str
    details: dict[str, Detail]
    candidates: tuple[Named, ...] = ()


class LineReport(msgspec.Struct, frozen=True, kw_only=True):
    """`row` counts from 1, the header included, as spreadsheets count. `changed` names what is new of a dealer. A line
    that was refused has the code of the reason. In a dry run a dealer who would be made has no id.
    """

    row: int
    name: str
    outcome: LineOutcome
    dealer_id: DealerId | None = None
    changed: tuple[str, ...] = ()
    code: str | None = None
    details: dict[str, Detail] = {}
    warnings: tuple[LeftOut, ...] = ()


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """In the order of the lines."""

    dry_run: bool
    lines: tuple[LineReport, ...]


def refused_line(row: int, name: str, error: SkladSheetsError) -> LineReport:
    """That the line was refused, and why."""
    return LineReport(row=row, name=name, outcome=LineOutcome.REFUSED, code=error.code, details=dict(error.details))


def left_out(error: SkladSheetsError, candidates: tuple[Named, ...] = ()) -> LeftOut:
    """What the error says, as a warning."""
    return LeftOut(code=error.code, details=dict(error.details), candidates=candidates)
