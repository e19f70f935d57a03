"""Columns: what an exporter offers and what a company chose of it."""

import re
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from uuid import UUID

from domain.exports.personal import PersonalKind, kind_by_title
from domain.exports.target import TITLE_LIMIT, TitleInvalid
from domain.shared.cells import TEXT_LIMIT, CellKind
from domain.shared.errors import RuleViolated

COLUMNS_LIMIT = 200
ATTRIBUTE_PREFIX = "attribute:"
"""A custom attribute's column has the id `attribute:<attribute uuid>`; the uuid is stable, its name is not."""

PRICE_PREFIX = "price:"
"""A price type's column has the id `price:<price type uuid>`, its currency's `price:<uuid>:currency`."""

CHARACTERISTIC_PREFIX = "characteristic:"
"""A column of a variants' characteristic has the id `characteristic:<uuid>`."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DICTIONARIES_OF_PEOPLE = frozenset({"counterparty", "employee"})
_NEVER_PERSONAL = frozenset({CellKind.BOOLEAN, CellKind.LINK})

CUSTOM_PREFIXES = (ATTRIBUTE_PREFIX, PRICE_PREFIX, CHARACTERISTIC_PREFIX)
"""Columns that exist in one company's account only and are known from its metadata."""


class ColumnUnknown(RuleViolated):
    """The exporter offers no such column, or the attribute no longer exists."""

    code = "exports.column_unknown"


class ColumnsInvalid(RuleViolated):
    """The list of columns is empty, too long, or names a column twice."""

    code = "exports.columns_invalid"


class KeyColumnMissing(RuleViolated):
    """Rows are found again by the key column, so the sheet has to hold it."""

    code = "exports.key_column_missing"


class ColumnOutOfPlace(RuleViolated):
    """The column belongs to another row mode, such as a position's quantity in an export of one row per document."""

    code = "exports.column_out_of_place"


class ColumnKindUnknown(RuleViolated):
    """There is no such type of column."""

    code = "exports.column_kind_unknown"


class Level(StrEnum):
    """What a column tells of: the object itself, one line inside it, or all of its lines together."""

    OBJECT = "object"
    LINE = "line"
    TOTAL = "total"


class Computed(Enum):
    """Values that MoySklad does not send and that follow from what it does."""

    LINE_SUM = auto()
    """`quantity` times `price` less `discount` percent of a line (JSON API docs, positions; the sum is not sent)."""
    SUM = auto()
    """The sum of a number over all lines."""
    LINE_SUMS = auto()
    """The sum of LINE_SUM over all lines."""
    EACH = auto()
    """The different values over all lines, in their order, as a list."""
    PRICES = auto()
    """The sums of money in a list, each by itself, as a list."""


@dataclass(frozen=True, slots=True)
class Pick:
    """Which element of a list a column shows: in the list at `path`, the one whose `by` is `equals`."""

    path: str
    by: str
    equals: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column that can be exported.

    `path` leads through the object as MoySklad sends it (`agent.name`); a step that ends with `[]` is a list, whose
    values are joined (`tags[]`, `demands[].name`). For a column of Level.LINE or TOTAL it starts at the line.
    `reference` is the part of the path that is a link to another object (`agent`): its fields are there only after
    expanding or looking it up. With `href_id` the value is an address, and its last part, an id, is shown.

    Instead of a path a column may have: `attribute`, a custom attribute; `pick` with a path from the picked element
    on; `parts`, columns whose texts are joined by `/` (a key of several ids); `constant`, a fixed text.
    `computed` says that the value is worked out, from `path` where it needs one.

    `fields` names a value of MoySklad's `fields` parameter without which the value is not sent. `volatile` values may
    change although `updated` does not. `currency` is the id of the column that names a sum's currency; without it the
    sum is in the account's own. Of a custom attribute `entity` is the dictionary that its values come from, and
    `filterable` says whether rows can be filtered by it. A reference that is not `expandable` is always looked up:
    MoySklad refuses a list that is to be expanded at a place where it cannot be (JSON API docs, Errors, 1089).
    `personal` says what data about people the column holds.
    """

    id: str
    title: str
    kind: CellKind
    path: str = ""
    reference: str | None = None
    attribute: UUID | None = None
    level: Level = Level.OBJECT
    href_id: bool = False
    pick: Pick | None = None
    parts: "tuple[Column, ...]" = ()
    constant: str | None = None
    computed: Computed | None = None
    fields: str = ""
    volatile: bool = False
    currency: str = ""
    entity: str = ""
    filterable: bool = True
    expandable: bool = True
    personal: PersonalKind | None = None


@dataclass(frozen=True, slots=True)
class ChosenColumn:
    """A column as a company chose it: which one, and under what title it stands in the sheet.

    A column of the company's own has an id of its own choosing (`constant:…`, `computed:…`) and either a `constant`
    text or an `expression` over the other columns, whose result is shown as a value of `kind`.
    """

    id: str
    title: str
    constant: str | None = None
    expression: str | None = None
    kind: CellKind | None = None


def check_own(choice: ChosenColumn) -> None:
    """Checks a column of the company's own: its id is kept and left in the sheet, its text stands in every row. Raises
    TitleInvalid.
    """
    if not 0 < len(choice.id) <= TITLE_LIMIT or _CONTROL.search(choice.id):
        raise TitleInvalid(field="column id", limit=TITLE_LIMIT)
    constant = choice.constant or ""
    if len(constant) > TEXT_LIMIT or "\x00" in constant:
        raise TitleInvalid(field="constant", limit=TEXT_LIMIT)


def attribute_column(
    attribute_id: UUID, title: str, kind: CellKind, *, entity: str = "", filterable: bool = True
) -> Column:
    """The column that shows a custom attribute. What personal data it holds is told by the dictionary that its values
    come from, or guessed by its title.
    """
    people = PersonalKind.NAME if entity in _DICTIONARIES_OF_PEOPLE else None
    guessed = None if entity or kind in _NEVER_PERSONAL else kind_by_title(title)
    return Column(
        id=f"{ATTRIBUTE_PREFIX}{attribute_id}",
        title=title,
        kind=kind,
        attribute=attribute_id,
        entity=entity,
        filterable=filterable,
        personal=people or guessed,
    )


def price_columns(price_type_id: UUID, title: str) -> tuple[Column, Column]:
    """The columns that show the price of one price type, and its currency."""
    pick = Pick("salePrices", "priceType.id", str(price_type_id))
    value = f"{PRICE_PREFIX}{price_type_id}"
    return (
        Column(id=value, title=title, kind=CellKind.MONEY, path="value", pick=pick, currency=f"{value}:currency"),
        Column(
            id=f"{value}:currency",
            title=f"{title}: валюта",
            kind=CellKind.TEXT,
            path="currency.isoCode",
            reference="currency",
            pick=pick,
        ),
    )


def characteristic_column(characteristic_id: UUID, title: str) -> Column:
    """The column that shows one characteristic of a variant."""
    return Column(
        id=f"{CHARACTERISTIC_PREFIX}{characteristic_id}",
        title=title,
        kind=CellKind.TEXT,
        path="value",
        pick=Pick("characteristics", "id", str(characteristic_id)),
    )
