"""Rows as the body of a request of spreadsheets.values."""

from collections.abc import Iterator, Sequence

import msgspec

from adapters.google.cells import parted
from adapters.google.layout import area
from application.exports.sheets import Tab
from domain.exports.write_strategies.operations import PutRows


class _Filter(msgspec.Struct, rename="camel"):
    grid_range: dict[str, int]


class _Values(msgspec.Struct, rename="camel"):
    data_filter: _Filter
    values: msgspec.Raw
    major_dimension: str = "ROWS"


class _ValuesWritten(msgspec.Struct, rename="camel"):
    """Body of spreadsheets.values.batchUpdateByDataFilter, which takes ranges by the tab's id: a title may have become
    another tab's a moment ago. RAW: nothing is parsed, so a text can't become a formula or a date.
    """

    data: list[_Values]
    value_input_option: str = "RAW"


def rows_body(tab: Tab, operations: Sequence[PutRows[bytes]], columns: Sequence[int]) -> bytes | None:
    """The body that writes these rows into these columns of the grid; None when there is nothing to write."""
    data = [one for operation in operations if operation.rows for one in _values(tab, operation, columns)]
    return msgspec.json.encode(_ValuesWritten(data)) if data else None


def _values(tab: Tab, operation: PutRows[bytes], columns: Sequence[int]) -> Iterator[_Values]:
    for first, width, rows in parted(operation.rows, columns):
        place = area(tab, operation.first_row - 1, operation.last_row, first, first + width)
        yield _Values(_Filter(place), msgspec.Raw(rows))
