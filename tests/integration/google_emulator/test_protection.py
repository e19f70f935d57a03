"""Who may edit what: protected ranges and roles, as each caller is told."""

from typing import Any

import pytest

from emulators.google.protection import hinders
from emulators.google.rect import Rect
from tests.integration.google_emulator.agent import Book, Google, User
from tests.integration.harness import once

FIELDS = "sheets.protectedRanges"
RAW = {"valueInputOption": "RAW"}


def shared(google: Google, owner: Book, role: str) -> Book:
    """The same spreadsheet through somebody of that role."""
    other = google.user()
    google.control("POST", f"spreadsheets/{owner.id}/share", {"email": other.email, "role": role})
    return Book(other, owner.id)


def protect(book: Book, **fields: Any) -> Any:
    (reply,) = book.batch({"addProtectedRange": {"protectedRange": fields}})["replies"]
    return reply["addProtectedRange"]["protectedRange"]


def told(book: Book) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = book.resource(fields=FIELDS)["sheets"][0]["protectedRanges"]
    return found


def test_each_caller_is_told_what_they_may_edit(google: Google, book: Book) -> None:
    editor, writer, reader = [shared(google, book, role) for role in ("writer", "writer", "reader")]
    made = protect(book, range={"endRowIndex": 3}, editors={"users": [editor.user.email]})
    assert made["requestingUserCanEdit"] is True
    assert made["editors"]["users"] == [editor.user.email]
    for one in (book, editor):
        (seen,) = told(one)
        assert seen["requestingUserCanEdit"] is True
        assert seen["editors"]["users"] == [editor.user.email, book.user.email]
    for one in (writer, reader):
        (seen,) = told(one)
        assert "requestingUserCanEdit" not in seen, "false is left out"
        assert "editors" not in seen
    assert "protected cell" in str(writer.user.error("PUT", f"{book.path}/values/A1", {"values": [[1]]}, **RAW))
    editor.put("A1", [[1]])
    assert "protected cell" in writer.refused({"deleteProtectedRange": {"protectedRangeId": made["protectedRangeId"]}})


def test_a_warning_stops_nobody_who_may_write(google: Google, book: Book) -> None:
    writer, reader = shared(google, book, "writer"), shared(google, book, "reader")
    protect(book, range={"endRowIndex": 3}, warningOnly=True)
    assert [bool(told(one)[0].get("requestingUserCanEdit")) for one in (book, writer, reader)] == [True, True, False]
    writer.put("A1", [[1]])


def test_a_protected_tab_may_have_free_parts(google: Google, book: Book) -> None:
    writer = shared(google, book, "writer")
    free = [{"startColumnIndex": 1, "endColumnIndex": 3}, {"startRowIndex": 5, "startColumnIndex": 3}]
    assert "only supported on protected sheets" in book.refused(
        {"addProtectedRange": {"protectedRange": {"range": {"endRowIndex": 3}, "unprotectedRanges": free}}}
    )
    protect(book, range={"sheetId": 0}, unprotectedRanges=free)
    writer.put("B1:C2", [[1, 2], [3, 4]])
    writer.put("C6:E7", [[1, 2, 3], [4, 5, 6]])
    for place in ("A1", "D5", "A6"):
        error = writer.user.error("PUT", f"{book.path}/values/{place}", {"values": [[1]]}, **RAW)
        assert "protected cell" in error["message"]
    book.batch({"insertDimension": {"range": {"dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}}})
    assert told(book)[0]["unprotectedRanges"][0] == {"startColumnIndex": 2, "endColumnIndex": 4}
    writer.put("C1", [[7]])


@pytest.mark.parametrize(
    ("rect", "hindered"),
    [(Rect(0, 2, 1, 3), False), (Rect(0, 2, 0, 2), True), (Rect(4, 9, 1, 9), True), (Rect(5, 9, 1, 9), False)],
)
def test_every_cell_has_to_be_free(rect: Rect, *, hindered: bool) -> None:
    free = [{"startColumnIndex": 1, "endColumnIndex": 3}, {"startRowIndex": 5, "startColumnIndex": 3}]
    assert hinders({"range": {}, "unprotectedRanges": free}, rect) is hindered


def test_drive_tells_what_the_caller_may_do(google: Google, book: Book) -> None:
    asked = {"fields": "trashed,ownedByMe,capabilities(canEdit,canDelete,canComment)"}
    path = f"/drive/v3/files/{book.id}"
    expected = {"writer": (True, False, True), "commenter": (False, False, True), "reader": (False, False, False)}
    for role, may in expected.items():
        seen = shared(google, book, role).user.ok("GET", path, **asked)
        can = seen["capabilities"]
        assert (seen["ownedByMe"], can["canEdit"], can["canDelete"], can["canComment"]) == (False, *may)
    own = book.user.ok("GET", path, **asked)
    assert own == {
        "trashed": False,
        "ownedByMe": True,
        "capabilities": {"canEdit": True, "canDelete": True, "canComment": True},
    }


def test_drive_refuses_in_words_of_its_own(google: Google, user: User) -> None:
    """Drive API guide, "Resolve errors": reasons in `errors`; a status and details only about credentials."""
    missing = user.error("GET", "/drive/v3/files/none")
    assert missing == {
        "code": 404,
        "message": "File not found: none.",
        "errors": [
            {
                "message": "File not found: none.",
                "domain": "global",
                "reason": "notFound",
                "locationType": "parameter",
                "location": "fileId",
            }
        ],
    }
    sheets_only = google.user("https://www.googleapis.com/auth/spreadsheets")
    refused = sheets_only.error("GET", "/drive/v3/files/none")
    assert (refused["code"], refused["status"]) == (403, "PERMISSION_DENIED")
    assert refused["errors"][0]["reason"] == "insufficientPermissions"
    assert refused["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


def test_history_is_kept_while_a_test_wants_it(google: Google, user: User) -> None:
    google.control("POST", "settings", {"history": True})
    try:
        book = user.create()
        book.put("A1", [["a"], ["b"]])
        book.user.ok("POST", f"{book.path}/values/A1:clear")
    finally:
        google.control("POST", "settings", {"history": False})
    book.put("A1", [["late"]])
    revisions = google.control("GET", f"spreadsheets/{book.id}/revisions")
    assert [one.get("values") for one in revisions] == [
        {"Sheet1": []},
        {"Sheet1": [["a"], ["b"]]},
        {"Sheet1": [[], ["b"]]},
        None,
    ]


@pytest.mark.parametrize(("quota", "said"), [("user", "PerUser"), ("project", "PerProject")])
def test_a_planned_429_tells_whose_quota_is_spent(google: Google, book: Book, quota: str, said: str) -> None:
    google.control("POST", "faults", {"action": "status", "path": book.id, "skip": 1, "status": 429, "quota": quota})
    book.get("A1")
    error = book.user.error("GET", f"{book.path}/values/A1")
    assert error["details"][0]["metadata"]["quota_limit"].endswith(said)
    book.get("A1")
    refused = once.post(f"{google.base}/_control/faults", json={"action": "status", "quota": "nobody"})
    assert refused.status_code == 400
