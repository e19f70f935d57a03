"""How an export shall show personal data, as people say it, and whether that can be."""

from collections.abc import Iterable

import msgspec

from domain.exports.columns import Column, ColumnUnknown
from domain.exports.exporter import BaseExporter, RowMode
from domain.exports.personal import PersonalTerms, treatment_named


class PersonalChoice(msgspec.Struct, frozen=True, kw_only=True):
    """`treatment` is for every column that is known to hold personal data, `columns` names others by id."""

    treatment: str = "as_is"
    columns: dict[str, str] = {}


def terms_of(choice: PersonalChoice) -> PersonalTerms:
    """Raises TreatmentUnknown."""
    exceptions = tuple((name, treatment_named(wanted)) for name, wanted in sorted(choice.columns.items()))
    return PersonalTerms(treatment_named(choice.treatment), exceptions)


def check_named(terms: PersonalTerms, exporter: BaseExporter, mode: RowMode, custom: Iterable[Column]) -> None:
    """Raises ColumnUnknown for an exception about a column that rows of this mode do not have."""
    offered = {column.id for column in (*exporter.offered(mode), *custom)}
    for name, _ in terms.exceptions:
        if name not in offered:
            raise ColumnUnknown(column=name[:100], exporter=exporter.key)
