"""Choosing spreadsheets, the service account, and what is told of a broken connection, over HTTP."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem

GOOGLE = "/api/v1/connections/google"
ADDRESS = "robot@skladsheets.iam.gserviceaccount.com"


async def test_existing_spreadsheets_are_chosen_and_named(api: Api, admin: dict[str, str], romashka: Party) -> None:
    book = api.story.world.spreadsheets.add("Склад <1>", "Лист1")
    begun = await api.http.post(f"{GOOGLE}/picks", headers=admin)
    assert (begun.status_code, begun.json()["expiresIn"]) == (201, 900)
    address = begun.json()["authorizationUrl"]
    brought = {
        "state": parse_qs(urlsplit(address).query)["state"][0],
        "code": api.story.world.consent.approve(address),
        "picked_file_ids": f"{book.spreadsheet_id},,<script>",
    }
    page = await api.http.get("/oauth/google/callback", params=brought, headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "Spreadsheets chosen: 1" in page.text
    listed = (await api.http.get(f"{GOOGLE}/spreadsheets", headers=admin)).json()
    (one,) = listed
    assert (one["spreadsheetId"], one["title"], one["tabs"]) == (book.spreadsheet_id, "Склад <1>", ["Лист1"])
    wanted = {"name": "Заказы", "exporter": "customerorder", "target": {"spreadsheet": one["spreadsheetId"]}}
    created = await api.http.post("/api/v1/export-configs", json=wanted, headers=admin)
    assert created.status_code == 201, created.text


async def test_a_service_account_is_told_and_chosen(api: Api, admin: dict[str, str], romashka: Party) -> None:
    for method in ("GET", "PUT"):
        answer = await api.http.request(method, f"{GOOGLE}/service-account", headers=admin)
        check_problem(answer, 422, "connections.service_account_missing")
    api.story.world.consent.address_to_share = ADDRESS
    told = await api.http.get(f"{GOOGLE}/service-account", headers=admin)
    assert told.json() == {"address": ADDRESS}
    assert (await api.http.put(f"{GOOGLE}/service-account", headers=admin)).status_code == 204
    states = (await api.http.get("/api/v1/connections", headers=admin)).json()
    google = next(one for one in states if one["vendor"] == "google")
    assert (google["state"], google["account"], google["kind"]) == ("active", ADDRESS, "service_account")
    wanted = {"name": "Заказы", "exporter": "customerorder"}
    refused = await api.http.post("/api/v1/export-configs", json=wanted, headers=admin)
    problem = check_problem(refused, 422, "connections.spreadsheet_needed")
    assert ADDRESS in problem["detail"]
    problem = check_problem(
        await api.http.post(f"{GOOGLE}/picks", headers=admin), 422, "connections.picking_impossible"
    )
    assert ADDRESS in problem["detail"]


async def test_where_there_is_no_client_spreadsheets_are_shared(api: Api, admin: dict[str, str]) -> None:
    consent = api.story.world.consent
    consent.known, consent.address_to_share = (), ADDRESS
    problem = check_problem(
        await api.http.post(f"{GOOGLE}/consents", headers=admin), 422, "connections.google_sharing_only"
    )
    assert ADDRESS in problem["detail"]
    assert (await api.http.put(f"{GOOGLE}/service-account", headers=admin)).status_code == 204


async def test_a_client_that_is_gone_is_told_in_words(api: Api, admin: dict[str, str], romashka: Party) -> None:
    api.story.world.consent.known = ("another",)
    problem = check_problem(
        await api.http.get(f"{GOOGLE}/spreadsheets", headers=admin), 409, "connections.google_client_gone"
    )
    assert problem["action"]
    states = (await api.http.get("/api/v1/connections", headers=admin)).json()
    google = next(one for one in states if one["vendor"] == "google")
    assert (google["state"], google["reason"]) == ("broken", "client")


@pytest.mark.parametrize(("method", "path"), [("POST", "picks"), ("PUT", "service-account")])
async def test_only_an_administrator_may(api: Api, romashka: Party, method: str, path: str) -> None:
    employee = await api.member(romashka, administrator=False)
    answer = await api.http.request(method, f"{GOOGLE}/{path}", headers=employee)
    assert answer.status_code == 403
