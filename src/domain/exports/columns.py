"""Columns: what an exporter offers and what a company chose of it."""

from dataclasses import dataclass
from uuid import UUID

from domain.shared.cells import CellKind
from domain.shared.errors import RuleViolated

COLUMNS_LIMIT = 200
ATTRIBUTE_PREFIX = "attribute:"
"""A custom attribute's column has the id `attribute:<attribute uuid>`; the uuid is stable, its name is not."""


class ColumnUnknown(RuleViolated):
    """The exporter offers no such column, or the attribute no longer exists."""

    code = "exports.column_unknown"


class ColumnsInvalid(RuleViolated):
    """The list of columns is empty, too long, or names a column twice."""

    code = "exports.columns_invalid"


class KeyColumnMissing(RuleViolated):
    """Rows are found again by the key column, so the sheet has to hold it."""

    code = "exports.key_column_missing"


@dataclass(frozen=True, slots=True)
class Column:
    """One column that can be exported.

    `path` leads through the object as MoySklad sends it (`agent.name`). `reference` is the part of the path that is a
    link to another object (`agent`): its fields are there only after expanding or looking it up. `attribute` is set
    for a custom attribute instead of a path.
    """

    id: str
    title: str
    kind: CellKind
    path: str = ""
    reference: str | None = None
    attribute: UUID | None = None


@dataclass(frozen=True, slots=True)
class ChosenColumn:
    """A column as a company chose it: which one, and under what title it stands in the sheet."""

    id: str
    title: str


def attribute_column(attribute_id: UUID, title: str, kind: CellKind) -> Column:
    """The column that shows a custom attribute."""
    return Column(id=f"{ATTRIBUTE_PREFIX}{attribute_id}", title=title, kind=kind, attribute=attribute_id)
