"""Random batches: values agree with a plain list of lists, and a batch that fails in the end changes nothing."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulators.google import batch, rendering
from emulators.google.errors import ApiError
from emulators.google.requests.actor import Actor
from emulators.google.tab import Tab
from emulators.google.workbook import Workbook

Grid = list[list[Any]]
Operation = tuple[str, str, list[int], Grid]
ROWS, COLUMNS = 8, 5
ACTOR = Actor("a@example.com", "1", owner=True)
AXES = st.sampled_from(["ROWS", "COLUMNS"])
VALUES = st.one_of(st.none(), st.integers(0, 9), st.sampled_from(["a", "b"]))


@st.composite
def operations(draw: st.DrawFn) -> Operation:
    kind = draw(st.sampled_from(["write", "insert", "delete", "move", "sort", "copy", "empty", "format"]))
    axis = draw(AXES)
    places = [draw(st.integers(0, 12)) for _ in range(4)]
    block = draw(st.lists(st.lists(VALUES, min_size=2, max_size=2), min_size=1, max_size=3))
    return kind, axis, places, block


def workbook() -> Workbook:
    book = Workbook("id", "t", "en_US", "Etc/GMT")
    book.tabs = [Tab(0, "T", ROWS, COLUMNS, book.undo)]
    return book


def grid_range(top: int, bottom: int, left: int, right: int) -> dict[str, int]:
    return {"startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": left, "endColumnIndex": right}


def cell(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    return {"userEnteredValue": {"stringValue" if isinstance(value, str) else "numberValue": value}}


def planned(model: Grid, operation: Operation) -> tuple[dict[str, Any] | None, Grid]:
    """The request for an operation that fits the model's grid, and the model after it."""
    kind, axis, (a, b, c, d), block = operation
    height, width = len(model), len(model[0])
    size = height if axis == "ROWS" else width
    first = a % size
    last = first + 1 + b % (size - first)
    span = {"dimension": axis, "startIndex": first, "endIndex": last}
    top, left = a % height, b % width
    bottom, right = top + 1 + c % (height - top), left + 1 + d % (width - left)
    area = grid_range(top, bottom, left, right)
    new = copy.deepcopy(model)
    turned = turn(new)
    lines = new if axis == "ROWS" else turned
    request: dict[str, Any] | None = None
    if kind == "write":
        rows = [row[: right - left] for row in block[: bottom - top]]
        for row in range(top, bottom):
            for column in range(left, right):
                given = row - top < len(rows) and column - left < len(rows[row - top])
                new[row][column] = rows[row - top][column - left] if given else None
        body = [{"values": [cell(value) for value in row]} for row in rows]
        request = {"updateCells": {"range": area, "rows": body, "fields": "userEnteredValue"}}
    elif kind == "empty":
        for row in range(top, bottom):
            new[row][left:right] = [None] * (right - left)
        request = {"repeatCell": {"range": area, "cell": {}, "fields": "userEnteredValue"}}
    elif kind == "format":
        shape = {"userEnteredFormat": {"numberFormat": {"type": "NUMBER", "pattern": "0.00"}}, "note": "n"}
        request = {"repeatCell": {"range": area, "cell": shape, "fields": "userEnteredFormat,note"}}
    elif kind == "insert":
        blank = [None] * len(lines[0])
        lines[first:first] = [list(blank) for _ in range(last - first)]
        request = {"insertDimension": {"range": span}}
        new = lines if axis == "ROWS" else turn(lines)
    elif kind == "delete" and last - first < size:
        del lines[first:last]
        request = {"deleteDimension": {"range": span}}
        new = lines if axis == "ROWS" else turn(lines)
    elif kind == "move" and not first < c % (size + 1) < last:
        to = c % (size + 1)
        kept = lines[:first] + lines[last:]
        at = to if to <= first else to - (last - first)
        lines = kept[:at] + lines[first:last] + kept[at:]
        request = {"moveDimension": {"source": span, "destinationIndex": to}}
        new = lines if axis == "ROWS" else turn(lines)
    elif kind == "sort":
        parts = sorted(([*row[left:right]] for row in new[top:bottom]), key=blank_last)
        for row, part in zip(range(top, bottom), parts, strict=True):
            new[row][left:right] = part
        request = {"sortRange": {"range": area, "sortSpecs": [{"dimensionIndex": left}]}}
    elif kind == "copy":
        to_top, to_left = c % (height - (bottom - top) + 1), d % (width - (right - left) + 1)
        target = grid_range(to_top, to_top + bottom - top, to_left, to_left + right - left)
        taken = [row[left:right] for row in new[top:bottom]]
        for row, part in enumerate(taken, to_top):
            new[row][to_left : to_left + len(part)] = part
        request = {"copyPaste": {"source": area, "destination": target, "pasteType": "PASTE_VALUES"}}
    return request, new


def turn(model: Grid) -> Grid:
    return [list(line) for line in zip(*model, strict=True)]


def blank_last(part: list[Any]) -> tuple[bool, bool, Any]:
    value = part[0]
    return value is None, isinstance(value, str), value if value is not None else 0


def trimmed(model: Grid) -> Grid:
    found = []
    for row in model:
        line = list(row)
        while line and line[-1] is None:
            line.pop()
        found.append(["" if value is None else value for value in line])
    while found and not found[-1]:
        found.pop()
    return found


def state(book: Workbook) -> Any:
    """Everything that can be seen of the book; whether blank rows at the end are kept or left out cannot."""
    tab = book.tabs[0]
    tabs = [{name: value for name, value in vars(one).items() if name != "undo"} for one in book.tabs]
    for one in tabs:
        one["rows"] = one["rows"][: max((number for number, row in enumerate(one["rows"], 1) if row), default=0)]
    return copy.deepcopy((
        tabs,
        tab.row_count, book.named_ranges, book.protected_ranges, book.metadata, book.properties,
    ))  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(operations(), max_size=8))
def test_values_agree_with_a_plain_grid(given_operations: list[Operation]) -> None:
    book, model = workbook(), [[None] * COLUMNS for _ in range(ROWS)]
    for operation in given_operations:
        request, model = planned(model, operation)
        if request is None:
            continue
        batch.run(book, [request], ACTOR)
        tab = book.tabs[0]
        assert (tab.row_count, tab.column_count) == (len(model), len(model[0]))
        assert rendering.rows(book, tab, tab.area, "UNFORMATTED_VALUE", "SERIAL_NUMBER") == trimmed(model)


@settings(max_examples=150, deadline=None)
@given(st.lists(operations(), max_size=5), st.lists(operations(), min_size=1, max_size=6))
def test_a_failing_batch_changes_nothing(before: list[Operation], during: list[Operation]) -> None:
    book, model = workbook(), [[None] * COLUMNS for _ in range(ROWS)]
    for operation in before:
        request, model = planned(model, operation)
        if request is not None:
            batch.run(book, [request], ACTOR)
    kept = state(book)
    requests = []
    for operation in during:
        request, model = planned(model, operation)
        requests += [request] if request is not None else []
    with pytest.raises(ApiError):
        batch.run(book, [*requests, {"deleteSheet": {"sheetId": 404}}], ACTOR)
    assert state(book) == kept
