"""gspread from PyPI, unchanged: only its transport is told another host."""

from typing import Any

import gspread
import pytest
import requests
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.credentials import Credentials
from requests.adapters import HTTPAdapter

from tests.integration.google_emulator.agent import Google


class Elsewhere(HTTPAdapter):
    """Sends to the emulator what was meant for Google."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        assert request.url is not None
        for host in ("https://sheets.googleapis.com", "https://www.googleapis.com"):
            if request.url.startswith(host):
                request.url = self._base + request.url.removeprefix(host)
        return super().send(request, *args, **more)


@pytest.fixture
def client(google: Google) -> gspread.Client:
    user = google.user()
    session = AuthorizedSession(Credentials(token=user.token))
    session.mount("https://", Elsewhere(google.base))
    return gspread.Client(auth=None, session=session)


def test_create_open_and_list(client: gspread.Client) -> None:
    made = client.create("From gspread")
    assert client.open_by_key(made.id).title == "From gspread"
    assert client.open("From gspread").id == made.id
    assert made.sheet1.title == "Sheet1"
    assert [one["name"] for one in client.list_spreadsheet_files("From gspread")] == ["From gspread"]
    made.share("reader@example.com", perm_type="user", role="reader")
    assert {one["emailAddress"] for one in made.list_permissions()} >= {"reader@example.com"}
    client.del_spreadsheet(made.id)
    with pytest.raises(gspread.exceptions.SpreadsheetNotFound):
        client.open_by_key(made.id)


def test_worksheets(client: gspread.Client) -> None:
    made = client.create("Tabs")
    tab = made.add_worksheet("Data", rows=10, cols=5)
    assert (tab.row_count, tab.col_count, tab.id != 0) == (10, 5, True)
    tab.update_title("Renamed")
    copy = made.duplicate_sheet(tab.id, new_sheet_name="Twin")
    assert {one.title for one in made.worksheets()} == {"Sheet1", "Renamed", "Twin"}
    made.del_worksheet(copy)
    tab.resize(rows=20, cols=6)
    assert (tab.row_count, tab.col_count) == (20, 6)
    tab.freeze(rows=1)
    assert made.worksheet("Renamed").frozen_row_count == 1
    tab.hide()
    assert made.worksheet("Renamed").isSheetHidden
    with pytest.raises(gspread.exceptions.APIError, match="You can't hide all the sheets in a document"):
        made.sheet1.hide()


def test_values(client: gspread.Client) -> None:
    tab = client.create("Values").sheet1
    tab.update([["code", "name", "price"], ["A1", "Болт", 1.5], ["A2", "Гайка", 2]], "A1:C3")
    tab.append_rows([["A3", "Шайба", 3.25], ["A4", "Винт", 4]])
    assert tab.get_all_records() == [
        {"code": "A1", "name": "Болт", "price": 1.5},
        {"code": "A2", "name": "Гайка", "price": 2},
        {"code": "A3", "name": "Шайба", "price": 3.25},
        {"code": "A4", "name": "Винт", "price": 4},
    ]
    found = tab.find("Гайка")
    assert found is not None
    assert (found.row, found.col) == (3, 2)
    tab.batch_update([{"range": "B2", "values": [["Болт М6"]]}, {"range": "C2:C3", "values": [[10], [20]]}])
    assert tab.col_values(3) == ["price", "10", "20", "3.25", "4"]
    tab.format("A1:C1", {"textFormat": {"bold": True}})
    tab.format("C2:C5", {"numberFormat": {"type": "NUMBER", "pattern": "#,##0.00"}})
    assert tab.acell("C2").value == "10.00"
    tab.sort((3, "des"), range="A2:C5")
    assert tab.col_values(1) == ["code", "A2", "A1", "A4", "A3"]
    tab.insert_rows([["A0", "first", 0]], row=2)
    assert tab.row_values(2) == ["A0", "first", "0.00"] or tab.row_values(2) == ["A0", "first", "0"]
    tab.delete_rows(2)
    assert tab.batch_get(["A1:A2", "C2"]) == [[["code"], ["A2"]], [["20.00"]]]
    tab.batch_clear(["A5:C5"])
    assert len(tab.get_all_values()) == 4
    tab.clear()
    assert tab.get_all_values() == [[]]


def test_notes_names_and_protection(client: gspread.Client) -> None:
    made = client.create("More")
    tab = made.sheet1
    tab.update_note("B2", "look here")
    assert tab.get_note("B2") == "look here"
    tab.define_named_range("A1:B2", "Corner")
    assert made.list_named_ranges()[0]["name"] == "Corner"
    tab.merge_cells("A1:B2")
    assert made.fetch_sheet_metadata()["sheets"][0]["merges"]
    tab.unmerge_cells("A1:B2")
    tab.add_protected_range("A1:B2", [])
    assert len(made.list_protected_ranges(tab.id)) == 1
    tab.set_basic_filter("A1:B10")
    tab.clear_basic_filter()
    tab.columns_auto_resize(0, 3)
    tab.add_validation("C1:C5", gspread.utils.ValidationConditionType.one_of_list, ["a", "b"], showCustomUi=True)
    tab.add_cols(2)
    tab.add_rows(5)
    assert (tab.row_count, tab.col_count) == (1005, 28)
    made.batch_update(
        {"requests": [{"updateSpreadsheetProperties": {"properties": {"title": "X"}, "fields": "title"}}]}
    )
    assert made.fetch_sheet_metadata()["properties"]["title"] == "X"
