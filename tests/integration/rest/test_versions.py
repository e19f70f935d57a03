"""Tags of what is shown, and changes on condition."""

import asyncio
from typing import Any

import pytest

from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem
from tests.integration.rest.test_routes import create

V1 = "/api/v1"
CONFIGS = f"{V1}/export-configs"


async def shown(api: Api, path: str, headers: dict[str, str]) -> tuple[str, Any]:
    answer = await api.http.get(path, headers=headers)
    assert answer.status_code == 200
    return answer.headers["etag"], answer.json()


@pytest.mark.parametrize("path", ["me", "members", "export-configs", "connections", "plan", "exporters", "audit"])
async def test_who_has_it_already_is_told_so(api: Api, admin: dict[str, str], path: str) -> None:
    tag, _ = await shown(api, f"{V1}/{path}", admin)
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = await api.http.get(f"{V1}/{path}", headers={**admin, "If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
    changed = await api.http.get(f"{V1}/{path}", headers={**admin, "If-None-Match": '"other"'})
    assert changed.status_code == 200
    assert (await api.http.get(f"{V1}/{path}", headers={"If-None-Match": tag})).status_code == 401


async def test_a_tag_changes_with_what_is_shown(api: Api, admin: dict[str, str]) -> None:
    config = await create(api, admin)
    path = f"{CONFIGS}/{config['id']}"
    before, _ = await shown(api, path, admin)
    changed = await api.http.put(f"{path}/schedule", json={"cron": "0 9 * * *"}, headers=admin)
    after, _ = await shown(api, path, admin)
    assert before != after == changed.headers["etag"]


async def test_an_export_is_changed_only_as_it_was_seen(api: Api, admin: dict[str, str]) -> None:
    config = await create(api, admin)
    path = f"{CONFIGS}/{config['id']}"
    seen, _ = await shown(api, path, admin)
    mine = {**admin, "If-Match": seen}
    first = await api.http.put(f"{path}/schedule", json={"cron": "0 9 * * *"}, headers=mine)
    assert first.status_code == 200
    late = await api.http.put(f"{path}/schedule", json={"cron": "0 10 * * *"}, headers=mine)
    check_problem(late, 412, "precondition_failed")
    assert (await shown(api, path, admin))[1]["schedule"]["cron"] == "0 9 * * *"
    check_problem(await api.http.delete(path, headers=mine), 412, "precondition_failed")
    for tags in (f'"other", {first.headers["etag"]}', f"W/{first.headers['etag']}", "*"):
        again = await api.http.put(f"{path}/schedule", json={"cron": "0 9 * * *"}, headers={**admin, "If-Match": tags})
        assert again.status_code == 200
    gone = await api.http.delete(path, headers={**admin, "If-Match": first.headers["etag"]})
    assert gone.status_code == 204
    check_problem(await api.http.delete(path, headers=mine), 404, "exports.config_not_found")


async def test_a_run_meanwhile_is_nobodys_change(api: Api, admin: dict[str, str], romashka: Party) -> None:
    config = await create(api, admin, filters=[])
    path = f"{CONFIGS}/{config['id']}"
    seen, _ = await shown(api, path, admin)
    await api.http.post(f"{path}/tasks", json={}, headers=admin)
    await api.story.work()
    after, view = await shown(api, path, admin)
    assert view["freshAt"] is not None
    assert after != seen
    changed = await api.http.put(f"{path}/schedule", json={"cron": None}, headers={**admin, "If-Match": seen})
    assert changed.status_code == 200
    assert changed.json()["target"]["sheetId"] == view["target"]["sheetId"], "and what the run noted stays"


async def test_of_two_who_saw_the_same_one_changes_it(api: Api, admin: dict[str, str]) -> None:
    config = await create(api, admin)
    path = f"{CONFIGS}/{config['id']}"
    seen, _ = await shown(api, path, admin)
    answers = await asyncio.gather(
        *(
            api.http.put(f"{path}/schedule", json={"cron": f"0 {hour} * * *"}, headers={**admin, "If-Match": seen})
            for hour in (1, 2, 3)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]


async def test_without_a_condition_the_last_one_wins(api: Api, admin: dict[str, str]) -> None:
    config = await create(api, admin)
    path = f"{CONFIGS}/{config['id']}"
    for cron in ("0 1 * * *", "0 2 * * *"):
        assert (await api.http.put(f"{path}/schedule", json={"cron": cron}, headers=admin)).status_code == 200
    _, view = await shown(api, path, admin)
    assert view["schedule"]["cron"] == "0 2 * * *"
    assert {name: view[name] for name in view if name != "schedule"} == {
        name: config[name] for name in config if name != "schedule"
    }


async def test_a_member_is_changed_only_as_they_were_seen(api: Api, admin: dict[str, str], romashka: Party) -> None:
    await api.member(romashka, administrator=False)
    members = (await api.http.get(f"{V1}/members", headers=admin)).json()
    boris = next(one["id"] for one in members if one["name"] == "boris")
    path = f"{V1}/members/{boris}"
    seen, _ = await shown(api, path, admin)
    mine = {**admin, "If-Match": seen}
    given = await api.http.put(f"{path}/role", json={"role": "editor"}, headers=mine)
    assert given.status_code == 204
    assert given.headers["etag"] == (await shown(api, path, admin))[0] != seen
    late = await api.http.put(f"{path}/role", json={"role": "admin"}, headers=mine)
    check_problem(late, 412, "precondition_failed")
    check_problem(await api.http.delete(path, headers=mine), 412, "precondition_failed")
    assert (await shown(api, path, admin))[1]["role"] == "editor"
    removed = await api.http.delete(path, headers={**admin, "If-Match": given.headers["etag"]})
    assert removed.status_code == 204
    stranger = await api.member(await api.story.party("vasilek"))
    check_problem(await api.http.get(path, headers=stranger), 404, "tenants.member_not_found")


@pytest.mark.parametrize("path", ["connections/google", "links/{}", "api-keys/{}", "sessions/current"])
async def test_a_condition_that_nobody_can_judge_is_not_met(api: Api, admin: dict[str, str], path: str) -> None:
    address = f"{V1}/{path.format('00000000-0000-0000-0000-000000000000')}"
    answer = await api.http.delete(address, headers={**admin, "If-Match": '"any"'})
    check_problem(answer, 412, "precondition_failed")
    anyhow = await api.http.delete(address, headers={**admin, "If-Match": "*"})
    assert anyhow.status_code in {204, 404}


@pytest.mark.parametrize("tags", ['""', '"', ",", "garbage", '"a" "b"', "é", "W/"])
async def test_a_condition_that_nothing_can_meet_is_not_met(api: Api, admin: dict[str, str], tags: str) -> None:
    config = await create(api, admin)
    headers = [*admin.items(), ("If-Match", tags.encode("latin-1"))]
    answer = await api.http.delete(f"{CONFIGS}/{config['id']}", headers=headers)  # type: ignore[arg-type]
    check_problem(answer, 412, "precondition_failed")
