"""spreadsheets.batchUpdate: each request, all-or-nothing, limits and the words of refusals."""

from typing import Any

import pytest

from tests.integration.google_emulator.agent import Book, Google, User


def cell(value: Any) -> dict[str, Any]:
    kind = {str: "stringValue", bool: "boolValue"}.get(type(value), "numberValue")
    return {"userEnteredValue": {kind: value}}


def rows(*lines: list[Any]) -> list[dict[str, Any]]:
    return [{"values": [cell(value) for value in line]} for line in lines]


def span(dimension: str, start: int, end: int, sheet: int = 0) -> dict[str, Any]:
    return {"sheetId": sheet, "dimension": dimension, "startIndex": start, "endIndex": end}


def rect(top: int, bottom: int, left: int, right: int, sheet: int = 0) -> dict[str, int]:
    return {
        "sheetId": sheet,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }


def test_a_failing_request_leaves_no_trace(book: Book) -> None:
    book.put("A1", [["a", "b"], ["c", "d"], ["e", "f"]])
    before = book.contents()
    message = book.refused(
        {"updateCells": {"range": rect(0, 3, 0, 2), "rows": rows([1]), "fields": "userEnteredValue"}},
        {"deleteDimension": {"range": span("ROWS", 1, 2)}},
        {"insertDimension": {"range": span("COLUMNS", 0, 3)}},
        {"addSheet": {"properties": {"title": "New"}}},
        {"sortRange": {"range": rect(0, 3, 0, 5), "sortSpecs": [{"dimensionIndex": 3}]}},
        {"updateSpreadsheetProperties": {"properties": {"title": "T"}, "fields": "title"}},
        {"mergeCells": {"range": rect(0, 2, 0, 2)}},
        {"appendCells": {"rows": rows(["x"]), "fields": "*"}},
        {"repeatCell": {"range": rect(0, 5, 0, 5), "cell": cell(1), "fields": "userEnteredValue"}},
        {
            "createDeveloperMetadata": {
                "developerMetadata": {"metadataKey": "k", "location": {"spreadsheet": True}, "visibility": "DOCUMENT"}
            }
        },
        {"deleteSheet": {"sheetId": 12345}},
    )
    assert message == "Invalid requests[10].deleteSheet: No grid with id: 12345"
    assert book.contents() == before


def test_update_cells_replaces_a_block(book: Book) -> None:
    book.put("A1", [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    answer = book.batch(
        {"updateCells": {"range": rect(0, 3, 0, 2), "rows": rows(["x", "y"]), "fields": "userEnteredValue"}}
    )
    assert answer == {"spreadsheetId": book.id, "replies": [{}]}
    assert book.rows("A1:C3") == [["x", "y", 3], ["", "", 6], ["", "", 9]]
    assert "exceeds grid limits" in book.refused(
        {"updateCells": {"start": {"rowIndex": 1000}, "rows": rows([1]), "fields": "userEnteredValue"}}
    )
    assert "Invalid requests[0].updateCells: Range (" in book.refused(
        {"updateCells": {"range": rect(0, 1001, 0, 1), "rows": [], "fields": "userEnteredValue"}}
    )


def test_append_cells_goes_below_the_last_row(user: User) -> None:
    book = user.create(sheets=[{"gridProperties": {"rowCount": 2, "columnCount": 2}}])
    book.append("A1", [["h"]])
    book.batch({"appendCells": {"sheetId": 0, "rows": rows([1, 2], [3, 4]), "fields": "userEnteredValue"}})
    assert book.rows("A1:B3") == [["h"], [1, 2], [3, 4]]


def test_grow_write_and_shrink_in_one_batch(user: User) -> None:
    book = user.create(sheets=[{"title": "T", "gridProperties": {"rowCount": 2, "columnCount": 2}}])
    size = {
        "updateSheetProperties": {
            "properties": {"gridProperties": {"rowCount": 5}},
            "fields": "gridProperties.rowCount",
        }
    }
    book.batch(size, {"updateCells": {"range": rect(0, 5, 0, 1), "rows": rows([1], [2], [3], [4], [5]), "fields": "*"}})
    assert book.rows("T!A1:A5") == [[1], [2], [3], [4], [5]]
    size["updateSheetProperties"]["properties"]["gridProperties"]["rowCount"] = 3
    book.batch(size)
    assert book.rows("T!A1:A3") == [[1], [2], [3]]
    freeze = {"properties": {"gridProperties": {"frozenRowCount": 1}}, "fields": "gridProperties/frozenRowCount"}
    book.batch({"updateSheetProperties": freeze})
    properties = book.resource()["sheets"][0]["properties"]
    assert properties == {
        "sheetId": 0,
        "title": "T",
        "index": 0,
        "sheetType": "GRID",
        "gridProperties": {"rowCount": 3, "columnCount": 2, "frozenRowCount": 1},
    }
    book.batch({"updateSheetProperties": {"properties": {}, "fields": "gridProperties.frozenRowCount"}})
    assert "frozenRowCount" not in book.resource()["sheets"][0]["properties"]["gridProperties"]


def test_staging_swap(book: Book) -> None:
    book.put("A1", [["old", 1], ["old", 2], ["old", 3]])
    book.batch(
        {"addSheet": {"properties": {"sheetId": 77, "title": "_staging", "hidden": True,
                                     "gridProperties": {"rowCount": 2, "columnCount": 2}}}}
    )  # fmt: skip
    book.put("_staging!A1", [["new", "=1+1"], ["new", None]])
    book.batch(
        {"copyPaste": {"source": rect(0, 2, 0, 2, 77), "destination": rect(0, 2, 0, 2), "pasteType": "PASTE_VALUES"}},
        {"updateCells": {"range": rect(2, 1000, 0, 2), "rows": [], "fields": "userEnteredValue"}},
        {"deleteSheet": {"sheetId": 77}},
    )
    assert book.rows("A1:B9") == [["new", "=1+1"], ["new"]]
    assert len(book.resource()["sheets"]) == 1


def test_moving_cutting_sorting_and_finding(book: Book) -> None:
    book.put("A1", [["k", "v"], ["b", 2], ["a", 1], ["c", 3], [None, 0]])
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    book.batch({"repeatCell": {"range": rect(2, 3, 0, 1), "cell": bold, "fields": "userEnteredFormat.textFormat.bold"}})
    book.batch({"sortRange": {"range": rect(1, 5, 0, 26), "sortSpecs": [{"dimensionIndex": 0}]}})
    assert book.rows("A1:B5") == [["k", "v"], ["a", 1], ["b", 2], ["c", 3], ["", 0]]
    formats = book.contents()["sheets"][0]["columnFormats"][0]
    assert formats == [{"startRow": 1, "endRow": 2, **bold}], "the format goes with its row"
    book.batch({"moveDimension": {"source": span("ROWS", 1, 2), "destinationIndex": 4}})
    assert book.rows("A1:A5") == [["k"], ["b"], ["c"], ["a"]]
    book.batch({"moveDimension": {"source": span("COLUMNS", 1, 2), "destinationIndex": 0}})
    assert book.rows("A1:B2") == [["v", "k"], [2, "b"]]
    book.batch({"cutPaste": {"source": rect(0, 1, 0, 2), "destination": {"rowIndex": 9, "columnIndex": 1}}})
    assert (book.rows("A1:B1"), book.rows("B10:C10")) == ([], [["v", "k"]])
    answer = book.batch({"findReplace": {"find": "b", "replacement": "BB", "allSheets": True}})
    assert answer["replies"][0]["findReplace"]["occurrencesChanged"] == 1
    book.batch(
        {"sortRange": {"range": rect(1, 4, 0, 1), "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "DESCENDING"}]}}
    )
    assert book.rows("A2:B4") == [[3, "BB"], [2, "c"], [1, "a"]], "columns outside the range stay"


def test_ranges_follow_rows_and_columns(book: Book) -> None:
    answer = book.batch(
        {"addNamedRange": {"namedRange": {"name": "Here", "range": rect(4, 6, 0, 2)}}},
        {"addProtectedRange": {"protectedRange": {"range": rect(4, 6, 0, 2), "warningOnly": True}}},
        {"mergeCells": {"range": rect(4, 6, 0, 2), "mergeType": "MERGE_ALL"}},
        {"setBasicFilter": {"filter": {"range": rect(4, 9, 0, 2)}}},
    )
    named = answer["replies"][0]["addNamedRange"]["namedRange"]["range"]
    assert named == {"startRowIndex": 4, "endRowIndex": 6, "startColumnIndex": 0, "endColumnIndex": 2}
    book.batch({"insertDimension": {"range": span("ROWS", 0, 2)}}, {"deleteDimension": {"range": span("ROWS", 7, 8)}})
    sheet = book.resource()["sheets"][0]
    assert (sheet["merges"][0]["startRowIndex"], sheet["merges"][0]["endRowIndex"]) == (6, 7)
    assert sheet["protectedRanges"][0]["range"]["startRowIndex"] == 6
    assert sheet["basicFilter"]["range"]["endRowIndex"] == 10
    assert book.resource()["namedRanges"][0]["range"]["endRowIndex"] == 7
    number = sheet["protectedRanges"][0]["protectedRangeId"]
    book.batch(
        {"deleteProtectedRange": {"protectedRangeId": number}},
        {"deleteNamedRange": {"namedRangeId": answer["replies"][0]["addNamedRange"]["namedRange"]["namedRangeId"]}},
        {"unmergeCells": {"range": rect(0, 20, 0, 5)}},
        {"clearBasicFilter": {"sheetId": 0}},
    )
    assert set(book.resource()["sheets"][0]) == {"properties"}
    assert "namedRanges" not in book.resource()


def test_filter_views(book: Book) -> None:
    criteria = {"0": {"hiddenValues": ["a"]}}
    asked = {"title": "Мои", "range": rect(4, 9, 0, 2), "criteria": criteria, "sortSpecs": [{"dimensionIndex": 1}]}
    named = {"addNamedRange": {"namedRange": {"namedRangeId": "n", "name": "Here", "range": rect(1, 3, 0, 2)}}}
    answer = book.batch(
        {"addFilterView": {"filter": asked}}, named, {"addFilterView": {"filter": {"namedRangeId": "n"}}}
    )
    first, second = (answer["replies"][place]["addFilterView"]["filter"] for place in (0, 2))
    assert (first["title"], first["criteria"], first["range"]["endRowIndex"]) == ("Мои", criteria, 9)
    assert (second["title"], second["range"]["startRowIndex"]) == ("Filter 1", 1)
    book.batch({"insertDimension": {"range": span("ROWS", 0, 2)}}, {"deleteDimension": {"range": span("ROWS", 7, 8)}})
    views = book.resource()["sheets"][0]["filterViews"]
    assert [(view["range"]["startRowIndex"], view["range"]["endRowIndex"]) for view in views] == [(6, 10), (3, 5)]
    changed = {"filterViewId": first["filterViewId"], "title": "Наши"}
    answer = book.batch(
        {"updateFilterView": {"filter": changed, "fields": "title,criteria"}},
        {"duplicateFilterView": {"filterId": first["filterViewId"]}},
        {"deleteFilterView": {"filterId": second["filterViewId"]}},
    )
    copy = answer["replies"][1]["duplicateFilterView"]["filter"]
    kept, twin = book.resource()["sheets"][0]["filterViews"]
    assert (kept["title"], "criteria" in kept, kept["range"]["endRowIndex"]) == ("Наши", False, 10)
    assert (twin, twin["title"], twin["filterViewId"] == first["filterViewId"]) == (copy, "Copy of Наши", False)
    taken = {"filterViewId": twin["filterViewId"], "range": rect(0, 1, 0, 1)}
    for wrong in (
        {"addFilterView": {"filter": {"title": "Нигде"}}},
        {"addFilterView": {"filter": taken}},
        {"deleteFilterView": {"filterId": second["filterViewId"]}},
        {"updateFilterView": {"filter": {"filterViewId": 5}, "fields": "title"}},
    ):
        book.refused({"updateFilterView": {"filter": changed | {"title": "Зря"}, "fields": "title"}}, wrong)
    assert book.resource()["sheets"][0]["filterViews"] == [kept, twin], "all or nothing"
    book.batch({"addSheet": {"properties": {"sheetId": 7, "title": "Ещё"}}}, {"deleteSheet": {"sheetId": 0}})
    assert "filterViews" not in book.resource()["sheets"][0]


def test_names_go_where_people_move_rows_and_columns(book: Book) -> None:
    def where(name: str) -> tuple[int, ...]:
        found = {one["name"]: one["range"] for one in book.resource()["namedRanges"]}[name]
        sides = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
        return tuple(found.get(side, -1) for side in sides)

    book.batch(
        {"addNamedRange": {"namedRange": {"name": "One", "range": rect(4, 5, 7, 8)}}},
        {"addNamedRange": {"namedRange": {"name": "Block", "range": rect(4, 7, 2, 4)}}},
        {"addNamedRange": {"namedRange": {"name": "Rows", "range": {"startRowIndex": 4, "endRowIndex": 5}}}},
    )
    book.batch({"moveDimension": {"source": span("ROWS", 4, 5), "destinationIndex": 1}})
    assert (where("One"), where("Rows")) == ((1, 2, 7, 8), (1, 2, -1, -1))
    assert where("Block") == (4, 7, 2, 4), "a range that would be torn apart stays"
    book.batch({"moveDimension": {"source": span("COLUMNS", 0, 1), "destinationIndex": 10}})
    assert (where("One"), where("Block")) == ((1, 2, 6, 7), (4, 7, 1, 3))
    book.put("A2", [["b"], ["a"]])
    book.batch({"sortRange": {"range": rect(1, 3, 0, 26), "sortSpecs": [{"dimensionIndex": 0}]}})
    assert where("One") == (1, 2, 6, 7), "a sorted row leaves names where they are"
    book.batch({"deleteDimension": {"range": span("ROWS", 1, 2)}})
    assert {one["name"] for one in book.resource()["namedRanges"]} == {"Block"}


def test_what_is_inserted_at_the_edges_of_a_range_stays_outside(book: Book) -> None:
    book.batch(
        {"addNamedRange": {"namedRange": {"name": "Top", "range": rect(0, 2, 0, 2)}}},
        {"mergeCells": {"range": rect(0, 2, 0, 2)}},
    )

    def rows() -> tuple[int, int, int]:
        book_now = book.resource()
        named, merged = book_now["namedRanges"][0]["range"], book_now["sheets"][0]["merges"][0]
        assert named == {name: value for name, value in merged.items() if name != "sheetId"}
        return named["startRowIndex"], named["endRowIndex"], named["endColumnIndex"]

    book.batch({"insertDimension": {"range": span("ROWS", 0, 1)}})
    assert rows() == (1, 3, 2)
    for inherit in (True, False):
        book.batch({"insertDimension": {"range": span("ROWS", 3, 4), "inheritFromBefore": inherit}})
        assert rows() == (1, 3, 2)
    book.batch(
        {"insertDimension": {"range": span("ROWS", 2, 3)}}, {"insertDimension": {"range": span("COLUMNS", 1, 2)}}
    )
    assert rows() == (1, 4, 3)


def test_names_are_unique_and_look_like_names(book: Book) -> None:
    book.batch({"addNamedRange": {"namedRange": {"name": "Here", "range": rect(0, 1, 0, 1)}}})
    number = book.resource()["namedRanges"][0]["namedRangeId"]
    for named, words in (
        ({"name": "HERE", "range": rect(1, 2, 0, 1)}, "already exists"),
        ({"name": "A1", "range": rect(1, 2, 0, 1)}, "not valid"),
        ({"name": "1st", "range": rect(1, 2, 0, 1)}, "not valid"),
        ({"name": "Other", "namedRangeId": number, "range": rect(1, 2, 0, 1)}, "already exists"),
    ):
        assert words in book.refused({"addNamedRange": {"namedRange": named}})
    moved = {"namedRangeId": number, "range": rect(8, 9, 3, 4)}
    book.batch({"updateNamedRange": {"namedRange": moved, "fields": "range"}})
    found = book.resource()["namedRanges"][0]
    assert (found["name"], found["range"]["startRowIndex"]) == ("Here", 8)
    assert "No named range" in book.refused({"deleteNamedRange": {"namedRangeId": "9"}})
    unknown = {"namedRange": {"namedRangeId": "9"}, "fields": "name"}
    assert "No named range" in book.refused({"updateNamedRange": unknown})


def test_hard_protection_stops_others(google: Google, user: User) -> None:
    book = user.create()
    other = google.user()
    share = {"type": "user", "role": "writer", "emailAddress": other.email}
    user.ok("POST", f"/drive/v3/files/{book.id}/permissions", share)
    book.batch({"addProtectedRange": {"protectedRange": {"range": rect(0, 1, 0, 26)}}})
    assert book.resource()["sheets"][0]["protectedRanges"][0]["editors"]["users"] == [user.email]
    body = {"values": [["x"]]}
    error = other.error("PUT", f"{book.path}/values/A1", body, valueInputOption="RAW")
    assert (error["code"], "protected cell" in error["message"]) == (400, True)
    other.ok("PUT", f"{book.path}/values/A2", body, valueInputOption="RAW")
    book.put("A1", [["owner"]])


def test_developer_metadata_moves_and_marks_batches(book: Book) -> None:
    def entry(number: int, location: dict[str, Any], key: str = "row") -> dict[str, Any]:
        body = {"metadataId": number, "metadataKey": key, "metadataValue": "v", "location": location}
        return {"createDeveloperMetadata": {"developerMetadata": {**body, "visibility": "DOCUMENT"}}}

    def place(number: int) -> int:
        found = book.user.ok("GET", f"{book.path}/developerMetadata/{number}")
        return found["location"]["dimensionRange"]["startIndex"]

    book.put("A1", [["k"], ["b"], ["a"]])
    answer = book.batch(
        entry(1, {"dimensionRange": span("ROWS", 2, 3)}),
        entry(2, {"dimensionRange": span("COLUMNS", 4, 5)}),
        entry(3, {"spreadsheet": True}, "batch"),
        entry(4, {"sheetId": 0}, "tab"),
    )
    made = answer["replies"][0]["createDeveloperMetadata"]["developerMetadata"]
    assert made["location"]["locationType"] == "ROW"
    assert "sheetId" not in made["location"]["dimensionRange"]
    book.batch({"sortRange": {"range": rect(1, 3, 0, 26), "sortSpecs": [{"dimensionIndex": 0}]}})
    assert place(1) == 1
    book.batch(
        {"insertDimension": {"range": span("ROWS", 0, 3)}}, {"insertDimension": {"range": span("COLUMNS", 0, 1)}}
    )
    assert (place(1), place(2)) == (4, 5)
    book.batch({"moveDimension": {"source": span("ROWS", 4, 5), "destinationIndex": 0}})
    assert place(1) == 0
    refused = book.refused(
        {"repeatCell": {"range": rect(0, 1, 0, 1), "cell": cell("lost"), "fields": "userEnteredValue"}},
        entry(3, {"spreadsheet": True}, "batch"),
    )
    assert refused.startswith("Invalid requests[1].createDeveloperMetadata: ")
    assert book.rows("A1") == []
    search = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": "row", "locationType": "ROW"}}]}
    found = book.user.ok("POST", f"{book.path}/developerMetadata:search", search)
    assert [one["developerMetadata"]["metadataId"] for one in found["matchedDeveloperMetadata"]] == [1]
    change = {
        "dataFilters": search["dataFilters"],
        "developerMetadata": {"metadataValue": "w"},
        "fields": "metadataValue",
    }
    book.batch({"updateDeveloperMetadata": change})
    assert book.user.ok("GET", f"{book.path}/developerMetadata/1")["metadataValue"] == "w"
    book.batch({"deleteDimension": {"range": span("ROWS", 0, 1)}})
    error = book.user.error("GET", f"{book.path}/developerMetadata/1")
    assert (error["code"], error["message"][:29]) == (404, "No developer metadata with ID")
    gone = book.batch({"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": 3}}}})
    assert len(gone["replies"][0]["deleteDeveloperMetadata"]["deletedDeveloperMetadata"]) == 1
    too_much = entry(8, {"sheetId": 0})
    too_much["createDeveloperMetadata"]["developerMetadata"]["metadataValue"] = "x" * 30_000
    book.refused(too_much)


def test_project_metadata_is_hidden_from_other_projects(google: Google) -> None:
    user = google.user()
    book = user.create()
    body = {"metadataId": 5, "metadataKey": "k", "location": {"spreadsheet": True}, "visibility": "PROJECT"}
    book.batch({"createDeveloperMetadata": {"developerMetadata": body}})
    other = google.user(email=user.email)
    assert other.error("GET", f"{book.path}/developerMetadata/5")["code"] == 404
    assert "developerMetadata" not in other.ok("GET", book.path)
    assert book.resource()["developerMetadata"][0]["metadataId"] == 5


def test_formats_are_kept_as_ranges_and_widths_too(book: Book) -> None:
    shape = {"userEnteredFormat": {"numberFormat": {"type": "NUMBER", "pattern": "0.00"}}}
    column = {"sheetId": 0, "startRowIndex": 1, "startColumnIndex": 1, "endColumnIndex": 2}
    for _ in range(3):
        book.batch({"repeatCell": {"range": column, "cell": shape, "fields": "userEnteredFormat.numberFormat"}})
    assert book.contents()["sheets"][0]["columnFormats"][1] == [{"startRow": 1, "endRow": 1000, **shape}]
    book.batch({"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 5}})
    assert book.contents()["sheets"][0]["columnFormats"][1][0]["endRow"] == 1000, "new rows come without formats"
    width = {"range": span("COLUMNS", 0, 2), "properties": {"pixelSize": 42}, "fields": "pixelSize"}
    book.batch({"updateDimensionProperties": width}, {"autoResizeDimensions": {"dimensions": span("COLUMNS", 2, 3)}})
    query = {"fields": "sheets.data.columnMetadata.pixelSize", "ranges": "A1:C1"}
    data = book.resource(**query)["sheets"][0]["data"]
    assert data == [{"columnMetadata": [{"pixelSize": 42}, {"pixelSize": 42}, {"pixelSize": 100}]}]
    rule = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "a"}]}, "strict": True}
    book.batch({"setDataValidation": {"range": rect(0, 2, 0, 1), "rule": rule}})
    found = book.resource(fields="sheets(data(rowData(values(dataValidation))))", ranges="A1:A3")
    assert len(found["sheets"][0]["data"][0]["rowData"]) == 2


def test_tabs(book: Book) -> None:
    answer = book.batch(
        {"addSheet": {"properties": {"title": "Second", "tabColorStyle": {"rgbColor": {"red": 1}}}}},
        {"duplicateSheet": {"sourceSheetId": 0, "newSheetName": "Copy", "insertSheetIndex": 0}},
    )
    second, copy = (
        reply[name]["properties"]
        for reply, name in zip(answer["replies"], ("addSheet", "duplicateSheet"), strict=False)
    )
    assert (second["tabColor"], copy["index"]) == ({"red": 1}, 0)
    assert [one["properties"]["title"] for one in book.resource()["sheets"]] == ["Copy", "Sheet1", "Second"]
    moved = {"properties": {"sheetId": copy["sheetId"], "index": 3}, "fields": "index"}
    full = book.batch({"updateSheetProperties": moved}, includeSpreadsheetInResponse=True)["updatedSpreadsheet"]
    assert [one["properties"]["title"] for one in full["sheets"]] == ["Sheet1", "Second", "Copy"]
    other = book.user.create("Other")
    body = {"destinationSpreadsheetId": other.id}
    assert book.user.ok("POST", f"{book.path}/sheets/0:copyTo", body)["title"] == "Copy of Sheet1"


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            {"updateSheetProperties": {"properties": {"hidden": True}, "fields": "hidden"}},
            "Invalid requests[0].updateSheetProperties: You can't hide all the sheets in a document.",
        ),
        (
            {"addSheet": {"properties": {"title": "Sheet1"}}},
            'Invalid requests[0].addSheet: A sheet with the name "Sheet1" already exists. Please enter another name.',
        ),
        ({"addSheet": {"properties": {"sheetId": 0}}}, "Invalid requests[0].addSheet: Sheet with id 0 already exists"),
        (
            {"addSheet": {"propertiez": {}}},
            "Invalid JSON payload received. Unknown name \"propertiez\" at 'requests[0].add_sheet': Cannot find field.",
        ),
        (
            {"nonsense": {}},
            "Invalid JSON payload received. Unknown name \"nonsense\" at 'requests[0]': Cannot find field.",
        ),
        (
            {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 10_000_000}},
            "This action would increase the number of cells in the workbook above the limit of 10000000 cells.",
        ),
        (
            {"appendDimension": {"sheetId": 0, "dimension": "COLUMNS", "length": 18_278}},
            "This action would increase the number of columns in the sheet above the limit of 18278 columns",
        ),
        ({"autoFill": {"range": {}}}, "Invalid requests[0].autoFill: not emulated"),
        (
            {"mergeCells": {"range": {"sheetId": "x"}}},
            "Invalid value at 'requests[0].merge_cells.range.sheet_id' (TYPE_INT32), \"x\"",
        ),
    ],
)
def test_refusals(book: Book, request_: dict[str, Any], message: str) -> None:
    assert book.refused(request_) == message


def test_more_refusals(book: Book) -> None:
    assert book.refused() == "Must specify at least one request."
    beyond = {"insertDimension": {"range": span("ROWS", 1000, 1001)}}
    assert book.refused(beyond).startswith("Invalid requests[0].insertDimension: ")
    many = [{"clearBasicFilter": {}}] * 100_001
    assert book.refused(*many) == "Cannot exceed 100000 requests in a single batch."
    assert "fields" in book.refused({"repeatCell": {"range": rect(0, 1, 0, 1), "cell": {}}})
    shape = {"userEnteredFormat": {"numberFormat": {"pattern": "0"}}}
    assert "type" in book.refused({"repeatCell": {"range": rect(0, 1, 0, 1), "cell": shape, "fields": "*"}})
    tabs = [{"addSheet": {"properties": {"gridProperties": {"rowCount": 1, "columnCount": 1}}}}] * 200
    assert "200" in book.refused(*tabs)
    book.batch(*tabs[:199])
    assert book.refused({"duplicateSheet": {"sourceSheetId": 0}}).endswith("above the limit of 200 sheets.")
    copied = book.user.error("POST", f"{book.path}/sheets/0:copyTo", {"destinationSpreadsheetId": book.id})
    assert copied["message"].endswith("above the limit of 200 sheets.")
    long = {"userEnteredValue": {"stringValue": "x" * 50_001}}
    assert "50000 characters" in book.refused(
        {"updateCells": {"start": {}, "rows": [{"values": [long]}], "fields": "userEnteredValue"}}
    )


def test_masks_and_grid_data(book: Book) -> None:
    book.put("A1", [["a", 1.5], ["b"]])
    assert book.resource(fields="spreadsheetId") == {"spreadsheetId": book.id}
    assert book.resource(fields="sheets(properties(sheetId,title))") == {
        "sheets": [{"properties": {"sheetId": 0, "title": "Sheet1"}}]
    }
    only = book.resource(fields="sheets.data.rowData.values.userEnteredValue", includeGridData="false")
    assert only["sheets"][0]["data"][0]["rowData"] == [
        {"values": [{"userEnteredValue": {"stringValue": "a"}}, {"userEnteredValue": {"numberValue": 1.5}}]},
        {"values": [{"userEnteredValue": {"stringValue": "b"}}]},
    ]
    assert "data" not in book.resource()["sheets"][0]
    filtered = {"dataFilters": [{"gridRange": rect(0, 1, 0, 1)}], "includeGridData": True}
    found = book.user.ok("POST", f"{book.path}:getByDataFilter", filtered)
    assert found["sheets"][0]["data"][0]["rowData"][0]["values"][0]["formattedValue"] == "a"
