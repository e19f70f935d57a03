"""What a company's own metadata adds to an exporter: filters by its custom attributes."""

from collections.abc import Iterable

from domain.exports.columns import Column
from domain.exports.exporter import BaseExporter
from domain.exports.filters import SAVED_FILTER, Filter, FilterKind
from domain.shared.cells import CellKind

_KINDS: dict[CellKind, FilterKind] = {
    CellKind.INTEGER: FilterKind.NUMBER,
    CellKind.NUMBER: FilterKind.NUMBER,
    CellKind.BOOLEAN: FilterKind.BOOLEAN,
    CellKind.DATE_TIME: FilterKind.DATE_TIME,
}


def attribute_filters(exporter: BaseExporter, custom: Iterable[Column]) -> tuple[Filter, ...]:
    """The filters that custom attributes add (JSON API docs, Filtering). A file cannot be filtered by.

    `field` is the path of the attribute's metadata, which MoySklad takes with the address of its API before it.
    """
    return tuple(
        Filter(
            id=column.id,
            title=column.title,
            kind=FilterKind.REFERENCE if column.entity else _KINDS.get(column.kind, FilterKind.TEXT),
            field=f"/entity/{exporter.attributes_of}/metadata/attributes/{column.attribute}",
            entity=column.entity,
        )
        for column in custom
        if column.attribute is not None and column.filterable
    )


def every_filter(exporter: BaseExporter, custom: Iterable[Column]) -> tuple[Filter, ...]:
    """What the exporter's rows can be filtered by in this company."""
    return (*exporter.filters, SAVED_FILTER, *attribute_filters(exporter, custom))
