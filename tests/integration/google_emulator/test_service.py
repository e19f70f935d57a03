"""Quotas, faults, the journal, Drive, pages, control and lenient mode."""

import httpx
import pytest

from emulators.google.errors import ApiError
from emulators.google.quotas import Quotas, Settings
from tests.integration.google_emulator.agent import Book, Google, User
from tests.integration.harness import once


def test_a_user_has_sixty_writes_a_minute(google: Google) -> None:
    google.control("POST", "settings", {"windowSeconds": 100_000})
    project = "4242"
    first, second = google.user(project=project), google.user(project=project)
    book = first.create()
    other = second.create()
    for _ in range(59):
        first.ok("POST", f"{book.path}/values/A1:clear")
    response = first.call("POST", f"{book.path}/values/A1:clear")
    error = response.json()["error"]
    assert (response.status_code, error["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert error["message"] == (
        "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per user' of service "
        "'sheets.googleapis.com' for consumer 'project_number:4242'."
    )
    info = error["details"][0]
    assert (info["reason"], info["domain"]) == ("RATE_LIMIT_EXCEEDED", "googleapis.com")
    assert info["metadata"]["quota_limit"] == "WriteRequestsPerMinutePerUser"
    assert (info["metadata"]["quota_limit_value"], info["metadata"]["consumer"]) == ("60", "projects/4242")
    assert error["details"][1]["@type"].endswith("google.rpc.Help")
    first.ok("GET", book.path)
    many = [{"updateSheetProperties": {"properties": {}, "fields": "gridProperties.frozenRowCount"}}] * 50
    other.batch(*many)
    used = [one for one in google.control("GET", "quotas") if one["project"] == project and one["user"] == second.email]
    assert used == [{"kind": "write", "project": project, "user": second.email, "used": 2}], "one request is one unit"
    google.control("DELETE", "quotas")
    first.ok("POST", f"{book.path}/values/A1:clear")
    google.control("POST", "settings", {"windowSeconds": 60})


def test_a_project_has_three_hundred_reads_a_minute() -> None:
    quotas = Quotas(Settings(window_seconds=10**9))
    for number in range(300):
        quotas.spend("read", f"user{number % 5}", "7")
    with pytest.raises(ApiError) as caught:
        quotas.spend("read", "user9", "7")
    metadata = caught.value.details[0]["metadata"]
    assert (metadata["quota_limit"], metadata["quota_limit_value"]) == ("ReadRequestsPerMinutePerProject", "300")
    assert "'Read requests per minute' of" in caught.value.message
    quotas.spend("write", "user9", "7")
    quotas.spend("read", "user9", "8")


def test_a_write_may_be_applied_although_its_answer_is_lost(google: Google, book: Book) -> None:
    path = f"{book.id}/values/A1"
    google.control("POST", "faults", {"action": "drop", "method": "PUT", "path": path, "when": "after"})
    with pytest.raises(httpx.TransportError):
        book.put("A1", [["applied"]])
    assert book.rows("A1") == [["applied"]]
    fault = {"action": "status", "method": "PUT", "path": path, "when": "after", "status": 503}
    google.control("POST", "faults", fault)
    error = book.user.error("PUT", f"{book.path}/values/A1", {"values": [["again"]]}, valueInputOption="RAW")
    assert (error["status"], error["message"]) == ("UNAVAILABLE", "The service is currently unavailable.")
    assert book.rows("A1") == [["again"]]
    google.control("POST", "faults", {**fault, "when": "before", "status": 429})
    error = book.user.error("PUT", f"{book.path}/values/A1", {"values": [["never"]]}, valueInputOption="RAW")
    assert error["details"][0]["reason"] == "RATE_LIMIT_EXCEEDED"
    assert book.rows("A1") == [["again"]]


def test_journal_knows_the_kinds(google: Google, book: Book) -> None:
    google.control("DELETE", "journal")
    book.put("A1", [[1]])
    book.get("A1")
    book.user.ok("GET", f"/drive/v3/files/{book.id}")
    once.post(f"{google.base}/token", data={})
    kinds = google.control("GET", "journal")["kinds"]
    assert {"read", "write", "drive", "token"} <= set(kinds)


def test_revisions_and_human_edits(google: Google, book: Book) -> None:
    book.put("A1", [["a", "b"], ["c", None]])
    edit = {"repeatCell": {"range": {"endRowIndex": 1}, "cell": {"note": "mine"}, "fields": "note"}}
    google.control("POST", f"spreadsheets/{book.id}/edit", {"requests": [edit]})
    revisions = google.control("GET", f"spreadsheets/{book.id}/revisions")
    assert [(one["number"], one["kind"], one["cellsChanged"]) for one in revisions[-2:]] == [
        (2, "values.update", 3),
        (3, "edit", 0),
    ]
    contents = book.contents()["sheets"][0]
    assert contents["values"] == contents["formatted"] == [["a", "b"], ["c"]]
    refused = once.post(f"{google.base}/_control/spreadsheets/{book.id}/edit", json={"requests": [{"deleteSheet": {}}]})
    assert refused.status_code == 400


def test_drive(user: User) -> None:
    made = user.ok(
        "POST", "/drive/v3/files", {"name": "By Drive", "mimeType": "application/vnd.google-apps.spreadsheet"}
    )
    query = "mimeType = 'application/vnd.google-apps.spreadsheet' and name contains 'drive' and trashed = false"
    assert [one["id"] for one in user.ok("GET", "/drive/v3/files", q=query)["files"]] == [made["id"]]
    changed = user.ok("PATCH", f"/drive/v3/files/{made['id']}", {"name": "New", "trashed": True}, fields="name,trashed")
    assert changed == {"name": "New", "trashed": True}
    assert user.ok("GET", "/drive/v3/files", q=query)["files"] == []
    assert user.ok("GET", f"/v4/spreadsheets/{made['id']}", fields="properties.title") == {
        "properties": {"title": "New"}
    }
    assert user.call("DELETE", f"/drive/v3/files/{made['id']}").status_code == 204
    error = user.error("GET", f"/drive/v3/files/{made['id']}")
    assert (error["code"], error["message"]) == (404, f"File not found: {made['id']}.")
    assert user.error("GET", "/drive/v3/files", q="nonsense ~ 1")["code"] == 400


def test_pages_show_escaped_and_formatted_values(google: Google, user: User) -> None:
    book = user.create("<b>Title</b>", locale="ru_RU")
    book.put("A1", [["<script>alert(1)</script>", 46270.4375], *[[n] for n in range(300)], ["last"]])
    shape = {"userEnteredFormat": {"numberFormat": {"type": "DATE_TIME", "pattern": "dd.mm.yyyy hh:mm:ss"}}}
    freeze = {"properties": {"gridProperties": {"frozenRowCount": 1}}, "fields": "gridProperties.frozenRowCount"}
    area = {"startColumnIndex": 1, "endColumnIndex": 2}
    book.batch(
        {"repeatCell": {"range": area, "cell": shape, "fields": "userEnteredFormat.numberFormat"}},
        {"updateSheetProperties": freeze},
        {"mergeCells": {"range": {"startRowIndex": 5, "endRowIndex": 7, "startColumnIndex": 2, "endColumnIndex": 4}}},
    )
    page = once.get(f"{google.base}/spreadsheets/d/{book.id}/edit", follow_redirects=True)
    assert page.status_code == 200
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "<b>Title" not in page.text
    assert "05.09.2026 10:30:00" in page.text
    assert "1 to 200 of 1,000" in page.text
    assert 'rowspan="2"' in page.text
    second = once.get(f"{google.base}/spreadsheets/d/{book.id}", params={"gid": "0", "start": "200"})
    assert "last" in second.text
    assert "&lt;script&gt;" in second.text, "the frozen row stays"
    assert book.id in once.get(f"{google.base}/spreadsheets").text
    control = once.get(f"{google.base}/_control").text
    assert user.email in control
    assert "word-" not in control
    assert once.get(f"{google.base}/spreadsheets/d/none").status_code == 404


def test_lenient_mode_takes_anybody(lenient_google: Google) -> None:
    created = once.post(f"{lenient_google.base}/v4/spreadsheets", json={"properties": {"title": "Free"}})
    assert created.status_code == 200
    path = f"{lenient_google.base}/v4/spreadsheets/{created.json()['spreadsheetId']}"
    for _ in range(70):
        assert once.get(path, headers={"Authorization": "Bearer whatever"}).status_code == 200


def test_missing_and_unknown_credentials(google: Google) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}):
        response = once.get(f"{google.base}/v4/spreadsheets/x", headers=headers)
        assert (response.status_code, response.json()["error"]["status"]) == (401, "UNAUTHENTICATED")


def test_latency(google: Google, user: User) -> None:
    google.control("POST", "settings", {"readLatencySeconds": 0.2})
    book = user.create()
    assert book.user.call("GET", book.path).elapsed.total_seconds() >= 0.2
    google.control("POST", "settings", {"readLatencySeconds": 0})


def test_large_writes_survive_whole(user: User) -> None:
    book = user.create(sheets=[{"title": "D", "gridProperties": {"rowCount": 20_001, "columnCount": 12}}])
    block = [[f"код {n}", n, n / 7, "", None, True] for n in range(20_000)]
    data = [{"range": "D!A2", "values": block[:10_000]}, {"range": "D!A10002", "values": block[10_000:]}]
    book.user.ok("POST", f"{book.path}/values:batchUpdate", {"valueInputOption": "RAW", "data": data})
    rows = book.rows("D!A2:F20001")
    assert rows[::5000] == [[f"код {n}", n, n / 7, "", "", True] for n in range(0, 20_000, 5000)]
    book.batch({"deleteDimension": {"range": {"dimension": "ROWS", "startIndex": 1, "endIndex": 15_001}}})
    assert len(book.rows("D!A2:A5001")) == 5000
