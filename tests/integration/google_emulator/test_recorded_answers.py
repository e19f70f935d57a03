"""Answers as recorded traffic has them, where they are not what one would guess."""

import pytest

from tests.integration.google_emulator.agent import Book, User


def test_a_single_blank_cell_is_in_no_table_even_beside_one(book: Book) -> None:
    book.put("A1:D6", [[f"{row}{column}" for column in "abcd"] for row in range(6)])
    second = {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    book.batch({"insertDimension": {"range": second}})
    filled = book.append("A2", [["new", "row"]])
    assert "tableRange" not in filled
    assert filled["updates"]["updatedRange"] == "Sheet1!A2:B2"
    # The guide's example: two tables, A1:C2 and B4:D6.
    book.user.ok("POST", f"{book.path}/values/Sheet1:clear")
    book.put("A1", [["x", "y", "z"], ["x", "y", "z"], [], [None, "x", "y", "z"], [None, "x"], [None, "x", "y", "z"]])
    for asked, table in (("Sheet1", "B4:D6"), ("B4", "B4:D6"), ("B5:D5", "B4:D6"), ("B2:D4", "B4:D6")):
        assert _aimed(book, asked) == (f"Sheet1!{table}", "Sheet1!B7")
    assert _aimed(book, "A1") == ("Sheet1!A1:C2", "Sheet1!A3")
    assert _aimed(book, "E4") == ("", "Sheet1!E4")
    assert _aimed(book, "A4") == ("", "Sheet1!A4")


def _aimed(book: Book, asked: str) -> tuple[str, str]:
    """The table that was found and where the row went; the row is taken away again."""
    answer = book.append(asked, [["new"]])
    place = answer["updates"]["updatedRange"]
    book.user.ok("POST", f"{book.path}/values/{place}:clear")
    return answer.get("tableRange", ""), place


def test_of_tables_side_by_side_the_last_one_is_appended_to(book: Book) -> None:
    book.append("Sheet1", [["a", "", "c"]])
    answer = book.append("Sheet1", [["d", "", "f"]])
    assert (answer["tableRange"], answer["updates"]["updatedRange"]) == ("Sheet1!C1", "Sheet1!C2:E2")


def test_rows_and_columns_that_are_skipped_whole_do_not_count_as_updated(book: Book) -> None:
    nothing = [None] * 4
    answer = book.put("A1:D6", [["first", *nothing[1:]], *[nothing] * 4, [*nothing[1:], "last"]])
    assert answer["updatedRange"] == "Sheet1!A1:D6"
    assert (answer["updatedRows"], answer["updatedColumns"], answer["updatedCells"]) == (2, 2, 2)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [("X", {"data.values": '"X"'}), (["X", ["a"], 5], {"data.values[0]": '"X"', "data.values[2]": "5"})],
)
def test_values_that_are_no_list_are_named_and_shown(book: Book, values: object, wrong: dict[str, str]) -> None:
    error = book.user.error("PUT", f"{book.path}/values/A1", {"values": values}, valueInputOption="RAW")
    kind = "type.googleapis.com/google.protobuf.ListValue"
    said = {field: f"Invalid value at '{field}' ({kind}), {shown}" for field, shown in wrong.items()}
    assert error["message"] == "\n".join(said.values())
    violations = error["details"][0]["fieldViolations"]
    assert violations == [{"field": field, "description": text} for field, text in said.items()]


def test_a_list_for_a_cell_is_shown_as_google_shows_it(book: Book) -> None:
    rows = {"values": [["a"], ["b", ["c", 1]]]}
    said = 'list_value {\n  values {\n    string_value: "c"\n  }\n  values {\n    number_value: 1.0\n  }\n}\n'
    error = book.user.error("PUT", f"{book.path}/values/A1", rows, valueInputOption="RAW")
    assert error["message"] == f"Invalid values[1][1]: {said}"
    body = {"valueInputOption": "RAW", "data": [{"range": "A1", **rows}]}
    error = book.user.error("POST", f"{book.path}/values:batchUpdate", body)
    assert error["message"] == f"Invalid data[0]: Invalid values[1][1]: {said}"


def test_colours_have_256_steps_two_forms_and_no_zeros(book: Book) -> None:
    color = {"red": 0.25, "green": 0, "blue": 0.5}
    tab = {"properties": {"sheetId": 0, "tabColorStyle": {"rgbColor": color}}, "fields": "tabColorStyle"}
    cell = {
        "userEnteredFormat": {"backgroundColor": color, "textFormat": {"foregroundColorStyle": {"rgbColor": color}}}
    }
    fields = "userEnteredFormat(backgroundColor,textFormat.foregroundColorStyle)"
    book.batch(
        {"updateSheetProperties": tab}, {"repeatCell": {"range": {"endRowIndex": 1}, "cell": cell, "fields": fields}}
    )
    shown = {"red": 0.24705882, "blue": 0.49803922}
    (found,) = book.resource(fields="sheets(properties,data.rowData.values.userEnteredFormat)", ranges="A1")["sheets"]
    assert (found["properties"]["tabColor"], found["properties"]["tabColorStyle"]) == (shown, {"rgbColor": shown})
    assert found["data"][0]["rowData"][0]["values"][0]["userEnteredFormat"] == {
        "backgroundColor": shown,
        "backgroundColorStyle": {"rgbColor": shown},
        "textFormat": {"foregroundColor": shown, "foregroundColorStyle": {"rgbColor": shown}},
    }
    plain = {"range": {"endRowIndex": 1}, "cell": {}, "fields": "userEnteredFormat.backgroundColor"}
    book.batch({"repeatCell": plain})
    (found,) = book.resource(fields="sheets.data.rowData.values.userEnteredFormat", ranges="A1")["sheets"]
    assert set(found["data"][0]["rowData"][0]["values"][0]["userEnteredFormat"]) == {"textFormat"}


def test_an_empty_note_is_none(book: Book) -> None:
    for note in ("remember", ""):
        cells = [{"values": [{"note": note}]}]
        book.batch({"updateCells": {"rows": cells, "fields": "note", "range": {"endRowIndex": 1, "endColumnIndex": 1}}})
        (found,) = book.resource(fields="sheets/data/rowData/values/note", ranges="A1")["sheets"]
        assert found["data"] == ([{"rowData": [{"values": [{"note": note}]}]}] if note else [{}])


def test_a_protection_is_answered_as_asked_for_and_read_with_whoever_made_it(book: Book) -> None:
    area = {"sheetId": 0, "endRowIndex": 2, "endColumnIndex": 2}
    nobody = {"users": [], "groups": []}
    for warning in (False, True):
        asked = {"range": area, "warningOnly": warning, "editors": None if warning else nobody}
        (reply,) = book.batch({"addProtectedRange": {"protectedRange": asked}})["replies"]
        made = reply["addProtectedRange"]["protectedRange"]
        number = made.pop("protectedRangeId")
        told = {"range": {"startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 2}}
        told |= {"requestingUserCanEdit": True, **({"warningOnly": True} if warning else {})}
        assert made == {**told, "editors": {}}
        (read,) = book.resource()["sheets"][0]["protectedRanges"]
        assert read == {**told, "protectedRangeId": number, "editors": {"users": [book.user.email]}}
        book.batch({"deleteProtectedRange": {"protectedRangeId": number}})


def test_a_new_spreadsheet_has_the_usual_theme(user: User) -> None:
    made = user.ok("POST", "/drive/v3/files", {"name": "New", "mimeType": "application/vnd.google-apps.spreadsheet"})
    properties = Book(user, made["id"]).resource()["properties"]
    assert properties["timeZone"] == "Etc/GMT"
    assert properties["defaultFormat"]["textFormat"]["fontFamily"] == "arial,sans,sans-serif"
    theme = properties["spreadsheetTheme"]
    assert (theme["primaryFontFamily"], len(theme["themeColors"])) == ("Arial", 9)
    assert theme["themeColors"][-1]["color"]["rgbColor"] == {"red": 0.06666667, "green": 0.33333334, "blue": 0.8}
