"""Every route when all goes well."""

from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

from domain.shared.identities import ConfigId
from tests.integration.harness.stories import COLUMNS, Party
from tests.integration.rest.conftest import Api

EXPORT = {
    "name": "Заказы",
    "exporter": "customerorder",
    "columns": [{"id": column} for column in COLUMNS],
    "filters": [{"field": "sum", "operator": ">=", "value": "100.50"}],
    "target": {"tab": "Заказы"},
    "cron": "*/30 * * * *",
}


async def create(api: Api, admin: dict[str, str], **changes: Any) -> dict[str, Any]:
    answer = await api.http.post("/api/v1/export-configs", json={**EXPORT, **changes}, headers=admin)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def test_coming_in_and_going_out(api: Api) -> None:
    party = await api.story.install("romashka")
    api.story.world.context_keys.let_in("key", party.visitor())
    answer = await api.http.post("/api/v1/sessions", json={"contextKey": "key"})
    assert answer.status_code == 201
    tokens = answer.json()
    assert set(tokens) == {"accessToken", "refreshToken", "tokenType", "expiresIn", "companyId", "role"}
    assert (tokens["tokenType"], tokens["role"]) == ("Bearer", "owner")
    headers = {"Authorization": f"Bearer {tokens['accessToken']}"}
    me = (await api.http.get("/api/v1/me", headers=headers)).json()
    assert (me["companyName"], me["role"], me["timeZone"]) == ("romashka", "owner", "Europe/Moscow")
    assert "manage_exports" in me["permissions"]
    fresh = await api.http.post("/api/v1/sessions/refresh", json={"refreshToken": tokens["refreshToken"]})
    assert fresh.status_code == 200
    assert fresh.json()["refreshToken"] != tokens["refreshToken"]
    assert (await api.http.delete("/api/v1/sessions/current", headers=headers)).status_code == 204
    ended = await api.http.post("/api/v1/sessions/refresh", json={"refreshToken": fresh.json()["refreshToken"]})
    assert ended.status_code == 401


async def test_connecting_and_disconnecting_google(api: Api) -> None:
    party = await api.story.install("romashka")
    headers = await api.member(party)
    begun = await api.http.post("/api/v1/connections/google/consents", headers=headers)
    assert begun.status_code == 201
    address = begun.json()["authorizationUrl"]
    assert begun.json()["expiresIn"] == 900
    code = api.story.world.consent.approve(address, email="owner@romashka.example")
    state = address.split("state=")[1].split("&")[0]
    for language, title in (("ru", "Google подключён"), ("en", "Google is connected")):
        page = await api.http.get(
            "/oauth/google/callback", params={"state": state, "code": code}, headers={"Accept-Language": language}
        )
        if language == "ru":
            assert page.status_code == 200
            assert title in page.text
            assert "owner@romashka.example" in page.text
        else:
            assert page.status_code == 422
            assert "connections.consent_invalid" in page.text
        assert page.headers["content-type"].startswith("text/html")
        assert page.headers["referrer-policy"] == "no-referrer"
        assert code not in page.text
    states = (await api.http.get("/api/v1/connections", headers=headers)).json()
    assert {one["vendor"]: one["state"] for one in states} == {"moysklad": "active", "google": "active"}
    assert (await api.http.delete("/api/v1/connections/google", headers=headers)).status_code == 204
    states = (await api.http.get("/api/v1/connections", headers=headers)).json()
    assert {one["vendor"]: one["state"] for one in states} == {"moysklad": "active", "google": "absent"}


async def test_what_can_be_exported(api: Api, admin: dict[str, str]) -> None:
    every = {one["key"]: one for one in (await api.http.get("/api/v1/exporters", headers=admin)).json()}
    assert len(every) >= 55
    assert len({one["title"] for one in every.values()}) == len(every)
    exporter = every["customerorder"]
    assert exporter["keyColumn"] == "id"
    one = (await api.http.get("/api/v1/exporters/customerorder", headers=admin)).json()
    assert len(one["columns"]) == len(exporter["columns"]) + 1
    assert one["columns"][-1]["title"] == "Вес, кг"
    assert {"id", "title", "kind", "operators", "choices", "required"} == set(one["filters"][0])


async def test_an_export_is_described_shown_and_removed(api: Api, admin: dict[str, str]) -> None:
    answer = await api.http.post("/api/v1/export-configs", json=EXPORT, headers=admin)
    assert answer.status_code == 201
    config = answer.json()
    assert answer.headers["location"] == f"/api/v1/export-configs/{config['id']}"
    assert [column["id"] for column in config["columns"]] == list(COLUMNS)
    assert config["filters"] == EXPORT["filters"]
    assert config["schedule"]["cron"] == EXPORT["cron"]
    assert config["schedule"]["nextDueAt"].endswith("Z")
    assert config["target"] == {
        "spreadsheetId": None,
        "title": "Заказы",
        "tab": "Заказы",
        "sheetId": None,
        "url": None,
        "onObstacle": "refuse",
    }
    assert (config["runLog"], config["statusCell"]) == (None, None)
    assert (await api.http.get(answer.headers["location"], headers=admin)).json() == config
    assert (await api.http.get("/api/v1/export-configs", headers=admin)).json() == {
        "items": [config],
        "nextCursor": None,
    }
    quiet = await api.http.put(answer.headers["location"] + "/schedule", json={"cron": None}, headers=admin)
    assert quiet.json()["schedule"] is None
    assert (await api.http.delete(answer.headers["location"], headers=admin)).status_code == 204
    assert (await api.http.get(answer.headers["location"], headers=admin)).status_code == 404


async def test_a_run_is_started_watched_and_listed(api: Api, admin: dict[str, str], romashka: Party) -> None:
    config = await create(api, admin, filters=[])
    answer = await api.http.post(f"/api/v1/export-configs/{config['id']}/tasks", json={}, headers=admin)
    assert answer.status_code == 202
    assert answer.json()["state"] == "booked"
    assert answer.headers["location"] == f"/api/v1/tasks/{answer.json()['id']}"
    await api.story.work()
    task = (await api.http.get(answer.headers["location"], headers=admin)).json()
    assert (task["state"], task["progress"], task["error"]) == ("finished", 1.0, None)
    assert task["counts"]["appended"] == 3
    assert task["endedAt"].endswith("Z")
    target = (await api.http.get(f"/api/v1/export-configs/{config['id']}", headers=admin)).json()["target"]
    assert target["url"].startswith(f"https://docs.google.com/spreadsheets/d/{target['spreadsheetId']}")
    for path in ("/api/v1/tasks", f"/api/v1/export-configs/{config['id']}/tasks"):
        assert (await api.http.get(path, headers=admin)).json()["items"] == [{**task, "story": None}]
    assert task["story"]["sheetUrl"] == target["url"]
    (attempt,) = task["story"]["timeline"]["attempts"]
    assert (attempt["outcome"], attempt["error"], attempt["work"]["rows"]) == ("finished", None, 3)
    assert attempt["work"]["batches"] >= 1
    await romashka.check_sheet(ConfigId(UUID(config["id"])))


async def test_a_run_is_told_about_in_the_sheet(api: Api, admin: dict[str, str]) -> None:
    """What could not be written there is said beside the run, in both languages."""
    theirs = api.story.world.spreadsheets.add("Отчёты", "Сводка")
    theirs.tabs[0].put_cell(2, 1, "План")
    target = {"spreadsheet": theirs.spreadsheet_id, "onObstacle": "next_tab"}
    config = await create(api, admin, target=target, runLog=" Журнал ", statusCell="сводка!$b$2", filters=[])
    assert (config["runLog"], config["statusCell"]) == ("Журнал", "'сводка'!B2")
    assert config["target"]["onObstacle"] == "next_tab"
    task = (await api.http.post(f"/api/v1/export-configs/{config['id']}/tasks", json={}, headers=admin)).json()
    assert task["warnings"] == []
    for _ in range(2):
        await api.story.work()
    answer = (await api.http.get(f"/api/v1/tasks/{task['id']}", headers={**admin, "Accept-Language": "ru"})).json()
    (warning,) = answer["warnings"]
    assert (answer["state"], warning["code"]) == ("finished", "exports.status_cell_taken")
    assert warning["title"] == warning["words"]["ru"]["title"] != warning["words"]["en"]["title"]
    assert warning["details"] == {"cell": "'сводка'!B2", "tab": "Сводка"}
    assert len(theirs.tab_titled("Журнал").values()) == 2


async def test_a_run_is_stopped(api: Api, admin: dict[str, str]) -> None:
    config = await create(api, admin)
    task = (await api.http.post(f"/api/v1/export-configs/{config['id']}/tasks", json={}, headers=admin)).json()
    stopped = await api.http.post(f"/api/v1/tasks/{task['id']}/cancellation", headers=admin)
    assert (stopped.status_code, stopped.json()["state"]) == (202, "cancelled")


async def test_the_failure_of_a_run_is_told_in_words(api: Api, admin: dict[str, str], romashka: Party) -> None:
    config = await create(api, admin)
    task = (await api.http.post(f"/api/v1/export-configs/{config['id']}/tasks", json={}, headers=admin)).json()
    api.story.world.source.revoke(romashka.token)
    await api.story.work()
    for language in ("ru", "en"):
        answer = await api.http.get(f"/api/v1/tasks/{task['id']}", headers={**admin, "Accept-Language": language})
        error = answer.json()["error"]
        assert error["code"] == "connections.moysklad_broken"
        assert (error["title"], error["detail"]) == (
            error["words"][language]["title"],
            error["words"][language]["action"],
        )


async def test_lists_come_in_pages(api: Api, admin: dict[str, str]) -> None:
    made = [(await create(api, admin, name=f"№ {number}"))["id"] for number in range(103)]
    seen: list[str] = []
    cursor: str | None = None
    sizes = []
    while True:
        params = {"limit": 100} if cursor is None else {"limit": 100, "cursor": cursor}
        page = (await api.http.get("/api/v1/export-configs", params=params, headers=admin)).json()
        sizes.append(len(page["items"]))
        seen += [item["id"] for item in page["items"]]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert sizes == [100, 3]
    assert seen == made[::-1]
    assert all(later > earlier for later, earlier in pairwise(seen))
    usual = (await api.http.get("/api/v1/export-configs", headers=admin)).json()
    assert len(usual["items"]) == 50
    tasks = []
    for config in made[:3]:
        answer = await api.http.post(f"/api/v1/export-configs/{config}/tasks", json={}, headers=admin)
        tasks.append(answer.json()["id"])
    first = (await api.http.get("/api/v1/tasks", params={"limit": 2}, headers=admin)).json()
    rest = (
        await api.http.get("/api/v1/tasks", params={"limit": 2, "cursor": first["nextCursor"]}, headers=admin)
    ).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == tasks[::-1]
    assert rest["nextCursor"] is None


async def test_a_request_with_a_key_is_carried_out_once(api: Api, admin: dict[str, str]) -> None:
    keyed = {**admin, "Idempotency-Key": "export-1"}
    first = await api.http.post("/api/v1/export-configs", json=EXPORT, headers=keyed)
    second = await api.http.post("/api/v1/export-configs", json=EXPORT, headers=keyed)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    path = f"/api/v1/export-configs/{first.json()['id']}/tasks"
    keyed = {**admin, "Idempotency-Key": "ключ".encode().hex()}
    runs = [(await api.http.post(path, json={}, headers=keyed)).json()["id"] for _ in range(2)]
    assert runs[0] == runs[1]


async def test_health(api: Api) -> None:
    from adapters.memory.machine import MemorySystems
    from application.ports import Systems

    assert (await api.http.get("/live")).json() == {"status": "alive"}
    assert (await api.http.get("/ready")).json() == {"ready": True, "systems": {"postgres": "ok", "redis": "ok"}}
    systems = await api.story.world.container.get(Systems)
    assert isinstance(systems, MemorySystems)
    systems.states["redis"] = "unreachable"
    assert (await api.http.get("/ready")).status_code == 200, "the outbox keeps what Redis would take"
    systems.states["postgres"] = "unreachable"
    assert (await api.http.get("/ready")).status_code == 503
    assert (await api.http.get("/live")).status_code == 200


async def test_the_callers_request_id_is_answered(api: Api) -> None:
    for given in ("req-1.A_b", "0" * 100):
        assert (await api.http.get("/live", headers={"X-Request-ID": given})).headers["x-request-id"] == given
    assert (await api.http.get("/live", headers={"X_Lognex_RequestId": "m-1"})).headers["x-request-id"] == "m-1"
    for strange in ("a b", "x" * 101, 'a"b', "<script>"):
        answered = (await api.http.get("/live", headers={"X-Request-ID": strange})).headers["x-request-id"]
        assert answered != strange
        assert len(answered) == 36


async def test_an_export_with_everything_that_can_be_said(api: Api, admin: dict[str, str], romashka: Party) -> None:
    body = {
        "name": "Должники",
        "exporter": "customerorder",
        "columns": [
            {"id": "id"},
            {"id": "sum"},
            {"id": "computed:debt", "title": "Долг", "expression": "sum - 1000", "kind": "money"},
            {"id": "constant:source", "title": "Откуда", "constant": "МойСклад"},
        ],
        "filters": [{"field": "moment", "operator": "within", "value": "last_30_days"}],
        "rows": "document",
        "removal": "mark",
        "brakePercent": 35,
        "windowDays": 10,
        "reconcileDays": 3,
    }
    made = await api.http.post("/api/v1/export-configs", json=body, headers=admin)
    assert made.status_code == 201, made.text
    told = made.json()
    wanted = {"rows": "document", "removal": "mark", "brakePercent": 35, "windowDays": 10, "reconcileDays": 3}
    assert wanted.items() <= told.items()
    assert [column["title"] for column in told["columns"]][2:] == ["Долг", "Откуда"]
    for change, code in (
        ({"rows": "nonsense"}, "exports.row_mode_unknown"),
        ({"removal": "burn"}, "exports.removal_unknown"),
        ({"brakePercent": 0}, "exports.brake_invalid"),
        ({"windowDays": -1}, "exports.interval_invalid"),
        ({"columns": [{"id": "id"}, {"id": "position.quantity"}]}, "exports.column_out_of_place"),
        ({"columns": [{"id": "id"}, {"id": "c:1", "title": "x", "expression": "sum -"}]}, "exports.formula_invalid"),
        (
            {"columns": [{"id": "id"}, {"id": "c:1", "title": "x", "constant": "1", "kind": "y"}]},
            "exports.column_kind_unknown",
        ),
        ({"filters": [{"field": "moment", "operator": "within", "value": "soon"}]}, "exports.filter_value_invalid"),
    ):
        refused = await api.http.post("/api/v1/export-configs", json={**body, **change}, headers=admin)
        assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text


async def test_what_conditions_select_is_counted_before_an_export_is_made(
    api: Api, admin: dict[str, str], romashka: Party
) -> None:
    romashka.fill(7)
    counted = await api.http.post("/api/v1/exporters/customerorder/count", json={}, headers=admin)
    assert (counted.status_code, counted.json()["objects"] >= 7, counted.json()["units"] >= 1) == (200, True, True)
    wrong = {"filters": [{"field": "nonsense", "operator": "=", "value": "1"}]}
    refused = await api.http.post("/api/v1/exporters/customerorder/count", json=wrong, headers=admin)
    assert (refused.status_code, refused.json()["code"]) == (422, "exports.filter_unknown")


async def test_rows_kept_aside_are_listed_with_the_reason_in_words(
    api: Api, admin: dict[str, str], romashka: Party
) -> None:
    for number in range(3):
        romashka.order(f"order-{number}", description="я" * 50_001)
    config = await romashka.create()
    await romashka.run(config)
    address = f"/api/v1/export-configs/{config}/quarantine"
    first = (await api.http.get(address, params={"limit": 2}, headers=admin)).json()
    rest = (await api.http.get(address, params={"limit": 2, "cursor": first["nextCursor"]}, headers=admin)).json()
    rows = [*first["items"], *rest["items"]]
    assert [row["key"] for row in rows] == ["order-0", "order-1", "order-2"]
    assert rest["nextCursor"] is None
    assert {row["code"] for row in rows} == {"exports.cell_too_long"}
    assert all(row["words"]["ru"]["title"] and row["words"]["en"]["action"] and row["title"] for row in rows)
    unknown = await api.http.get(f"/api/v1/export-configs/{uuid4()}/quarantine", headers=admin)
    assert unknown.status_code == 404
    bad = await api.http.get(address, params={"cursor": "ё"}, headers=admin)
    assert bad.json()["code"] == "cursor_invalid"
