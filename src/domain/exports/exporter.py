"""What an exporter is: a declaration of one kind of MoySklad rows."""

from typing import ClassVar

from domain.exports.columns import (
    ATTRIBUTE_PREFIX,
    COLUMNS_LIMIT,
    ChosenColumn,
    Column,
    ColumnsInvalid,
    ColumnUnknown,
    KeyColumnMissing,
)
from domain.exports.filters import Condition, Filter, FilterUnknown, check_condition, check_together
from domain.shared.errors import RuleViolated


class ExporterUnknown(RuleViolated):
    """There is no exporter of this name."""

    code = "exports.exporter_unknown"


class BaseExporter:
    """Declares one kind of rows: where they come from, which columns and filters they offer.

    A subclass states facts and has no code. `key` names the exporter for ever; `entity` is MoySklad's path below
    `/entity/`; `key_column` finds a row again; `has_attributes` says that the entity has custom attributes.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    entity: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    filters: ClassVar[tuple[Filter, ...]] = ()
    key_column: ClassVar[str] = "id"
    default_columns: ClassVar[tuple[str, ...]]
    has_attributes: ClassVar[bool] = True

    def resolve(self, chosen: tuple[ChosenColumn, ...], attributes: tuple[Column, ...]) -> tuple[Column, ...]:
        """The chosen columns in their order, under their chosen titles.

        `attributes` are the columns of the company's custom attributes. Raises ColumnUnknown.
        """
        offered = {column.id: column for column in (*self.columns, *attributes)}
        resolved = []
        for choice in chosen:
            column = offered.get(choice.id)
            if column is None:
                raise ColumnUnknown(column=choice.id, exporter=self.key)
            resolved.append(column)
        return tuple(resolved)

    def check_columns(self, chosen: tuple[ChosenColumn, ...]) -> None:
        """Raises ColumnsInvalid, ColumnUnknown or KeyColumnMissing. Attributes are checked against live metadata."""
        ids = [choice.id for choice in chosen]
        if not 0 < len(ids) <= COLUMNS_LIMIT or len(set(ids)) != len(ids):
            raise ColumnsInvalid(count=len(ids), limit=COLUMNS_LIMIT)
        known = {column.id for column in self.columns}
        for column_id in ids:
            if column_id not in known and not (self.has_attributes and column_id.startswith(ATTRIBUTE_PREFIX)):
                raise ColumnUnknown(column=column_id, exporter=self.key)
        if self.key_column not in ids:
            raise KeyColumnMissing(column=self.key_column)

    def check_conditions(self, conditions: tuple[Condition, ...]) -> None:
        """Raises FilterUnknown, OperatorUnknown, FilterValueInvalid or FiltersContradict."""
        offered = {offer.id: offer for offer in self.filters}
        for condition in conditions:
            if condition.filter_id not in offered:
                known = ", ".join(offered)
                raise FilterUnknown(field=condition.filter_id, exporter=self.key, known=known)
            check_condition(offered[condition.filter_id], condition)
        check_together(conditions)

    def filter(self, filter_id: str) -> Filter:
        """The filter of that id. Raises FilterUnknown."""
        for offer in self.filters:
            if offer.id == filter_id:
                return offer
        raise FilterUnknown(field=filter_id, exporter=self.key, known=", ".join(offer.id for offer in self.filters))
