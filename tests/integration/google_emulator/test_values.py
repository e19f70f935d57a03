"""spreadsheets.values: reading, writing, clearing, limits and the words of refusals."""

from typing import Any

import pytest

from tests.integration.google_emulator.agent import Book, Google, User

LIMITS = "exceeds grid limits. Max rows: 1000, max columns: 26"


def test_reading_trims_trailing_blanks_and_keeps_gaps(book: Book) -> None:
    book.put("A1", [["1"], [], [], ["", "", "", "2"]])
    answer = book.get("Sheet1")
    assert answer == {
        "range": "Sheet1!A1:Z1000",
        "majorDimension": "ROWS",
        "values": [["1"], [], [], ["", "", "", "2"]],
    }
    assert book.get("'Sheet1'!A1:C")["range"] == "Sheet1!A1:C1000"
    assert "values" not in book.get("F1:F9")
    assert book.get("A1:D4", majorDimension="COLUMNS")["values"] == [["1"], [], [], ["", "", "", "2"]]
    assert book.rows("R4C4:R4C4") == [["2"]]


def test_null_keeps_and_empty_text_clears(book: Book) -> None:
    book.put("A1", [["a", "b", "c"], [1, 2, 3]])
    answer = book.put("A1", [["", None, "C"], [None, 20]])
    assert answer == {
        "spreadsheetId": book.id,
        "updatedRange": "Sheet1!A1:C2",
        "updatedRows": 2,
        "updatedColumns": 3,
        "updatedCells": 3,
    }
    assert book.rows("A1:C2") == [["", "b", "C"], [1, 20, 3]]
    book.put("A5", [["x", "y"], ["z"]], majorDimension="COLUMNS")
    assert book.rows("A5:B6") == [["x", "y"], ["z"]]
    body = {"values": [["x", "y"], ["z"]], "majorDimension": "COLUMNS"}
    book.user.ok("PUT", f"{book.path}/values/A5", body, valueInputOption="RAW")
    assert book.rows("A5:B6") == [["x", "z"], ["y"]]


def test_raw_keeps_texts_as_they_are(book: Book) -> None:
    texts = ["=1+2", "007", "TRUE", "'0123", "1-2", "2026-09-05"]
    book.put("A1", [[*texts, True, 5, 1.5]])
    assert book.rows("A1:I1") == [[*texts, True, 5, 1.5]]
    assert book.rows("A1:I1", "FORMATTED_VALUE") == [[*texts, "TRUE", "5", "1.5"]]


def test_user_entered_reads_like_typing(user: User) -> None:
    book = user.create()
    book.put("A1", [["=1+2", "007", "TRUE", "'0123", "2026-09-05", "$100.15", "text", "12%"]], "USER_ENTERED")
    assert book.rows("A1:H1") == [[3, 7, True, "0123", 46270, 100.15, "text", 0.12]]
    assert book.rows("A1:H1", "FORMULA") == [["=1+2", 7, True, "0123", 46270, 100.15, "text", 0.12]]
    shown = ["3", "7", "TRUE", "0123", "2026-09-05", "$100.15", "text", "12%"]
    assert book.rows("A1:H1", "FORMATTED_VALUE") == [shown]
    dates = book.get("E1", dateTimeRenderOption="FORMATTED_STRING")["values"]
    assert dates == [["2026-09-05"]]


def test_russian_spreadsheets_read_and_show_commas(google: Google) -> None:
    user = google.user()
    book = user.create(locale="ru_RU")
    assert book.resource()["sheets"][0]["properties"]["title"] == "Лист1"
    book.put("A1", [["1,5", "05.09.2026", "1.5", "ИСТИНА", "05.09.2026 10:30"]], "USER_ENTERED")
    first, second, third, fourth, fifth = book.rows("A1:E1")[0]
    assert (first, second, fourth) == (1.5, 46270, True)
    assert third > 40_000, "a point makes a date of it"
    assert fifth == pytest.approx(46270 + 10.5 / 24)
    assert book.rows("A1:E1", "FORMATTED_VALUE")[0][:2] == ["1,5", "05.09.2026"]


@pytest.mark.parametrize(
    ("kind", "pattern", "value", "shown"),
    [
        ("DATE_TIME", "dd.mm.yyyy hh:mm:ss", 46270.4375, "05.09.2026 10:30:00"),
        ("DATE", "yyyy-mm-dd", 43831, "2020-01-01"),
        ("NUMBER", "#,##0.00", 1234.5, "1\u00a0234,50"),
        ("NUMBER", "0.00", -0.005, "-0,01"),
        ("NUMBER", "0", 7.6, "8"),
        ("NUMBER", "#,##0", 1234567, "1\u00a0234\u00a0567"),
        ("NUMBER", "", 1234.5, "1\u00a0234,50"),
        ("PERCENT", "0.0%", 0.123, "12,3%"),
        ("CURRENCY", '#,##0.00" ₽"', 1000, "1\u00a0000,00 ₽"),
        ("NUMBER", "0.###", 2.5, "2,5"),
        ("NUMBER", "#,##0;(#,##0)", -5, "(5)"),
        ("TIME", "[h]:mm", 1.5, "36:00"),
        ("TEXT", "", 12.5, "12,5"),
    ],
)
def test_number_formats(google: Google, kind: str, pattern: str, value: float, shown: str) -> None:
    book = google.user().create(locale="ru_RU")
    shape = {"type": kind} | ({"pattern": pattern} if pattern else {})
    cell = {"userEnteredFormat": {"numberFormat": shape}}
    column = {"sheetId": 0, "startColumnIndex": 0, "endColumnIndex": 1}
    book.batch({"repeatCell": {"range": column, "cell": cell, "fields": "userEnteredFormat.numberFormat"}})
    book.put("A1", [[value]])
    assert book.rows("A1", "FORMATTED_VALUE") == [[shown]]
    assert book.rows("A1") == [[value]]


def test_batches_of_ranges(book: Book) -> None:
    data = [{"range": "A1:B1", "values": [[1, 2]]}, {"range": "A3", "values": [["x"], ["y"]]}]
    answer = book.user.ok("POST", f"{book.path}/values:batchUpdate", {"valueInputOption": "RAW", "data": data})
    assert (answer["totalUpdatedRows"], answer["totalUpdatedColumns"]) == (3, 2)
    assert (answer["totalUpdatedCells"], answer["totalUpdatedSheets"]) == (4, 1)
    assert [one["updatedRange"] for one in answer["responses"]] == ["Sheet1!A1:B1", "Sheet1!A3:A4"]
    found = book.user.ok("GET", f"{book.path}/values:batchGet", ranges=["A1:B1", "A3:A4"])
    assert [one["values"] for one in found["valueRanges"]] == [[["1", "2"]], [["x"], ["y"]]]
    bad = {
        "valueInputOption": "RAW",
        "data": [{"range": "A1", "values": [["lost"]]}, {"range": "A2000", "values": [[1]]}],
    }
    error = book.user.error("POST", f"{book.path}/values:batchUpdate", bad)
    assert error["message"] == f"Invalid data[1]: Range (Sheet1!A2000) {LIMITS}"
    assert book.rows("A1") == [[1]]
    cleared = book.user.ok("POST", f"{book.path}/values:batchClear", {"ranges": ["A1:B1", "A3:A4"]})
    assert cleared["clearedRanges"] == ["Sheet1!A1:B1", "Sheet1!A3:A4"]
    assert book.rows("Sheet1") == []


def test_clearing_keeps_formats_and_notes(book: Book) -> None:
    cell = {
        "userEnteredValue": {"numberValue": 1},
        "note": "stays",
        "userEnteredFormat": {"textFormat": {"bold": True}},
    }
    book.batch({"updateCells": {"start": {"sheetId": 0}, "rows": [{"values": [cell]}], "fields": "*"}})
    assert book.user.ok("POST", f"{book.path}/values/A:A:clear")["clearedRange"] == "Sheet1!A1:A1000"
    data = book.resource(includeGridData="true")["sheets"][0]["data"][0]
    kept = data["rowData"][0]["values"][0]
    assert (kept["note"], kept["userEnteredFormat"]) == ("stays", {"textFormat": {"bold": True}})
    assert "userEnteredValue" not in kept


@pytest.mark.parametrize(
    ("where", "rows", "message"),
    [
        ("Missing!A1", [[1]], "Unable to parse range: Missing!A1"),
        ("'X'!A1:B2", [[1]], "Unable to parse range: 'X'!A1:B2"),
        ("Sheet1!AAAA1", [[1]], "Unable to parse range: Sheet1!AAAA1"),
        ("Sheet1!A100000", [[1]], f"Range (Sheet1!A100000) {LIMITS}"),
        ("A1:B1", [[1], [2]], "Requested writing within range [Sheet1!A1:B1], but tried writing to row [2]"),
        ("A1:B1", [[1, 2, 3]], "Requested writing within range [Sheet1!A1:B1], but tried writing to column [C]"),
        ("A1000", [[1], [2]], "Requested writing within range [Sheet1!A1000], but tried writing to row [1001]"),
        ("A1", [["x" * 50_001]], "Your input contains more than the maximum of 50000 characters in a single cell."),
    ],
)
def test_refused_writes(book: Book, where: str, rows: list[list[Any]], message: str) -> None:
    error = book.user.error("PUT", f"{book.path}/values/{where}", {"values": rows}, valueInputOption="RAW")
    assert (error["code"], error["status"], error["message"]) == (400, "INVALID_ARGUMENT", message)


def test_more_refusals(book: Book) -> None:
    call, path = book.user.error, f"{book.path}/values"
    assert call("GET", f"{path}/Sheet1!A100000")["message"] == f"Range (Sheet1!A100000) {LIMITS}"
    body = {"range": "Sheet1!ZZ998", "values": [[1]]}
    assert call("PUT", f"{path}/Sheet1!ZZ999", body, valueInputOption="RAW")["message"] == (
        "Request range[Sheet1!ZZ999] does not match value's range[Sheet1!ZZ998]"
    )
    error = call("PUT", f"{path}/A1", {"values": ["X"]}, valueInputOption="RAW")
    assert error["message"] == (
        "Invalid value at 'data.values[0]' (type.googleapis.com/google.protobuf.ListValue), \"X\""
    )
    assert error["details"][0]["fieldViolations"][0]["field"] == "data.values[0]"
    assert 'Unknown name "valuez"' in call("PUT", f"{path}/A1", {"valuez": []}, valueInputOption="RAW")["message"]
    assert call("PUT", f"{path}/A1", {"values": [[1]]})["code"] == 400
    book.put("A1", [["x" * 50_000]])


def test_names_resolve_as_documented(book: Book) -> None:
    book.batch(
        {"addSheet": {"properties": {"sheetId": 5, "title": "Data"}}},
        {"addSheet": {"properties": {"sheetId": 6, "title": "Bob's own/x"}}},
        {
            "addNamedRange": {
                "namedRange": {"name": "Data", "range": {"startRowIndex": 1, "endRowIndex": 3, "endColumnIndex": 2}}
            }
        },
    )
    assert book.get("Data")["range"] == "Sheet1!A2:B3"
    assert book.get("'Data'")["range"] == "Data!A1:Z1000"
    assert book.get("Data!A1")["range"] == "Data!A1"
    assert book.get("'Bob''s own%2Fx'!A1:B2")["range"] == "'Bob''s own/x'!A1:B2"


def test_append_facts(book: Book) -> None:
    assert "tableRange" not in book.append("Sheet1", [["a", "b"]])
    book.put("A1", [["1", "1"], ["2", "2"], ["3", "3"], [], [], ["6", "6"], ["7", "7"]])
    between = book.append("A1", [["x", "y"]])
    assert (between["tableRange"], between["updates"]["updatedRange"]) == ("Sheet1!A1:B3", "Sheet1!A4:B4")
    last = book.append("Sheet1", [["z"]])
    assert last["updates"]["updatedRange"] == "Sheet1!A8"
    book.user.ok("POST", f"{book.path}/values/Sheet1:clear")
    book.put("A1", [["a", "", "c"]])
    answer = book.append("A1", [["d", "e", "f"]])
    assert (answer["tableRange"], answer["updates"]["updatedRange"]) == ("Sheet1!A1", "Sheet1!A2:C2")


def test_append_inserts_or_overwrites_and_grows(user: User) -> None:
    book = user.create(sheets=[{"title": "T", "gridProperties": {"rowCount": 6, "columnCount": 2}}])
    book.put("T!A1", [["h"], ["1"], [], [], ["far"]])
    book.append("T!A1", [["2"], ["3"]], insertDataOption="INSERT_ROWS")
    assert book.rows("T!A1:A9") == [["h"], ["1"], ["2"], ["3"], [], [], ["far"]]
    book.append("T!A1", [["4"], ["5"], ["6"]])
    assert book.rows("T!A1:A9") == [["h"], ["1"], ["2"], ["3"], ["4"], ["5"], ["6"]], "OVERWRITE eats the rows below"
    book.append("T!A1", [["7", "8", "9"], ["10"]])
    grid = book.resource()["sheets"][0]["properties"]["gridProperties"]
    assert grid == {"rowCount": 9, "columnCount": 3}


def test_by_data_filter(book: Book) -> None:
    book.put("A1", [["h", "x"], ["1", "2"]])
    where = {"dimensionRange": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}}
    entry = {"metadataId": 9, "metadataKey": "col", "location": where, "visibility": "DOCUMENT"}
    book.batch({"createDeveloperMetadata": {"developerMetadata": entry}})
    chosen = {"developerMetadataLookup": {"metadataKey": "col"}}
    found = book.user.ok("POST", f"{book.path}/values:batchGetByDataFilter", {"dataFilters": [chosen]})
    assert found["valueRanges"][0]["valueRange"]["values"] == [["x"], ["2"]]
    body = {"valueInputOption": "RAW", "data": [{"dataFilter": chosen, "values": [["y"]]}]}
    book.user.ok("POST", f"{book.path}/values:batchUpdateByDataFilter", body)
    assert book.rows("B1") == [["y"]]
    body["data"][0]["values"] = [["y", "too wide"]]
    assert book.user.error("POST", f"{book.path}/values:batchUpdateByDataFilter", body)["code"] == 400
    book.user.ok("POST", f"{book.path}/values:batchClearByDataFilter", {"dataFilters": [chosen]})
    assert book.rows("A1:B2") == [["h"], ["1"]]


def test_a_formula_may_show_a_text_or_nothing(book: Book) -> None:
    book.put("A1", [['="да ""и"" нет"', '=""', "1"]], option="USER_ENTERED")
    assert book.rows("A1:C1") == [['да "и" нет', "", 1]]
    assert book.rows("B1", render="FORMULA") == [['=""']]
