"""What other clients than gspread send: pygsheets, gspread-formatting, google-spreadsheet, the generic ones."""

from typing import Any

import pytest

from tests.integration.google_emulator.agent import Book, Google, User

NAME = "application/vnd.google-apps.spreadsheet"


def widths(first: int) -> dict[str, Any]:
    columns = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": first, "endIndex": first + 1}
    return {"updateDimensionProperties": {"range": columns, "properties": {"pixelSize": 50}, "fields": "pixelSize"}}


def test_a_list_of_requests_may_hold_lists_or_be_left_out(book: Book) -> None:
    for requests, replies in (([[widths(0)], widths(1)], 2), (widths(2), 1)):
        answer = book.user.ok("POST", f"{book.path}:batchUpdate", {"requests": requests})
        assert answer["replies"] == [{}] * replies
    error = book.user.error("POST", f"{book.path}:batchUpdate", {"requests": [{"deleteSheet": [{"sheetId": 1}]}]})
    assert error["message"] == (
        "Invalid JSON payload received. Unknown name \"deleteSheet\" at 'requests[0]': "
        "Proto field is not repeating, cannot start list."
    )


def test_a_slash_behind_the_id_changes_nothing(book: Book) -> None:
    assert book.user.ok("GET", f"{book.path}/")["spreadsheetId"] == book.id
    assert book.user.ok("POST", f"{book.path}/:batchUpdate", {"requests": [widths(0)]})["replies"] == [{}]
    file = f"/drive/v3/files/{book.id}/"
    assert book.user.ok("PATCH", file, {"name": "Renamed"})["name"] == book.user.ok("GET", file)["name"] == "Renamed"
    assert book.user.call("DELETE", file).status_code == 204


def test_a_mask_of_what_there_is_not_is_refused(book: Book) -> None:
    error = book.user.error("GET", book.path, fields="sheets(properties.title,nope),spreadsheetId")
    said = "Error expanding 'fields' parameter. Cannot find matching fields for path 'sheets.nope'."
    assert error["message"] == "Request contains an invalid argument."
    assert error["details"][0]["fieldViolations"] == [{"field": "sheets.nope", "description": said}]
    assert book.user.ok("GET", book.path, fields="*").keys() == book.resource().keys()


def test_cells_below_a_deleted_range_move_up_with_all_they_have(book: Book) -> None:
    """How google-spreadsheet deletes a row."""
    book.put("A1", [["a1", "b1", "c1"], ["a2", "b2", "c2"], ["a3", "b3", "c3"], ["a4"]])
    note = {"start": {"rowIndex": 2, "columnIndex": 1}, "rows": [{"values": [{"note": "b3"}]}], "fields": "note"}
    book.batch({"updateCells": note})
    middle = {"startRowIndex": 1, "endRowIndex": 2, "startColumnIndex": 1, "endColumnIndex": 2}
    book.batch({"deleteRange": {"range": middle, "shiftDimension": "ROWS"}})
    assert book.rows("A1:C4") == [["a1", "b1", "c1"], ["a2", "b3", "c2"], ["a3", "", "c3"], ["a4"]]
    assert notes(book) == {(1, 1): "b3"}
    book.batch({"insertRange": {"range": middle, "shiftDimension": "ROWS"}})
    assert book.rows("A1:C4") == [["a1", "b1", "c1"], ["a2", "", "c2"], ["a3", "b3", "c3"], ["a4"]]
    assert notes(book) == {(2, 1): "b3"}
    book.batch({"deleteRange": {"range": middle, "shiftDimension": "COLUMNS"}})
    assert book.rows("A2:C2") == [["a2", "c2"]]
    book.batch({"insertRange": {"range": middle, "shiftDimension": "COLUMNS"}})
    assert book.rows("A2:C2") == [["a2", "", "c2"]]
    whole = {"startRowIndex": 0, "endRowIndex": 1}
    book.batch({"deleteRange": {"range": whole, "shiftDimension": "ROWS"}})
    assert book.rows("A1:C4") == [["a2", "", "c2"], ["a3", "b3", "c3"], ["a4"]]
    grid = book.resource()["sheets"][0]["properties"]["gridProperties"]
    assert (grid["rowCount"], grid["columnCount"]) == (1000, 26)
    book.put("A1000", [["last"]])
    assert "pushed off" in book.refused({"insertRange": {"range": whole, "shiftDimension": "ROWS"}})
    assert "shiftDimension is required" in book.refused({"deleteRange": {"range": whole}})


def notes(book: Book) -> dict[tuple[int, int], str]:
    rows = book.resource(fields="sheets.data.rowData.values.note")["sheets"][0]["data"][0].get("rowData", [])
    return {
        (place, column): cell["note"]
        for place, row in enumerate(rows)
        for column, cell in enumerate(row.get("values", []))
        if "note" in cell
    }


def test_a_tab_is_downloaded_from_its_page(book: Book) -> None:
    book.batch({"addSheet": {"properties": {"title": "T", "sheetId": 5}}})
    book.put("T!A1", [["x", 1]])
    path = f"/spreadsheets/d/{book.id}/export"
    assert book.user.call("GET", path, format="csv", gid="5", id=book.id).text == "x,1"
    assert book.user.call("GET", path, format="tsv", gid="5").text == "x\t1"
    assert book.user.error("GET", path, format="pdf", gid="5")["code"] == 400
    assert book.user.error("GET", path, format="csv", gid="6")["code"] == 400


@pytest.fixture
def shelf(google: Google) -> User:
    """Somebody who sees three files of their own, and nobody else's."""
    user = google.user("https://www.googleapis.com/auth/drive.file")
    for name in ("Beta", "alpha", "it's"):
        user.ok("POST", "/drive/v3/files", {"name": name, "mimeType": NAME})
    return user


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["alpha", "Beta", "it's"]),
        ("name = 'Beta' or name='alpha'", ["alpha", "Beta"]),
        ("not name contains 'A' and trashed = false", ["Beta", "it's"]),
        ("name = 'it\\'s'", ["it's"]),
        (f"mimeType='{NAME}' and (name = 'Beta' or name = 'none') and 'root' in parents", ["Beta"]),
        ("modifiedTime > '2020-01-01T00:00:00' and createdTime <= '2020-01-01T00:00:00Z'", []),
        ("'nobody@example.com' in owners or sharedWithMe = true", []),
    ],
)
def test_files_are_found_by_what_is_asked(shelf: User, query: str, found: list[str]) -> None:
    listed = shelf.ok("GET", "/drive/v3/files", q=query, orderBy="name")["files"]
    assert [file["name"] for file in listed] == found


def test_questions_that_are_none_are_refused(shelf: User) -> None:
    for query in (
        "name",
        "name = Beta",
        "(name = 'x'",
        "name = 'x' and",
        "colour = 'red'",
        "name > 'x'",
        "name = 'x' 'y'",
    ):
        assert shelf.error("GET", "/drive/v3/files", q=query)["message"] == "Invalid Value"
    assert shelf.error("GET", "/drive/v3/files", orderBy="colour")["code"] == 400
    backwards = shelf.ok("GET", "/drive/v3/files", orderBy="folder,name desc")["files"]
    assert [file["name"] for file in backwards] == ["it's", "Beta", "alpha"]


def test_who_asks_is_told_who_they_are(user: User) -> None:
    assert user.ok("GET", "/drive/v3/about", fields="user(emailAddress,me)") == {
        "user": {"emailAddress": user.email, "me": True}
    }
    assert user.error("GET", "/drive/v3/about")["code"] == 400
