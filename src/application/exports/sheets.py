"""Spreadsheets as the application sees them: tabs, tables in them, and the steps of a batch that is applied whole."""

from dataclasses import dataclass
from enum import StrEnum

from domain.exports.spreadsheet import ObstacleKind
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import CellKind


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A part of a tab that cannot be written freely: a protected range that we may not edit, or merged cells.

    `rows` count from 1 and `columns` from 0, the first and the last; an open end is a very large number.
    """

    kind: ObstacleKind
    name: str
    rows: tuple[int, int]
    columns: tuple[int, int]


class TabRole(StrEnum):
    """What a tab is to an export: its table stands there, rows are gathered there, the version before is kept there,
    rows that vanished are moved there.
    """

    TABLE = "table"
    STAGING = "staging"
    PREVIOUS = "previous"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Sign:
    """What tells a tab of ours from one that people made, however either is called: the tag of its table's layout, and
    its role. A copy of a tab, and a tab of a copied spreadsheet, bear none. `owner` tells companies apart.
    """

    tag: str
    role: TabRole
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of a spreadsheet and the size of its grid.

    `anchors` are what we left on its columns: the tag of a layout, the name of a column, where it is now (from 0).
    `signs` are what we left on the tab itself.
    """

    sheet_id: int
    title: str
    row_count: int
    column_count: int
    hidden: bool = False
    anchors: tuple[tuple[str, str, int], ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    signs: tuple[Sign, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedCells:
    """A named range, which goes wherever its cells go. `rows` count from 1 and `columns` from 0, first and last."""

    range_id: str
    name: str
    sheet_id: int
    rows: tuple[int, int]
    columns: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """A spreadsheet as it is now."""

    spreadsheet_id: str
    title: str
    tabs: tuple[Tab, ...]
    named: tuple[NamedCells, ...] = ()

    def cells(self) -> int:
        """How many cells its grids have, blank ones included: what Google's limit counts."""
        return sum(tab.row_count * tab.column_count for tab in self.tabs)


@dataclass(frozen=True, slots=True)
class Made:
    """A spreadsheet that was made for an export. A `fresh` one nobody has had a chance to write into: its only tab is
    ours. Of one that was made by an earlier attempt, and used since, that cannot be said.
    """

    spreadsheet: Spreadsheet
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """What a tab shows, as text: its first row (trailing blanks left out), and columns from row 1 down."""

    header: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is laid out: titles, kinds and names of its columns, and in which column of the grid each stands.

    `tag` tells the anchors of this table from those of others; a layout without one leaves no anchors. One with an
    `owner` signs its tab as well. `former` are tags of tables that stood there before, whose anchors and signs go.
    """

    titles: tuple[str, ...]
    kinds: tuple[CellKind, ...]
    names: tuple[str, ...] = ()
    columns: tuple[int, ...] = ()
    tag: str = ""
    owner: str = ""
    former: tuple[str, ...] = ()

    def sign(self) -> Sign:
        """What its tab bears, if it has an owner."""
        return Sign(self.tag, TabRole.TABLE, self.owner)

    def places(self) -> tuple[int, ...]:
        """Where the columns stand; one beside the other from A on unless told otherwise."""
        return self.columns or tuple(range(len(self.titles)))


@dataclass(frozen=True, slots=True)
class WriteRows:
    """Rows, each a JSON array of cells, into those columns of the grid; None empties a cell."""

    tab: Tab
    columns: tuple[int, ...]
    rows: PutRows[bytes]


@dataclass(frozen=True, slots=True)
class CopyRows:
    """The values of rows `first` to `last` (from 1) into another tab, column by column, from row `to` on."""

    source: Tab
    columns: tuple[int, ...]
    first: int
    last: int
    target: Tab
    to_columns: tuple[int, ...]
    to: int


@dataclass(frozen=True, slots=True)
class ClearRows:
    """No values in rows `first` to `last` of these columns."""

    tab: Tab
    columns: tuple[int, ...]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class DropTab:
    """The tab is deleted."""

    tab: Tab


@dataclass(frozen=True, slots=True)
class AddTab:
    """A tab of that title and id, of the smallest size, hidden or not, with its signs. Raises TabTitleTaken or
    TooManyTabs.
    """

    tab: Tab


@dataclass(frozen=True, slots=True)
class MakeTable:
    """A table's header, formats and anchors; see Spreadsheets.lay_out, with all columns fresh."""

    tab: Tab
    layout: Layout


@dataclass(frozen=True, slots=True)
class AppendRow:
    """A row, a JSON array of cells, into the layout's columns below the last row where the tab shows anything."""

    tab: Tab
    layout: Layout
    row: bytes


@dataclass(frozen=True, slots=True)
class Widen:
    """A grid with at least so many rows and columns. It never shrinks, nor is what others add meanwhile taken away."""

    tab: Tab
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class NameCell:
    """A name for one cell, in place of where the `known` one leads, if there is one."""

    name: str
    tab: Tab
    row: int
    column: int
    known: NamedCells | None = None


@dataclass(frozen=True, slots=True)
class DropMarker:
    """The marker of another batch, if it is there."""

    marker: int


Step = WriteRows | CopyRows | ClearRows | DropTab | AddTab | MakeTable | AppendRow | Widen | NameCell | DropMarker
