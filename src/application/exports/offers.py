"""What exporters offer, as people are shown it."""

from collections.abc import Iterable

import msgspec

from domain.exports.columns import Column
from domain.exports.exporter import BaseExporter
from domain.exports.filters import Filter


class OfferedColumn(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A column that can be chosen. `default` says that it is chosen when nobody chooses, `level` for which rows it is:
    `object` for all, `line` for rows that are positions, `total` for documents with totals. `currency` names the column
    that says in which currency a sum is; null means the account's own. `personal` says what data about people it holds:
    name, email, phone, address, number, date, amount or text; null: none that is known to be.
    """

    id: str
    title: str
    kind: str
    default: bool
    level: str
    currency: str | None
    personal: str | None


class OfferedFilter(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A field that rows can be filtered by."""

    id: str
    title: str
    kind: str
    operators: list[str]
    choices: list[str]
    required: bool


class ExporterView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One exporter with everything it offers, custom attributes aside. `row_modes` begins with the usual one."""

    key: str
    title: str
    family: str
    row_modes: list[str]
    key_column: str
    columns: list[OfferedColumn]
    filters: list[OfferedFilter]


def offered_columns(exporter: BaseExporter, columns: tuple[Column, ...]) -> list[OfferedColumn]:
    """The columns as people are shown them."""
    usual = set(exporter.default_columns)
    return [
        OfferedColumn(
            id=column.id,
            title=column.title,
            kind=column.kind,
            default=column.id in usual,
            level=column.level,
            currency=column.currency or None,
            personal=column.personal,
        )
        for column in columns
    ]


def view_of(exporter: BaseExporter) -> ExporterView:
    """The exporter as people are shown it."""
    return ExporterView(
        key=exporter.key,
        title=exporter.title,
        family=exporter.family,
        row_modes=list(exporter.row_modes),
        key_column=exporter.key_column,
        columns=offered_columns(exporter, exporter.columns),
        filters=offered_filters(exporter.filters),
    )


def offered_filters(filters: Iterable[Filter]) -> list[OfferedFilter]:
    """The filters as people are shown them."""
    return [
        OfferedFilter(
            id=offer.id,
            title=offer.title,
            kind=offer.kind,
            operators=sorted(operator.value for operator in offer.allowed),
            choices=list(offer.choices),
            required=offer.required and not offer.default,
        )
        for offer in filters
    ]
