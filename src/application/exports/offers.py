"""What exporters offer, as people are shown it."""

import msgspec

from domain.exports.columns import Column
from domain.exports.exporter import BaseExporter
from domain.exports.filters import OPERATORS


class OfferedColumn(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A column that can be chosen. `default` says that it is chosen when nobody chooses."""

    id: str
    title: str
    kind: str
    default: bool


class OfferedFilter(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A field that rows can be filtered by."""

    id: str
    title: str
    kind: str
    operators: list[str]


class ExporterView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One exporter with everything it offers, custom attributes aside."""

    key: str
    title: str
    key_column: str
    columns: list[OfferedColumn]
    filters: list[OfferedFilter]


def offered_columns(exporter: BaseExporter, columns: tuple[Column, ...]) -> list[OfferedColumn]:
    """The columns as people are shown them."""
    usual = set(exporter.default_columns)
    return [
        OfferedColumn(id=column.id, title=column.title, kind=column.kind, default=column.id in usual)
        for column in columns
    ]


def view_of(exporter: BaseExporter) -> ExporterView:
    """The exporter as people are shown it."""
    return ExporterView(
        key=exporter.key,
        title=exporter.title,
        key_column=exporter.key_column,
        columns=offered_columns(exporter, exporter.columns),
        filters=[
            OfferedFilter(
                id=offer.id,
                title=offer.title,
                kind=offer.kind,
                operators=sorted(operator.value for operator in OPERATORS[offer.kind]),
            )
            for offer in exporter.filters
        ],
    )
