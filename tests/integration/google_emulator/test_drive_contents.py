"""Copies, exports, imports and comments over Drive."""

from tests.integration.google_emulator.agent import Book, Google
from tests.integration.harness import once


def test_a_copy_stands_on_its_own(google: Google, book: Book) -> None:
    book.put("A1", [["kept"]])
    area = {"sheetId": 0, "endRowIndex": 1}
    book.batch({"addProtectedRange": {"protectedRange": {"range": area}}})
    book.user.ok("POST", f"/drive/v3/files/{book.id}/permissions", {"type": "anyone", "role": "reader"})
    other = google.user("https://www.googleapis.com/auth/drive")
    made = other.ok("POST", f"/drive/v3/files/{book.id}/copy", {"name": None})
    assert made == {
        "kind": "drive#file",
        "id": made["id"],
        "name": "Copy of Book",
        "mimeType": "application/vnd.google-apps.spreadsheet",
    }
    copy = Book(other, made["id"])
    copy.put("A1", [["changed"]])
    assert (book.rows("A1"), copy.rows("A1")) == ([["kept"]], [["changed"]])
    (protection,) = copy.resource()["sheets"][0]["protectedRanges"]
    assert protection["editors"] == {"users": [other.email]}
    assert other.ok("POST", f"/drive/v3/files/{book.id}/copy", {"name": "Mine"})["name"] == "Mine"


def test_the_first_tab_is_exported_as_text(book: Book) -> None:
    book.put("A1", [["a1", "B,2"], [], ["=1+1"]], "USER_ENTERED")
    path = f"/drive/v3/files/{book.id}/export"
    found = book.user.call("GET", path, mimeType="text/csv")
    assert (found.text, found.headers["content-type"]) == ('a1,"B,2"\r\n,\r\n2,', "text/csv")
    assert book.user.call("GET", path, mimeType="text/tab-separated-values").text == "a1\tB,2\r\n\t\r\n2\t"
    for query in ({}, {"mimeType": "application/pdf"}):
        assert book.user.error("GET", path, **query)["errors"][0]["reason"] == "invalid"


def test_csv_takes_the_place_of_everything(book: Book) -> None:
    book.batch({"addSheet": {"properties": {"title": "Gone"}}})
    headers = {"Authorization": f"Bearer {book.user.token}", "Content-Type": "text/csv"}
    url = f"{book.user.base}/upload/drive/v2/files/{book.id}?uploadType=media&convert=True"
    answer = once.request("PUT", url, content=b'name,n\n"a, b",2\n', headers=headers)
    assert answer.status_code == 200
    assert (answer.json()["kind"], answer.json()["title"]) == ("drive#file", "Book")
    (tab,) = book.resource()["sheets"]
    assert (tab["properties"]["title"], tab["properties"]["sheetId"] != 0) == ("Book", True)
    assert book.rows("Book!A1:B2") == [["name", "n"], ["a, b", 2]]
    headers["Content-Type"] = "application/pdf"
    assert once.request("PUT", url, content=b"%PDF", headers=headers).status_code == 400


def test_there_are_no_comments(book: Book) -> None:
    path = f"/drive/v3/files/{book.id}/comments"
    assert book.user.ok("GET", path, fields="comments/content,nextPageToken") == {"comments": []}
    assert book.user.error("GET", path)["code"] == 400


def test_a_permission_is_read_and_changed(book: Book) -> None:
    path = f"/drive/v3/files/{book.id}/permissions"
    made = book.user.ok("POST", path, {"type": "user", "role": "reader", "emailAddress": "reader@example.com"})
    changed = book.user.ok("PATCH", f"{path}/{made['id']}", {"role": "writer"})
    assert changed == book.user.ok("GET", f"{path}/{made['id']}")
    assert changed["role"] == "writer"
    (owner,) = [one for one in book.user.ok("GET", path)["permissions"] if one["role"] == "owner"]
    assert book.user.error("PATCH", f"{path}/{owner['id']}", {"role": "reader"})["code"] == 403
    assert book.user.error("GET", f"{path}/0")["code"] == 404
