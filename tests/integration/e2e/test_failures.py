"""What customers and vendors do to us, through all processes: a code, words in two languages, and what to do next."""

from typing import Any

import pytest

from devstack.people import Administrator
from tests.integration.e2e.conftest import Place

pytestmark = pytest.mark.e2e


def failure(administrator: Administrator, config: dict[str, Any]) -> str:
    """The code of the error with which the next run ends; its words are looked at."""
    task = administrator.wait(administrator.start(config["id"])["id"], 120)
    assert task["state"] == "failed"
    error = task["error"]
    check_words(error["words"])
    assert (error["title"], error["detail"]) == tuple(error["words"]["ru"].values())
    code: str = error["code"]
    return code


def check_words(words: dict[str, dict[str, str]]) -> None:
    assert all(words[language][part] for language in ("ru", "en") for part in ("title", "action"))
    assert words["ru"] != words["en"]


def states(administrator: Administrator) -> dict[str, str]:
    return {one["vendor"]: one["state"] for one in administrator.call("GET", "/api/v1/connections")}


def test_a_revoked_google_grant(place: Place) -> None:
    administrator = place.company("grant")
    config = place.export(administrator)
    administrator.run(config["id"])
    place.vendors.google("/grants/revoke", {"email": administrator.email})
    assert failure(administrator, config) == "connections.google_broken"
    assert states(administrator) == {"moysklad": "active", "google": "broken"}
    place.check_sheet(administrator, config)
    administrator.connect_google()
    place.vendors.moysklad(f"/accounts/{administrator.account_id}/touch", {"type": "customerorder", "count": 1})
    administrator.run(config["id"])
    place.check_sheet(administrator, config)


def test_a_deleted_tab(place: Place) -> None:
    administrator = place.company("tab")
    config = place.export(administrator)
    administrator.run(config["id"])
    target = administrator.config(config["id"])["target"]
    requests = [
        {"addSheet": {"properties": {"title": "Другой"}}},
        {"deleteSheet": {"sheetId": target["sheetId"]}},
    ]
    place.vendors.google(f"/spreadsheets/{target['spreadsheetId']}/edit", {"requests": requests})
    assert failure(administrator, config) == "exports.tab_missing"
    whole = administrator.wait(administrator.start(config["id"], "full")["id"], 120)
    assert whole["state"] == "finished"
    place.check_sheet(administrator, config)


def test_a_token_that_moysklad_revoked(place: Place) -> None:
    administrator = place.company("token")
    config = place.export(administrator)
    administrator.run(config["id"])
    account = place.vendors.moysklad(f"/accounts/{administrator.account_id}")
    place.vendors.moysklad(f"/accounts/{administrator.account_id}/revoke", {"token": account["installs"][0]["token"]})
    place.vendors.moysklad(f"/accounts/{administrator.account_id}/touch", {"type": "customerorder", "count": 1})
    assert failure(administrator, config) == "connections.moysklad_broken"
    assert states(administrator) == {"moysklad": "broken", "google": "active"}
    administrator.install()
    administrator.run(config["id"])
    place.check_sheet(administrator, config)


def test_a_suspended_app(place: Place) -> None:
    administrator = place.company("suspended")
    config = place.export(administrator)
    body = {"appId": place.stack.app_id}
    place.vendors.moysklad(f"/accounts/{administrator.account_id}/suspend", body)
    refused = administrator.http.post(f"/api/v1/export-configs/{config['id']}/tasks", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "tenants.company_inactive")
    check_words(refused.json()["words"])
    place.vendors.moysklad(f"/accounts/{administrator.account_id}/resume", body)
    administrator.run(config["id"])
    place.check_sheet(administrator, config)


def test_spreadsheets_that_are_not_ours(place: Place) -> None:
    administrator = place.company("spreadsheet")
    theirs = place.vendors.google("/spreadsheets", {"email": administrator.email, "title": "Своя"})["spreadsheetId"]
    for spreadsheet, code in (
        ("1" * 44, "exports.spreadsheet_not_found"),
        (theirs, "exports.spreadsheet_not_found"),
        ("what?", "exports.spreadsheet_id_invalid"),
    ):
        body = {"name": "Заказы", "exporter": "customerorder", "target": {"spreadsheet": spreadsheet}}
        refused = administrator.http.post("/api/v1/export-configs", json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
        check_words(refused.json()["words"])
    assert administrator.call("GET", "/api/v1/export-configs")["items"] == []


@pytest.mark.parametrize("sign", ["\x00", "\x7f", "\u2028", "💥", "'; DROP TABLE export_configs; --"])
def test_texts_that_databases_and_sheets_may_not_like(place: Place, sign: str) -> None:
    name = f"signs-{ord(sign[0]):x}"
    administrator = Administrator(place.stack, place.vendors, name)
    administrator.install()
    administrator.sign_in()
    for changes in (
        {"name": f"a{sign}b"},
        {"target": {"tab": f"a{sign}b"}},
        {"columns": [{"id": "id"}, {"id": "name", "title": f"a{sign}b"}]},
        {"filters": [{"field": "name", "operator": "~", "value": f"a{sign}b"}]},
        {"exporter": f"a{sign}b"},
        {"cron": f"* * * * {sign}"},
        {"target": {"spreadsheet": f"{'1' * 44}{sign}"}},
    ):
        answer = administrator.http.post(
            "/api/v1/export-configs", json={"name": "Заказы", "exporter": "customerorder", **changes}
        )
        assert answer.status_code in {201, 409, 422}, answer.text
    for body in ({"contextKey": f"a{sign}b"}, {"contextKey": sign * 1000}):
        assert administrator.http.post("/api/v1/sessions", json=body).status_code == 401
    answer = administrator.http.post("/api/v1/sessions/refresh", json={"refreshToken": f"a.b.{sign}"})
    assert answer.status_code == 401


def test_every_tenth_answer_of_moysklad_goes_wrong(place: Place) -> None:
    """Errors, HTML pages, dropped connections, slow and cut answers, by chance: the sheet is right all the same."""
    administrator = place.company("faulty", orders=3_000)
    fields = {"rows": "position", "columns": [{"id": "id"}, {"id": "position.id"}]}
    config = place.export(administrator, **fields)
    undisturbed = place.export(administrator, name="Спокойный экспорт", **fields)
    place.vendors.forget_requests()
    administrator.run(undisturbed["id"])
    quiet = sum(place.vendors.requests("moysklad").values())
    place.vendors.forget_requests()
    fault = {"action": "random", "path": "/entity/", "share": 0.1, "seed": 11, "seconds": 1}
    place.vendors.moysklad("/faults", fault)
    try:
        administrator.run(config["id"])
    finally:
        place.vendors.forget_faults()
    assert sum(place.vendors.requests("moysklad").values()) > quiet, "some answers were asked for again"
    orders = place.vendors.moysklad(f"/accounts/{administrator.account_id}/objects/customerorder?expand=positions")
    target = administrator.config(config["id"])["target"]
    values = place.vendors.sheet(target["spreadsheetId"], target["sheetId"])["values"]
    expected = [[order["id"], position["id"]] for order in orders for position in order["positions"]["rows"]]
    assert sorted(values[1:]) == sorted(expected)
