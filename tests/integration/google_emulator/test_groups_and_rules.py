"""Groups of rows and columns, conditional formats, borders: kept, moved along, answered."""

from typing import Any

import pytest

from tests.integration.google_emulator.agent import Book


def columns(first: int, last: int) -> dict[str, Any]:
    return {"range": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": first, "endIndex": last}}


def groups(book: Book, name: str = "columnGroups") -> list[tuple[int, int, int]]:
    found = book.resource()["sheets"][0].get(name, [])
    return [(one["range"]["startIndex"], one["range"]["endIndex"], one["depth"]) for one in found]


def test_a_group_comes_and_goes_as_recorded(book: Book) -> None:
    (reply,) = book.batch({"addDimensionGroup": columns(0, 2)})["replies"]
    group = {"range": {"dimension": "COLUMNS", "startIndex": 0, "endIndex": 2}, "depth": 1}
    assert reply == {"addDimensionGroup": {"dimensionGroups": [group]}}
    (tab,) = book.resource()["sheets"]
    assert tab["columnGroups"] == [group]
    assert tab["properties"]["gridProperties"]["columnGroupControlAfter"] is True
    assert book.batch({"deleteDimensionGroup": columns(0, 2)})["replies"] == [{"deleteDimensionGroup": {}}]
    assert groups(book) == []
    assert "deleteDimensionGroup: There is no group" in book.refused({"deleteDimensionGroup": columns(0, 2)})


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ((2, 4), (1, 5), [(1, 5, 1), (2, 4, 2)]),
        ((1, 5), (2, 4), [(1, 5, 1), (2, 4, 2)]),
        ((1, 4), (2, 5), [(1, 5, 1), (2, 4, 2)]),
    ],
)
def test_groups_nest_as_documented(
    book: Book, one: tuple[int, int], other: tuple[int, int], found: list[tuple[int, int, int]]
) -> None:
    book.batch({"addDimensionGroup": columns(*one)}, {"addDimensionGroup": columns(*other)})
    assert groups(book) == found


def test_groups_shrink_and_move_and_close(book: Book) -> None:
    book.batch({"addDimensionGroup": columns(1, 5)}, {"addDimensionGroup": columns(2, 4)})
    book.batch({"deleteDimensionGroup": columns(3, 5)})
    assert groups(book) == [(1, 4, 1), (2, 3, 2)]
    closed = {**columns(2, 3), "depth": 2, "collapsed": True}
    book.batch({"updateDimensionGroup": {"dimensionGroup": closed, "fields": "collapsed"}})
    assert [one.get("collapsed") for one in book.resource()["sheets"][0]["columnGroups"]] == [None, True]
    book.batch({"insertDimension": columns(2, 3)}, {"deleteDimension": columns(0, 1)})
    assert groups(book) == [(0, 4, 1), (2, 3, 2)]
    wrong = {"dimensionGroup": {**columns(0, 9), "depth": 1, "collapsed": True}, "fields": "*"}
    assert "no group with that range" in book.refused({"updateDimensionGroup": wrong})


def rule(text: str, *areas: dict[str, int]) -> dict[str, Any]:
    condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": text}]}
    look = {"textFormat": {"bold": True, "foregroundColor": {"red": 1}}}
    return {"ranges": list(areas or [{"startRowIndex": 1}]), "booleanRule": {"condition": condition, "format": look}}


def texts(book: Book) -> list[str]:
    found = book.resource(fields="sheets.conditionalFormats")["sheets"][0].get("conditionalFormats", [])
    return [one["booleanRule"]["condition"]["values"][0]["userEnteredValue"] for one in found]


def test_rules_keep_their_order_and_their_places(book: Book) -> None:
    added = [{"addConditionalFormatRule": {"rule": rule(text), "index": 0}} for text in "cba"]
    assert book.batch(*added)["replies"] == [{}, {}, {}]
    (moved,) = book.batch({"updateConditionalFormatRule": {"index": 2, "newIndex": 0, "sheetId": 0}})["replies"]
    assert texts(book) == ["c", "a", "b"]
    assert moved["updateConditionalFormatRule"].keys() == {"newRule", "oldIndex"}
    (changed,) = book.batch({"updateConditionalFormatRule": {"index": 1, "rule": rule("d")}})["replies"]
    assert changed["updateConditionalFormatRule"].keys() == {"newRule", "oldRule", "newIndex"}
    (gone,) = book.batch({"deleteConditionalFormatRule": {"index": 0}})["replies"]
    format_ = gone["deleteConditionalFormatRule"]["rule"]["booleanRule"]["format"]
    assert format_["textFormat"]["foregroundColorStyle"] == {"rgbColor": {"red": 1}}
    assert texts(book) == ["d", "b"]
    refused = book.refused({"deleteConditionalFormatRule": {"index": 2}})
    assert refused.endswith("No conditional format on sheet: 0 at index: 2")


def test_rules_move_with_their_cells(book: Book) -> None:
    area = {"startRowIndex": 2, "endRowIndex": 4, "startColumnIndex": 1, "endColumnIndex": 2}
    book.batch({"addConditionalFormatRule": {"rule": rule("x", area)}})
    top = {"range": {"sheetId": 0, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}}
    book.batch(
        {"insertDimension": top},
        {"duplicateSheet": {"sourceSheetId": 0, "newSheetId": 7, "insertSheetIndex": 1, "newSheetName": "Twin"}},
    )
    moved = {**area, "startRowIndex": 3, "endRowIndex": 5}
    found = {one["properties"]["title"]: one["conditionalFormats"][0]["ranges"] for one in book.resource()["sheets"]}
    assert found == {"Sheet1": [moved], "Twin": [{"sheetId": 7, **moved}]}
    book.batch({"deleteDimension": {"range": {**top["range"], "endIndex": 6}}})
    assert texts(book) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ranges": [], "booleanRule": {"condition": {"type": "BLANK"}}}, "No ranges"),
        ({"ranges": [{}]}, "Exactly one of"),
        ({"ranges": [{}], "booleanRule": {"condition": {}}}, "condition.type is required"),
        ({"ranges": [{}], "gradientRule": {"minpoint": {"type": "MIN"}}}, "maxpoint are required"),
    ],
)
def test_rules_that_say_nothing_are_refused(book: Book, wrong: dict[str, Any], said: str) -> None:
    assert said in book.refused({"addConditionalFormatRule": {"rule": wrong, "index": 0}})


def test_borders_go_around_and_between(book: Book) -> None:
    line = {"style": "SOLID", "color": {"red": 1}}
    area = {"startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 2}
    book.batch({"updateBorders": {"range": area, "top": line, "innerVertical": {"style": "DASHED"}}})
    fields = "sheets.data.rowData.values.userEnteredFormat.borders"
    rows = book.resource(fields=fields, ranges="A1:B2")["sheets"][0]["data"][0]["rowData"]
    sides = [[sorted(cell["userEnteredFormat"]["borders"]) for cell in row["values"]] for row in rows]
    assert sides == [[["right", "top"], ["left", "top"]], [["right"], ["left"]]]
    top = rows[0]["values"][0]["userEnteredFormat"]["borders"]["top"]
    assert top == {"style": "SOLID", "width": 1, "color": {"red": 1}, "colorStyle": {"rgbColor": {"red": 1}}}
    book.batch({"updateBorders": {"range": area, "top": {"style": "NONE"}, "innerVertical": {"style": "NONE"}}})
    assert "rowData" not in book.resource(fields=fields, ranges="A1:B2")["sheets"][0]["data"][0]
