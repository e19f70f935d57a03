"""What an exporter is: a declaration of one kind of MoySklad rows."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.exports.columns import (
    COLUMNS_LIMIT,
    CUSTOM_PREFIXES,
    ChosenColumn,
    Column,
    ColumnOutOfPlace,
    ColumnsInvalid,
    ColumnUnknown,
    KeyColumnMissing,
    Level,
    check_own,
)
from domain.exports.filters import Condition, Filter, FilterUnknown, check_condition, check_together
from domain.shared.errors import RuleViolated


class ExporterUnknown(RuleViolated):
    """There is no exporter of this name."""

    code = "exports.exporter_unknown"


class RowModeUnknown(RuleViolated):
    """The exporter cannot make rows of this kind."""

    code = "exports.row_mode_unknown"


class Family(StrEnum):
    """The three groups that people look for an exporter in."""

    DOCUMENTS = "documents"
    DICTIONARIES = "dictionaries"
    REPORTS = "reports"


class Feed(StrEnum):
    """How rows are read: what changed since last time, by `updated`, or all of them, unless a report is `recent`."""

    CHANGES = "changes"
    WHOLE = "whole"


class RowMode(StrEnum):
    """What one row of the sheet stands for: an object, one line of it, or an object with its lines summed up."""

    DOCUMENT = "document"
    POSITION = "position"
    TOTALS = "totals"


class Answer(StrEnum):
    """What MoySklad's answer looks like: a list `{meta, rows}` in pages, a bare array, or a single object."""

    PAGES = "pages"
    ARRAY = "array"
    OBJECT = "object"


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines inside an object: positions of a document, stores of a product's stock, days of a series.

    `path` leads to them: `positions` is a collection of its own with `meta` and `rows`, which may have to be completed
    from the sub-resource of that name; a path that ends with `[]` is a plain array. `key_column` tells lines apart.
    """

    path: str
    key_column: str

    @property
    def nested(self) -> bool:
        """Whether the lines are a collection with its own paging."""
        return not self.path.endswith("[]")

    @property
    def rows_path(self) -> str:
        """The path of the list itself."""
        return f"{self.path}.rows[]" if self.nested else self.path


@dataclass(frozen=True, slots=True)
class ById:
    """An object that rows name without linking to it in the usual way, made into a link called `name`.

    `at` is where its id or address stands (`storeId`, `meta.href`); `kind` is its entity where the value is a bare id.
    """

    name: str
    at: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Recent:
    """How a report that is read whole can be asked for what changed of late instead.

    `parameter` takes a moment that is at most a day back; rows come with their present numbers, and a row whose
    `amount` is 0 is one that a whole reading would not show. That holds only while the filters of `under` are given as
    they stand there; one with an empty value is not given at all.
    """

    parameter: str
    amount: str
    under: tuple[tuple[str, str], ...] = ()

    def admits(self, conditions: tuple[Condition, ...]) -> bool:
        """Whether these conditions leave it possible."""
        given = {condition.filter_id: condition.value for condition in conditions}
        return all(given.get(name, value) == value for name, value in self.under)


class BaseExporter:
    """Declares one kind of rows: where they come from, which columns and filters they offer.

    A subclass states facts and has no code. `key` names the exporter for ever; `entity` is MoySklad's path below
    `/entity/`, or `report` the one below `/report/`, and may hold a filter's id in braces. `key_column` finds a row
    again. `attributes_of` is the entity whose custom attributes rows have, `prices` and `characteristics` say that
    they have prices by price type and characteristics. `trash` says that deleted objects can be asked for, `archive`
    that archived ones are hidden unless asked for; `filter_archived` that the list can be asked for them.

    `units` is what one request costs (JSON API docs, Restrictions). `asynchronous`: the whole answer can be ordered and
    fetched later (JSON API docs, asynchronous exchange). `window` is the date field by which recent objects are read
    anew, so that values which change without `updated` are not missed. `order` is how a list that is read whole is
    ordered; empty where it cannot be. `beta` is sent as `X-Lognex-Remap-Beta-Feature`. `recent` says how a list that is
    read whole can be asked for what changed of late; `twins` that two rows may have the same key, so that they are told
    apart by a number at its end. `announced` are the types of objects whose webhooks tell of changes to the rows, where
    that is not the entity alone; `stock_report` is the report whose stock webhooks do.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    family: ClassVar[Family] = Family.DICTIONARIES
    entity: ClassVar[str] = ""
    report: ClassVar[str] = ""
    columns: ClassVar[tuple[Column, ...]]
    filters: ClassVar[tuple[Filter, ...]] = ()
    key_column: ClassVar[str] = "id"
    default_columns: ClassVar[tuple[str, ...]]
    default_line_columns: ClassVar[tuple[str, ...]] = ()
    attributes_of: ClassVar[str | None] = None
    prices: ClassVar[bool] = False
    characteristics: ClassVar[bool] = False
    feed: ClassVar[Feed] = Feed.CHANGES
    answer: ClassVar[Answer] = Answer.PAGES
    lines: ClassVar[Lines | None] = None
    row_modes: ClassVar[tuple[RowMode, ...]] = (RowMode.DOCUMENT,)
    by_id: ClassVar[tuple[ById, ...]] = ()
    trash: ClassVar[bool] = False
    archive: ClassVar[bool] = False
    units: ClassVar[int] = 1
    asynchronous: ClassVar[bool] = False
    window: ClassVar[str] = ""
    order: ClassVar[str] = "id,asc"
    beta: ClassVar[str] = ""
    recent: ClassVar[Recent | None] = None
    twins: ClassVar[bool] = False
    announced: ClassVar[tuple[str, ...] | None] = None
    stock_report: ClassVar[str] = ""

    @property
    def path(self) -> str:
        """MoySklad's path; a filter's id in braces is filled in from a condition."""
        return f"/entity/{self.entity}" if self.entity else f"/report/{self.report}"

    @property
    def announced_types(self) -> tuple[str, ...]:
        """Types of objects whose webhooks tell of changes to these rows. Every type of object that is no part of
        another has webhooks (JSON API docs, webhooks). Of custom dictionaries that is not certain: they are left out.
        """
        if self.announced is not None:
            return self.announced
        return (self.entity,) if self.entity and not set(self.entity) & {"/", "{"} else ()

    @property
    def announces_changes(self) -> bool:
        """Whether MoySklad tells of changes to these rows by itself."""
        return bool(self.announced_types or self.stock_report)

    def reads_by_id(self) -> bool:
        """Whether single objects can be asked for by the ids that webhooks name."""
        return self.feed is Feed.CHANGES and self.announced_types == (self.entity,)

    @property
    def has_custom_columns(self) -> bool:
        """Whether a company's own metadata adds columns."""
        return self.attributes_of is not None or self.prices or self.characteristics

    def mode_named(self, name: str | None) -> RowMode:
        """The row mode of that name, the usual one for None. Raises RowModeUnknown."""
        if name is None:
            return self.row_modes[0]
        for mode in self.row_modes:
            if mode.value == name:
                return mode
        raise RowModeUnknown(mode=name[:50], exporter=self.key, known=", ".join(self.row_modes))

    def key_column_of(self, mode: RowMode) -> str:
        """The id of the column by which rows of this mode are found again."""
        return self.lines.key_column if mode is RowMode.POSITION and self.lines is not None else self.key_column

    def defaults(self, mode: RowMode) -> tuple[str, ...]:
        """The columns that are chosen when nobody chooses."""
        if mode is RowMode.POSITION and self.default_line_columns:
            return self.default_line_columns
        levels = _LEVELS[mode]
        offered = {column.id: column.level for column in self.columns}
        usual = tuple(one for one in self.default_columns if offered[one] in levels)
        key = self.key_column_of(mode)
        return usual if key in usual else (key, *usual)

    def offered(self, mode: RowMode) -> tuple[Column, ...]:
        """The columns that rows of this mode can have."""
        return tuple(column for column in self.columns if column.level in _LEVELS[mode])

    def resolve(
        self, chosen: tuple[ChosenColumn, ...], custom: tuple[Column, ...], mode: RowMode = RowMode.DOCUMENT
    ) -> tuple[Column, ...]:
        """The chosen columns of MoySklad's in their order, under their chosen titles; one's own are left out.

        `custom` are the columns of the company's own metadata. Raises ColumnUnknown or ColumnOutOfPlace.
        """
        offered = {column.id: column for column in (*self.columns, *custom)}
        resolved = []
        for choice in chosen:
            if choice.expression is not None or choice.constant is not None:
                continue
            column = offered.get(choice.id)
            if column is None:
                raise ColumnUnknown(column=choice.id, exporter=self.key)
            if column.level not in _LEVELS[mode]:
                raise ColumnOutOfPlace(column=choice.id, mode=mode.value)
            resolved.append(column)
        return tuple(resolved)

    def check_columns(self, chosen: tuple[ChosenColumn, ...], mode: RowMode = RowMode.DOCUMENT) -> None:
        """Raises ColumnsInvalid, ColumnUnknown, ColumnOutOfPlace, KeyColumnMissing, or TitleInvalid for a column of the
        company's own.

        Columns of the company's own metadata are checked against that metadata, not here.
        """
        ids = [choice.id for choice in chosen]
        if not 0 < len(ids) <= COLUMNS_LIMIT or len(set(ids)) != len(ids):
            raise ColumnsInvalid(count=len(ids), limit=COLUMNS_LIMIT)
        levels = {column.id: column.level for column in self.columns}
        for choice in chosen:
            if choice.expression is not None or choice.constant is not None:
                check_own(choice)
                continue
            if choice.id not in levels:
                if self.has_custom_columns and choice.id.startswith(CUSTOM_PREFIXES):
                    continue
                raise ColumnUnknown(column=choice.id, exporter=self.key)
            if levels[choice.id] not in _LEVELS[mode]:
                raise ColumnOutOfPlace(column=choice.id, mode=mode.value)
        if self.key_column_of(mode) not in ids:
            raise KeyColumnMissing(column=self.key_column_of(mode))

    def check_conditions(self, conditions: tuple[Condition, ...], custom: tuple[Filter, ...] = ()) -> None:
        """Raises FilterUnknown, OperatorUnknown, FilterValueInvalid, FilterMissing or FiltersContradict."""
        offered = {offer.id: offer for offer in (*self.filters, *custom)}
        for condition in conditions:
            if condition.filter_id not in offered:
                known = ", ".join(offered)
                raise FilterUnknown(field=condition.filter_id, exporter=self.key, known=known)
            check_condition(offered[condition.filter_id], condition)
        check_together(tuple(offered.values()), conditions)

    def filter(self, filter_id: str) -> Filter:
        """The filter of that id. Raises FilterUnknown."""
        for offer in self.filters:
            if offer.id == filter_id:
                return offer
        raise FilterUnknown(field=filter_id, exporter=self.key, known=", ".join(offer.id for offer in self.filters))


_LEVELS: dict[RowMode, frozenset[Level]] = {
    RowMode.DOCUMENT: frozenset({Level.OBJECT}),
    RowMode.POSITION: frozenset({Level.OBJECT, Level.LINE}),
    RowMode.TOTALS: frozenset({Level.OBJECT, Level.TOTAL}),
}
