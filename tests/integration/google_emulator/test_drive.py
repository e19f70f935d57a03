"""Drive's search, as far as a program needs it that looks for files of its own."""

from typing import Any

import pytest

from tests.integration.google_emulator.agent import Google, User

FILE = "https://www.googleapis.com/auth/drive.file"
FILES = "/drive/v3/files"
SPREADSHEET = "application/vnd.google-apps.spreadsheet"


def make(user: User, name: str, **more: Any) -> str:
    made = user.ok("POST", FILES, {"name": name, "mimeType": SPREADSHEET, **more}, fields="id")
    return str(made["id"])


def found(user: User, query: str, **more: str) -> list[str]:
    files = user.ok("GET", FILES, q=query, fields="files(name)", orderBy="name", **more).get("files", [])
    return [one["name"] for one in files]


@pytest.fixture
def shelf(google: Google) -> User:
    user = google.user(FILE)
    make(user, "Апрель", appProperties={"export": "one", "step": "2"})
    make(user, "Май и июнь", appProperties={"export": "it's"}, properties={"export": "one"})
    trashed = make(user, "Июль", appProperties={"export": "one"})
    user.ok("PATCH", f"{FILES}/{trashed}", {"trashed": True})
    return user


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Апрель", "Июль", "Май и июнь"]),
        ("appProperties has { key='export' and value='one' }", ["Апрель", "Июль"]),
        ("appProperties has {key = 'export' and value = 'one'} and trashed=false", ["Апрель"]),
        ("appProperties has { key='export' and value='it\\'s' }", ["Май и июнь"]),
        ("properties has { key='export' and value='one' }", ["Май и июнь"]),
        ("appProperties has { key='step' and value='one' }", []),
        ("not trashed = false", ["Июль"]),
        ("trashed != true and not name = 'Апрель'", ["Май и июнь"]),
        ("name contains 'июн' or name contains \"апр\"", ["Апрель", "Май и июнь"]),
        ("name contains 'юнь'", []),
        ("name = 'Июль' or name = 'Апрель' and trashed = true", ["Июль"]),
        ("(name = 'Июль' or name = 'Апрель') and trashed = false", ["Апрель"]),
        (f"mimeType = '{SPREADSHEET}' and 'me' in owners and 'root' in parents and trashed = true", ["Июль"]),
        ("mimeType != 'text/plain' and 'somebody@example.com' in owners", []),
    ],
)
def test_what_a_query_finds(shelf: User, query: str, names: list[str]) -> None:
    assert found(shelf, query) == names


@pytest.mark.parametrize(
    "query",
    [
        "fullText contains 'x'",
        "nonsense ~ 1",
        "name like 'x'",
        "name = x",
        "trashed = 'true'",
        "trashed = false and",
        "(trashed = false",
        "trashed = false trashed = true",
        "appProperties has { key='export' }",
        "appProperties = 'one'",
        "'me' in group",
    ],
)
def test_what_drive_cannot_read_it_refuses(shelf: User, query: str) -> None:
    error = shelf.error("GET", FILES, q=query)
    assert error["code"] == 400
    assert error["errors"] == [
        {
            "message": "Invalid Value",
            "domain": "global",
            "reason": "invalid",
            "locationType": "parameter",
            "location": "q",
        }
    ]


@pytest.mark.parametrize(("name", "value"), [("orderBy", "size"), ("spaces", "photos"), ("pageToken", "x")])
def test_so_it_is_with_other_parameters(shelf: User, name: str, value: str) -> None:
    assert shelf.error("GET", FILES, **{name: value})["errors"][0]["location"] == name


def test_private_properties_are_the_clients_that_wrote_them(google: Google) -> None:
    user = google.user(FILE)
    file = make(user, "Ours", appProperties={"export": "one"})
    client_id, _ = google.client()
    other = google.user(FILE, email=user.email, client_id=client_id)
    anything = google.user("https://www.googleapis.com/auth/drive", email=user.email, client_id=client_id)
    query = "appProperties has { key='export' and value='one' }"
    assert (found(user, query), found(other, query), found(anything, query)) == (["Ours"], [], [])
    asked = {"fields": "appProperties"}
    assert user.ok("GET", f"{FILES}/{file}", **asked) == {"appProperties": {"export": "one"}}
    assert anything.ok("GET", f"{FILES}/{file}", **asked) == {}


def test_a_property_has_124_bytes(google: Google) -> None:
    user = google.user(FILE)
    make(user, "Fits", appProperties={"k": "я" * 61 + "x"})
    refused = user.error("POST", FILES, {"mimeType": SPREADSHEET, "appProperties": {"k": "я" * 62}})
    assert refused["code"] == 403


def test_pages_and_order(google: Google) -> None:
    user = google.user(FILE)
    names = [f"{number}" for number in (3, 1, 2)]
    for name in names:
        make(user, name)
    seen: list[str] = []
    page: dict[str, str] = {}
    while True:
        answer = user.ok("GET", FILES, orderBy="createdTime", pageSize="2", **page)
        seen += [one["name"] for one in answer["files"]]
        if "nextPageToken" not in answer:
            break
        page = {"pageToken": answer["nextPageToken"]}
    assert seen == names
    assert [one["name"] for one in user.ok("GET", FILES, orderBy="name desc")["files"]] == ["3", "2", "1"]


def test_the_search_may_lag_behind(google: Google) -> None:
    google.control("POST", "settings", {"searchLagSeconds": 3600})
    try:
        user = google.user(FILE)
        file = make(user, "New")
        assert found(user, "name = 'New'") == []
        assert user.ok("GET", f"{FILES}/{file}")["name"] == "New"
    finally:
        google.control("POST", "settings", {"searchLagSeconds": 0})
    assert found(user, "name = 'New'") == ["New"]
