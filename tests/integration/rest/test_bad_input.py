"""What is refused, with which code, and in whose words."""

import json
from typing import Any
from uuid import uuid4

import pytest

from domain.shared.errors import VendorBusy, VendorFailed
from domain.tenants.session import GRACE
from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem
from tests.integration.rest.test_routes import EXPORT, create

CONFIGS = "/api/v1/export-configs"
LONG = "я" * 101
A_COLUMN = {"id": "id"}
OWN = {"id": "constant:1", "title": "Источник", "constant": "МойСклад"}

DESCRIPTIONS: tuple[tuple[dict[str, Any], int, str], ...] = (
    ({"exporter": "no-such"}, 422, "exports.exporter_unknown"),
    ({"exporter": ""}, 422, "exports.exporter_unknown"),
    ({"columns": [A_COLUMN, {"id": "no-such"}]}, 422, "exports.column_unknown"),
    ({"columns": [A_COLUMN, {"id": f"attribute:{uuid4()}"}]}, 422, "exports.column_unknown"),
    ({"columns": [A_COLUMN, {"id": "attribute:what"}]}, 422, "exports.column_unknown"),
    ({"columns": [{"id": "name"}]}, 422, "exports.key_column_missing"),
    ({"columns": [A_COLUMN, A_COLUMN]}, 422, "exports.columns_invalid"),
    ({"columns": [A_COLUMN, {"id": "name", "title": LONG}]}, 422, "exports.title_invalid"),
    ({"columns": [A_COLUMN, {"id": "name", "title": "a\x00b"}]}, 422, "exports.title_invalid"),
    ({"columns": [A_COLUMN, OWN | {"id": "a\x00b"}]}, 422, "exports.title_invalid"),
    ({"columns": [A_COLUMN, OWN | {"id": ""}]}, 422, "exports.title_invalid"),
    ({"columns": [A_COLUMN, OWN | {"id": LONG}]}, 422, "exports.title_invalid"),
    ({"columns": [A_COLUMN, OWN | {"constant": "a\x00b"}]}, 422, "exports.title_invalid"),
    ({"columns": [A_COLUMN, OWN | {"constant": "x" * 50_001}]}, 422, "exports.title_invalid"),
    ({"columns": [A_COLUMN, OWN | {"id": "removed"}], "removal": "mark"}, 422, "exports.columns_invalid"),
    ({"columns": "id"}, 400, "request_invalid"),
    ({"columns": [A_COLUMN | {"width": 5}]}, 400, "request_invalid"),
    ({"filters": [{"field": "no-such", "operator": "=", "value": ""}]}, 422, "exports.filter_unknown"),
    ({"filters": [{"field": "sum", "operator": "like", "value": "1"}]}, 422, "exports.filter_operator_unknown"),
    ({"filters": [{"field": "sum", "operator": "=", "value": "many"}]}, 422, "exports.filter_value_invalid"),
    ({"filters": [{"field": "sum", "operator": "=", "value": "NaN"}]}, 422, "exports.filter_value_invalid"),
    ({"filters": [{"field": "moment", "operator": ">", "value": "tomorrow"}]}, 422, "exports.filter_value_invalid"),
    ({"filters": [{"field": "agent", "operator": "=", "value": "ИП Ким"}]}, 422, "exports.filter_value_invalid"),
    ({"filters": [{"field": "name", "operator": "~", "value": "a\x00b"}]}, 422, "exports.filter_value_invalid"),
    (
        {"filters": [{"field": "sum", "operator": sign, "value": "1"} for sign in ("=", ">")]},
        422,
        "exports.filters_contradict",
    ),
    ({"strategy": "overwrite"}, 422, "exports.strategy_unknown"),
    ({"strategy": "append", "removal": "remove"}, 422, "exports.strategy_unfit"),
    ({"strategy": "replace", "removal": "mark"}, 422, "exports.strategy_unfit"),
    ({"strategy": "replace", "keyColumns": ["id"]}, 422, "exports.strategy_unfit"),
    ({"keyColumns": ["no-such-column"]}, 422, "exports.strategy_unfit"),
    ({"target": {"spreadsheet": "what?"}}, 422, "exports.spreadsheet_id_invalid"),
    ({"target": {"spreadsheet": "1" * 44}}, 422, "exports.spreadsheet_not_found"),
    (
        {"target": {"spreadsheet": f"https://docs.google.com/spreadsheets/d/{'1' * 44}/edit#gid=0"}},
        422,
        "exports.spreadsheet_not_found",
    ),
    ({"target": {"tab": LONG}}, 422, "exports.title_invalid"),
    ({"target": {"tab": "a\x00b"}}, 422, "exports.title_invalid"),
    ({"target": {"onObstacle": "nextTab"}}, 422, "exports.on_obstacle_unknown"),
    ({"target": []}, 400, "request_invalid"),
    ({"runLog": LONG}, 422, "exports.title_invalid"),
    ({"runLog": "a\x00b"}, 422, "exports.title_invalid"),
    ({"runLog": "a", "target": {"tab": "A"}}, 422, "exports.run_log_unfit"),
    ({"runLog": "a – прежняя версия", "target": {"tab": "A"}}, 422, "exports.run_log_unfit"),
    ({"statusCell": "H1:H2"}, 422, "exports.status_cell_invalid"),
    ({"statusCell": "a\x00b!H1"}, 422, "exports.title_invalid"),
    ({"statusCell": f"{LONG}!H1"}, 422, "exports.title_invalid"),
    ({"statusCell": "A9"}, 422, "exports.status_cell_in_table"),
    ({"statusCell": "'Лог'!H1", "runLog": "лог"}, 422, "exports.status_cell_unfit"),
    ({"statusCell": 5}, 400, "request_invalid"),
    ({"cron": "every day"}, 422, "exports.cron_invalid"),
    ({"cron": ""}, 422, "exports.cron_invalid"),
    ({"name": "  "}, 422, "exports.title_invalid"),
    ({"name": "a\x00b"}, 422, "exports.title_invalid"),
    ({"name": None}, 400, "request_invalid"),
    ({"company_id": str(uuid4())}, 400, "request_invalid"),
)


@pytest.mark.parametrize(("changes", "status", "code"), DESCRIPTIONS)
async def test_descriptions(api: Api, admin: dict[str, str], changes: dict[str, Any], status: int, code: str) -> None:
    answer = await api.http.post(CONFIGS, json={**EXPORT, **changes}, headers=admin)
    problem = check_problem(answer, status, code)
    assert bool(problem.get("invalid")) is (status == 400)
    assert (await api.http.get(CONFIGS, headers=admin)).json()["items"] == []


@pytest.mark.parametrize("language", ["en", "en-GB,en;q=0.9,ru;q=0.5", "EN", "ru", "de", ""])
async def test_the_callers_language(api: Api, admin: dict[str, str], language: str) -> None:
    answer = await api.http.post(
        CONFIGS, json={**EXPORT, "exporter": "?"}, headers={**admin, "Accept-Language": language}
    )
    problem = check_problem(answer, 422, "exports.exporter_unknown")
    spoken = "en" if language.lower().startswith("en") else "ru"
    assert (problem["title"], problem["detail"]) == tuple(problem["words"][spoken].values())


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"null", "application/json", 400),
        (b'{"contextKey": 5}', "application/json", 400),
        (b'{"contextKey": "\xff"}', "application/json", 400),
        (b'{"contextKey": "\\ud800"}', "application/json", 400),
        (b"contextKey=a", "application/x-www-form-urlencoded", 400),
        (b"<a/>", "text/xml", 400),
        (b'{"contextKey": "' + b"x" * 1_000_001 + b'"}', "application/json", 413),
    ],
)
async def test_bodies(api: Api, body: bytes, content_type: str, status: int) -> None:
    code = {400: "request_invalid", 413: "request_too_large"}[status]
    for path in ("/api/v1/sessions", "/api/v1/sessions/refresh"):
        answer = await api.http.post(path, content=body, headers={"Content-Type": content_type})
        check_problem(answer, status, code)


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer eyJhbGciOiJub25lIn0.e30.", "memory-access-1"]
)
async def test_access_tokens(api: Api, romashka: Party, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    for method, path in (
        ("GET", "/api/v1/me"),
        ("GET", "/api/v1/exporters"),
        ("POST", CONFIGS),
        ("DELETE", "/api/v1/sessions/current"),
    ):
        answer = await api.http.request(method, path, headers=headers)
        check_problem(answer, 401, "tenants.access_token_invalid")
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_context_keys_and_refresh_tokens(api: Api) -> None:
    party = await api.story.install("romashka")
    api.story.world.context_keys.let_in("key", party.visitor())
    tokens = (await api.http.post("/api/v1/sessions", json={"contextKey": "key"})).json()
    for key, code in (("key", "tenants.context_key_used"), ("other", "tenants.context_key_invalid")):
        check_problem(await api.http.post("/api/v1/sessions", json={"contextKey": key}), 401, code)
    refresh = "/api/v1/sessions/refresh"
    spent = tokens["refreshToken"]
    assert (await api.http.post(refresh, json={"refreshToken": spent})).status_code == 200
    api.story.clock.advance(GRACE)
    for token, code in (
        (spent, "tenants.session_ended"),
        (f"{uuid4().hex}.{uuid4().hex}.x", "tenants.session_ended"),
        ("a.b.c", "tenants.token_malformed"),
        ("", "tenants.token_malformed"),
    ):
        check_problem(await api.http.post(refresh, json={"refreshToken": token}), 401, code)


async def test_a_company_that_is_not_there(api: Api) -> None:
    party = await api.story.install("romashka")
    headers = await api.member(party)
    stranger = Party(api.story, "stranger", party.id, uuid4(), "token")
    api.story.world.context_keys.let_in("stranger", stranger.visitor())
    check_problem(
        await api.http.post("/api/v1/sessions", json={"contextKey": "stranger"}), 404, "tenants.company_not_found"
    )
    await party.leave("Suspend")
    check_problem(
        await api.http.post("/api/v1/connections/google/consents", headers=headers), 409, "tenants.company_inactive"
    )
    api.story.world.context_keys.let_in("late", party.visitor())
    check_problem(await api.http.post("/api/v1/sessions", json={"contextKey": "late"}), 409, "tenants.company_inactive")


async def test_pages(api: Api, admin: dict[str, str]) -> None:
    for path in (CONFIGS, "/api/v1/tasks"):
        for limit in (0, -1, 101, 10**20):
            check_problem(await api.http.get(path, params={"limit": limit}, headers=admin), 422, "limit_invalid")
        check_problem(await api.http.get(path, params={"limit": "ten"}, headers=admin), 400, "request_invalid")
        for cursor in ("", "x", "я", "AAAA", "=" * 30, "A" * 5000):
            check_problem(await api.http.get(path, params={"cursor": cursor}, headers=admin), 422, "cursor_invalid")


async def test_idempotency_keys(api: Api, admin: dict[str, str]) -> None:
    config = await create(api, admin)
    path = f"{CONFIGS}/{config['id']}/tasks"
    for key in ("", "x" * 256):
        for address, body in ((CONFIGS, EXPORT), (path, {})):
            answer = await api.http.post(address, json=body, headers={**admin, "Idempotency-Key": key})
            check_problem(answer, 400, "request_invalid")
    keyed = {**admin, "Idempotency-Key": "k" * 255}
    assert (await api.http.post(path, json={}, headers=keyed)).status_code == 202
    check_problem(await api.http.post(path, json={"mode": "full"}, headers=keyed), 422, "idempotency_key_reused")
    for key in ("", "x" * 256, "a\x01b"):
        answer = await api.http.post("/api/v1/links", json={}, headers={**admin, "Idempotency-Key": key})
        assert check_problem(answer, 400, "request_invalid")["invalid"]


async def test_runs(api: Api, admin: dict[str, str]) -> None:
    config = await create(api, admin)
    path = f"{CONFIGS}/{config['id']}/tasks"
    check_problem(await api.http.post(path, json={"mode": "fast"}, headers=admin), 422, "exports.mode_unknown")
    check_problem(await api.http.post(path, json={"mode": 1}, headers=admin), 400, "request_invalid")
    task = (await api.http.post(path, json={}, headers=admin)).json()
    check_problem(await api.http.post(path, json={}, headers=admin), 409, "exports.already_running")
    check_problem(await api.http.delete(f"{CONFIGS}/{config['id']}", headers=admin), 409, "exports.already_running")
    cancellation = f"/api/v1/tasks/{task['id']}/cancellation"
    assert (await api.http.post(cancellation, headers=admin)).status_code == 202
    check_problem(await api.http.post(cancellation, headers=admin), 409, "exports.task_already_ended")


async def test_what_is_not_there(api: Api, admin: dict[str, str]) -> None:
    nobody = uuid4()
    for method, path, code in (
        ("GET", f"{CONFIGS}/{nobody}", "exports.config_not_found"),
        ("DELETE", f"{CONFIGS}/{nobody}", "exports.config_not_found"),
        ("GET", f"{CONFIGS}/{nobody}/tasks", "exports.config_not_found"),
        ("POST", f"{CONFIGS}/{nobody}/tasks", "exports.config_not_found"),
        ("PUT", f"{CONFIGS}/{nobody}/schedule", "exports.config_not_found"),
        ("GET", f"/api/v1/tasks/{nobody}", "exports.task_not_found"),
        ("POST", f"/api/v1/tasks/{nobody}/cancellation", "exports.task_not_found"),
        ("GET", f"{CONFIGS}/what", "not_found"),
        ("GET", "/api/v1/nothing", "not_found"),
        ("GET", "/api/v2/me", "not_found"),
        ("GET", "/docs-assets/../../../etc/passwd", "not_found"),
    ):
        body = {"cron": None} if method == "PUT" else {} if method == "POST" else None
        check_problem(await api.http.request(method, path, json=body, headers=admin), 404, code)
    check_problem(await api.http.get("/api/v1/exporters/no-such", headers=admin), 422, "exports.exporter_unknown")
    refused = await api.http.patch("/api/v1/me", headers=admin)
    check_problem(refused, 405, "method_not_allowed")
    assert "GET" in refused.headers["allow"]


async def test_a_strangers_things_are_not_there(api: Api, admin: dict[str, str]) -> None:
    config = await create(api, admin, cron=None)
    task = (await api.http.post(f"{CONFIGS}/{config['id']}/tasks", json={}, headers=admin)).json()
    stranger = await api.member(await api.story.party("vasilek"))
    for method, path, body, code in (
        ("GET", f"{CONFIGS}/{config['id']}", None, "exports.config_not_found"),
        ("DELETE", f"{CONFIGS}/{config['id']}", None, "exports.config_not_found"),
        ("PUT", f"{CONFIGS}/{config['id']}/schedule", {"cron": None}, "exports.config_not_found"),
        ("GET", f"{CONFIGS}/{config['id']}/tasks", None, "exports.config_not_found"),
        ("GET", f"{CONFIGS}/{config['id']}/occurrences", None, "exports.config_not_found"),
        ("POST", f"{CONFIGS}/{config['id']}/tasks", {}, "exports.config_not_found"),
        ("GET", f"/api/v1/tasks/{task['id']}", None, "exports.task_not_found"),
        ("POST", f"/api/v1/tasks/{task['id']}/cancellation", None, "exports.task_not_found"),
    ):
        check_problem(await api.http.request(method, path, json=body, headers=stranger), 404, code)
    for path in (CONFIGS, "/api/v1/tasks"):
        assert (await api.http.get(path, headers=stranger)).json()["items"] == []
    assert (await api.http.get(f"/api/v1/tasks/{task['id']}", headers=admin)).json()["state"] == "booked"


async def test_viewers_look_and_editors_look_after_exports(api: Api, admin: dict[str, str], romashka: Party) -> None:
    config = await create(api, admin)
    employee = await api.member(romashka, administrator=False)
    pair = await romashka.sign_in(administrator=False, person="vera", sees_everything=True)
    editor = {"Authorization": f"Bearer {pair.access_token}"}
    own = f"{CONFIGS}/{config['id']}"
    for method, path, body in (
        ("POST", CONFIGS, EXPORT),
        ("DELETE", own, None),
        ("PUT", f"{own}/schedule", {"cron": None}),
        ("POST", "/api/v1/connections/google/consents", None),
        ("DELETE", "/api/v1/connections/google", None),
    ):
        answer = await api.http.request(method, path, json=body, headers=employee)
        check_problem(answer, 403, "tenants.permission_missing")
    for path in (own, CONFIGS, "/api/v1/connections", "/api/v1/exporters", "/api/v1/tasks", "/api/v1/me"):
        assert (await api.http.get(path, headers=employee)).status_code == 200
    refused = await api.http.post(f"{own}/tasks", json={}, headers=employee)
    check_problem(refused, 403, "tenants.permission_missing")
    task = await api.http.post(f"{own}/tasks", json={}, headers=editor)
    assert task.status_code == 202
    stopped = await api.http.post(f"/api/v1/tasks/{task.json()['id']}/cancellation", headers=editor)
    assert stopped.status_code == 202
    scheduled = await api.http.put(f"{own}/schedule", json={"cron": None}, headers=editor)
    assert scheduled.status_code == 200
    forbidden = await api.http.delete("/api/v1/connections/google", headers=editor)
    check_problem(forbidden, 403, "tenants.permission_missing")


async def test_vendors_in_trouble(api: Api, admin: dict[str, str], romashka: Party) -> None:
    source, spreadsheets = api.story.world.source, api.story.world.spreadsheets
    source.failures.plan("custom_columns", VendorBusy(2.4, vendor="moysklad"))
    busy = await api.http.get("/api/v1/exporters/customerorder", headers=admin)
    check_problem(busy, 503, "vendors.busy")
    assert busy.headers["retry-after"] == "3", "never sooner than the vendor asked"
    source.failures.plan("custom_columns", VendorFailed(vendor="moysklad"))
    check_problem(await api.http.get("/api/v1/exporters/customerorder", headers=admin), 502, "vendors.failed")
    theirs = spreadsheets.add("Отчёты")
    chosen = {**EXPORT, "target": {"spreadsheet": theirs.spreadsheet_id}}
    api.story.world.consent.dead.add("memory-google-refresh-1")
    spreadsheets.refused.add("memory-google-access-1")
    refused = await api.http.post(CONFIGS, json=chosen, headers=admin)
    assert check_problem(refused, 409, "connections.google_broken")["action"] == "/api/v1/connections"
    source.revoke(romashka.token)
    refused = await api.http.get("/api/v1/exporters/customerorder", headers=admin)
    assert check_problem(refused, 409, "connections.moysklad_broken")["action"] == "/api/v1/connections"


async def test_without_google_nothing_can_be_chosen_there(api: Api) -> None:
    headers = await api.member(await api.story.install("romashka"))
    chosen = {**EXPORT, "target": {"spreadsheet": "1" * 44}}
    answer = await api.http.post(CONFIGS, json=chosen, headers=headers)
    assert check_problem(answer, 409, "connections.google_not_connected")["action"] == "/api/v1/connections"


async def test_what_nobody_foresaw_tells_nothing(api: Api, admin: dict[str, str]) -> None:
    api.story.world.source.failures.plan("custom_columns", ValueError("password=hunter2"))
    answer = await api.http.get("/api/v1/exporters/customerorder", headers=admin)
    check_problem(answer, 500, "unexpected")
    assert "hunter2" not in answer.text
    (reported,) = api.unforeseen
    assert isinstance(reported, ValueError)
    api.unforeseen.clear()


async def test_googles_way_back(api: Api, romashka: Party) -> None:
    for params, code in (
        ({}, "connections.consent_invalid"),
        ({"state": "x.y", "code": "c"}, "connections.consent_invalid"),
        ({"state": f"{romashka.id.hex}.x", "code": "c"}, "connections.consent_invalid"),
        ({"error": "<script>alert(1)</script>", "state": "я"}, "connections.consent_invalid"),
    ):
        answer = await api.http.get("/oauth/google/callback", params=params)
        assert answer.status_code == 422
        assert code in answer.text
        assert "<script>" not in answer.text


async def test_the_document_and_the_problems_agree(api: Api, admin: dict[str, str]) -> None:
    document = json.loads((await api.http.get("/docs/openapi.json")).content)
    schema = document["components"]["schemas"]["Problem"]
    problem = check_problem(await api.http.get(f"{CONFIGS}/{uuid4()}", headers=admin), 404, "exports.config_not_found")
    assert set(schema["required"]) <= set(problem) <= set(schema["properties"])


async def test_a_code_that_no_database_keeps_is_nobodys(api: Api, admin: dict[str, str]) -> None:
    failed = {"since": "2026-01-01T00:00:00Z", "code": "a\x00b"}
    check_problem(await api.http.post("/api/v1/tasks/retries", json=failed, headers=admin), 400, "request_invalid")
