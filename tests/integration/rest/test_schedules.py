"""Schedules over HTTP: made, previewed, changed, refused, and the ledger."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from application.exports.commands.book_due_exports import BookDueExports
from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem
from tests.integration.rest.test_routes import create

CONFIGS = "/api/v1/export-configs"
PREVIEW = "/api/v1/schedules/preview"


async def put(api: Api, admin: dict[str, str], config: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    answer = await api.http.put(f"{CONFIGS}/{config['id']}/schedule", json=body, headers=admin)
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()["schedule"]
    return changed


async def test_a_cron_shows_the_next_five_runs_here_and_in_utc(api: Api, admin: dict[str, str]) -> None:
    config = await create(api, admin, cron=None, schedule={"cron": "0 9 * * *", "spreadSeconds": 0})
    schedule = config["schedule"]
    assert {key: schedule[key] for key in ("kind", "cron", "timeZone", "spreadSeconds", "misfire", "resting")} == {
        "kind": "cron",
        "cron": "0 9 * * *",
        "timeZone": "Europe/Moscow",
        "spreadSeconds": 0,
        "misfire": "run_once",
        "resting": False,
    }
    assert schedule["nextDueAt"] == schedule["nextNominalAt"] == "2026-01-13T06:00:00Z"
    assert schedule["nextRuns"] == [
        {
            "nominalAt": f"2026-01-{day}T06:00:00Z",
            "startsAt": f"2026-01-{day}T06:00:00Z",
            "localNominalAt": f"2026-01-{day}T09:00:00+03:00",
            "localStartsAt": f"2026-01-{day}T09:00:00+03:00",
        }
        for day in range(13, 18)
    ]
    assert (await api.http.get(CONFIGS, headers=admin)).json()["items"][0]["schedule"] == schedule


async def test_schedules_are_exchanged_for_others(api: Api, admin: dict[str, str]) -> None:
    first, config = await create(api, admin, cron=None), await create(api, admin)
    after = await put(api, admin, config, {"after": first["id"], "always": True})
    assert (after["kind"], after["after"], after["always"], after["cron"]) == ("after", first["id"], True, None)
    assert (after["nextDueAt"], after["nextRuns"], after["timeZone"]) == (None, [], "Europe/Moscow")
    fresh = await put(api, admin, config, {"freshnessMinutes": 20})
    assert (fresh["kind"], fresh["freshnessMinutes"]) == ("freshness", 20)
    (run,) = fresh["nextRuns"]
    assert run["startsAt"] == fresh["nextDueAt"]
    cron = await put(api, admin, config, {"cron": "15 10 * * *", "spreadSeconds": 60, "misfire": "skip"})
    assert (cron["spreadSeconds"], cron["misfire"]) == (60, "skip")
    assert await put(api, admin, config, {"cron": None}) is None


async def test_a_preview_saves_nothing(api: Api, admin: dict[str, str]) -> None:
    config = await create(api, admin, cron=None)
    body = {"cron": "0 9 * * *", "spreadSeconds": 600}
    answer = await api.http.post(PREVIEW, json=body, headers=admin)
    assert answer.status_code == 200
    assert [run["nominalAt"] for run in answer.json()["nextRuns"]] == [
        f"2026-01-{day}T06:00:00Z" for day in range(13, 18)
    ]
    exact = (await api.http.post(f"{PREVIEW}?export={config['id']}", json=body, headers=admin)).json()
    assert await put(api, admin, config, body) == exact
    refused = await api.http.post(f"{PREVIEW}?export={uuid4()}", json=body, headers=admin)
    check_problem(refused, 404, "exports.config_not_found")
    check_problem(await api.http.post(PREVIEW, json=body), 401, "tenants.access_token_invalid")


@pytest.mark.parametrize(
    ("schedule", "code"),
    [
        ({"cron": "0 0 31 2 *"}, "exports.cron_invalid"),
        ({"cron": "0 0 9 * * *"}, "exports.cron_invalid"),
        ({"cron": "whenever"}, "exports.cron_invalid"),
        ({"cron": "0 9 * * *", "spreadSeconds": -1}, "exports.spread_invalid"),
        ({"cron": "0 9 * * *", "spreadSeconds": 86_400}, "exports.spread_invalid"),
        ({"cron": "0 9 * * *", "misfire": "later"}, "exports.misfire_unknown"),
        ({"cron": "0 9 * * *", "always": True}, "exports.schedule_unfit"),
        ({"freshnessMinutes": 0}, "exports.freshness_invalid"),
        ({"freshnessMinutes": 525_600}, "exports.freshness_invalid"),
        ({"freshnessMinutes": 60, "cron": "0 9 * * *"}, "exports.schedule_ambiguous"),
        ({"freshnessMinutes": 60, "misfire": "skip"}, "exports.schedule_unfit"),
        ({"after": "b06cd33b-a595-4293-b9cd-fc372b25daab"}, "exports.after_unknown"),
        ({"always": True}, "exports.schedule_ambiguous"),
        ({}, "exports.schedule_ambiguous"),
    ],
    ids=str,
)
async def test_a_schedule_is_refused_wherever_it_is_sent(
    api: Api, admin: dict[str, str], schedule: dict[str, Any], code: str
) -> None:
    config = await create(api, admin)
    answers = [
        await api.http.post(PREVIEW, json=schedule, headers=admin),
        await api.http.put(f"{CONFIGS}/{config['id']}/schedule", json=schedule, headers=admin),
        await api.http.post(
            CONFIGS, json={"name": "Заказы", "exporter": "customerorder", "schedule": schedule}, headers=admin
        ),
    ]
    for answer in answers:
        check_problem(answer, 422, code)
    assert (await api.http.get(f"{CONFIGS}/{config['id']}", headers=admin)).json() == config


async def test_a_cron_beside_a_schedule_is_refused(api: Api, admin: dict[str, str]) -> None:
    body = {"name": "a", "exporter": "customerorder", "cron": "0 9 * * *", "schedule": {"cron": "0 9 * * *"}}
    check_problem(await api.http.post(CONFIGS, json=body, headers=admin), 422, "exports.schedule_ambiguous")
    body = {"name": "a", "exporter": "customerorder", "schedule": {"cron": "0 9 * * *", "when": "now"}}
    check_problem(await api.http.post(CONFIGS, json=body, headers=admin), 400, "request_invalid")


async def test_a_circle_is_refused(api: Api, admin: dict[str, str]) -> None:
    first = await create(api, admin, cron=None)
    second = await create(api, admin, cron=None, schedule={"after": first["id"]})
    answer = await api.http.put(f"{CONFIGS}/{first['id']}/schedule", json={"after": second["id"]}, headers=admin)
    check_problem(answer, 422, "exports.after_cycle")


async def test_the_ledger_comes_in_pages(api: Api, admin: dict[str, str], romashka: Party) -> None:
    config = await create(api, admin, cron=None, schedule={"cron": "0 * * * *"})
    for _ in range(5):
        api.story.clock.advance(timedelta(hours=1))
        await api.story.app.execute(BookDueExports())
        await api.story.work()
    admin = await api.member(romashka)
    path = f"{CONFIGS}/{config['id']}/occurrences"
    page = (await api.http.get(path, params={"limit": 2}, headers=admin)).json()
    seen = page["items"]
    while page["nextCursor"]:
        query = {"limit": 2, "cursor": page["nextCursor"]}
        page = (await api.http.get(path, params=query, headers=admin)).json()
        seen += page["items"]
    assert [entry["nominalAt"] for entry in seen] == [f"2026-01-12T{hour:02}:00:00Z" for hour in range(11, 6, -1)]
    task = (await api.http.get("/api/v1/tasks", headers=admin)).json()["items"][0]
    assert seen[0] == {
        "nominalAt": "2026-01-12T11:00:00Z",
        "kind": "cron",
        "outcome": "ran",
        "taskId": task["id"],
        "reason": None,
        "title": None,
        "detail": None,
        "words": None,
        "count": 1,
        "lastNominalAt": None,
        "decidedAt": "2026-01-12T11:00:00Z",
    }
    fresh = (await api.http.get(f"{CONFIGS}/{config['id']}", headers=admin)).json()["freshAt"]
    assert datetime.fromisoformat(fresh) == datetime.fromisoformat(task["startedAt"])
    for cursor in ("what", "MjAyNi0wMS0xMg"):
        check_problem(await api.http.get(path, params={"cursor": cursor}, headers=admin), 422, "cursor_invalid")
    stranger = await api.member(await api.story.party("vasilek"))
    check_problem(await api.http.get(path, headers=stranger), 404, "exports.config_not_found")
    elsewhere = await create(api, admin)
    assert (await api.http.get(f"{CONFIGS}/{elsewhere['id']}/occurrences", headers=admin)).json()["items"] == []


async def test_why_there_was_no_run_is_told_in_words(api: Api, admin: dict[str, str], romashka: Party) -> None:
    config = await create(api, admin, cron=None, schedule={"cron": "0 * * * *"})
    task = (await api.http.post(f"{CONFIGS}/{config['id']}/tasks", json={}, headers=admin)).json()
    await api.http.post(f"/api/v1/tasks/{task['id']}/pause", headers=admin)
    api.story.clock.advance(timedelta(hours=1))
    await api.story.app.execute(BookDueExports())
    headers = {**await api.member(romashka), "Accept-Language": "en"}
    (entry,) = (await api.http.get(f"{CONFIGS}/{config['id']}/occurrences", headers=headers)).json()["items"]
    assert (entry["outcome"], entry["reason"], entry["taskId"]) == ("skipped", "paused", task["id"])
    assert entry["title"] == entry["words"]["en"]["title"] == "The run before is paused"
    assert entry["words"]["ru"]["title"] == "Предыдущий запуск стоит на паузе"
    assert entry["detail"] == entry["words"]["en"]["action"]


async def test_a_company_changes_its_clock(api: Api, admin: dict[str, str], romashka: Party) -> None:
    made = await create(api, admin, cron="0 9 * * *")
    path, home = "/api/v1/company/time-zone", {"timeZone": "Asia/Vladivostok"}
    viewer = await api.member(romashka, administrator=False)
    check_problem(await api.http.put(path, json=home, headers=viewer), 403, "tenants.permission_missing")
    wrong = await api.http.put(path, json={"timeZone": "Vladivostok"}, headers=admin)
    check_problem(wrong, 422, "exports.time_zone_unknown")
    assert (await api.http.put(path, json=home, headers=admin)).status_code == 204
    assert (await api.http.get("/api/v1/me", headers=admin)).json()["timeZone"] == "Asia/Vladivostok"
    shown = (await api.http.get(f"/api/v1/export-configs/{made['id']}", headers=admin)).json()["schedule"]
    assert (shown["timeZone"], shown["nextNominalAt"][11:16]) == ("Asia/Vladivostok", "23:00")
    log = (await api.http.get("/api/v1/audit", headers=admin)).json()["items"]
    assert log[0]["action"] == "exports.change_time_zone"
