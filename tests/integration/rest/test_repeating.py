"""A request sent again with its idempotency key."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from adapters.memory.store import StoredAnswer
from application.delivery.commands.purge_expired import PurgeExpired
from application.delivery.holding import HOLD
from domain.shared.errors import VendorBusy
from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem
from tests.integration.rest.test_routes import EXPORT, create

V1 = "/api/v1"
CONFIGS = f"{V1}/export-configs"


def keyed(headers: dict[str, str], key: str = "key-1") -> dict[str, str]:
    return {**headers, "Idempotency-Key": key}


async def run_of(api: Api, admin: dict[str, str]) -> str:
    config = await create(api, admin)
    task = await api.http.post(f"{CONFIGS}/{config['id']}/tasks", json={}, headers=admin)
    return str(task.json()["id"])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("export-configs", EXPORT),
        ("links", {"name": "Вера", "role": "viewer"}),
        ("api-keys", {"name": "bot", "scopes": ["run_exports"]}),
        ("connections/google/consents", None),
        ("tasks/{task}/cancellation", None),
        ("tasks/{task}/pause", None),
        ("tasks/retries", {"since": "2020-01-01T00:00:00Z"}),
        ("export-configs/{config}/tasks", {"mode": "full"}),
    ],
)
async def test_the_answer_is_the_same_whatever_happened_since(
    api: Api, admin: dict[str, str], path: str, body: dict[str, Any] | None
) -> None:
    task = await run_of(api, admin)
    config = (await create(api, admin, name="Вторая", target={"tab": "Вторая"}))["id"]
    address = f"{V1}/{path.format(task=task, config=config)}"
    first = await api.http.post(address, json=body, headers=keyed(admin))
    assert first.status_code < 300, first.text
    await api.story.work()
    api.story.clock.advance(HOLD)
    second = await api.http.post(address, json=body, headers=keyed(admin))
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    for name in ("location", "etag", "content-type"):
        assert second.headers.get(name) == first.headers.get(name)


async def test_a_secret_that_is_shown_once_is_shown_to_the_same_request_and_lies_sealed(
    api: Api, admin: dict[str, str]
) -> None:
    answers = [await api.http.post(f"{V1}/api-keys", json={"name": "bot"}, headers=keyed(admin)) for _ in range(2)]
    secret = answers[0].json()["secret"]
    assert answers[1].json()["secret"] == secret
    assert len((await api.http.get(f"{V1}/api-keys", headers=admin)).json()) == 1
    (kept,) = (row for row in api.story.world.store.kept_answers._rows.values() if row.earlier.answer is not None)
    assert secret not in repr(kept)
    assert secret.encode() not in kept.earlier.answer.body.ciphertext


async def test_another_body_is_refused_and_other_spaces_are_not(api: Api, admin: dict[str, str]) -> None:
    headers = {**keyed(admin), "Content-Type": "application/json"}
    first = await api.http.post(f"{V1}/links", content=b'{"name":"A","days":1}', headers=headers)
    again = await api.http.post(f"{V1}/links", content=b'{ "days": 1, "name": "A" }', headers=headers)
    assert first.content == again.content
    other = await api.http.post(f"{V1}/links", content=b'{"name":"B","days":1}', headers=headers)
    problem = check_problem(other, 422, "idempotency_key_reused")
    assert problem["details"] == {"key": "key-1"}
    assert len((await api.http.get(f"{V1}/links", headers=admin)).json()) == 1


async def test_keys_belong_to_a_route_and_to_a_company(api: Api, admin: dict[str, str]) -> None:
    stranger = await api.member(await api.story.party("vasilek"))
    for headers in (admin, stranger):
        for path in ("links", "api-keys"):
            answer = await api.http.post(f"{V1}/{path}", json={"name": "A"}, headers=keyed(headers))
            assert answer.status_code == 201
            assert "idempotency-replayed" not in answer.headers


async def test_a_refusal_that_changed_nothing_leaves_the_key_free(api: Api, admin: dict[str, str]) -> None:
    source = api.story.world.source
    wanted = {**EXPORT, "columns": [{"id": "id"}, {"id": f"attribute:{uuid4()}"}]}
    source.failures.plan("custom_columns", VendorBusy(2.0, vendor="moysklad"))
    check_problem(await api.http.post(CONFIGS, json=wanted, headers=keyed(admin)), 503, "vendors.busy")
    check_problem(await api.http.post(CONFIGS, json=wanted, headers=keyed(admin)), 422, "exports.column_unknown")
    created = await api.http.post(CONFIGS, json=EXPORT, headers=keyed(admin))
    assert created.status_code == 201
    run = f"{CONFIGS}/{created.json()['id']}/tasks"
    await api.http.post(run, json={}, headers=admin)
    check_problem(await api.http.post(run, json={}, headers=keyed(admin)), 409, "exports.already_running")
    await api.story.work()
    assert (await api.http.post(run, json={}, headers=keyed(admin))).status_code == 202


async def test_nobody_gets_anothers_answer_by_their_key(api: Api, admin: dict[str, str], romashka: Party) -> None:
    await api.http.post(f"{V1}/api-keys", json={"name": "bot"}, headers=keyed(admin))
    check_problem(
        await api.http.post(f"{V1}/api-keys", json={"name": "bot"}, headers={"Idempotency-Key": "key-1"}),
        401,
        "tenants.access_token_invalid",
    )
    viewer = await api.member(romashka, administrator=False)
    refused = await api.http.post(f"{V1}/api-keys", json={"name": "bot"}, headers=keyed(viewer))
    check_problem(refused, 403, "tenants.permission_missing")


@asynccontextmanager
async def dead_process(api: Api, admin: dict[str, str], path: str, body: Any, *, applied: bool) -> AsyncIterator[None]:
    """The first request with the key was begun, and maybe changed something, by a process that died."""
    store = api.story.world.store.kept_answers
    answer = await api.http.post(path, json=body, headers=keyed(admin))
    assert answer.status_code < 300
    (key, row) = next((key, row) for key, row in store._rows.items() if row.claim.key == "key-1")
    held = api.story.clock.now() + HOLD
    store._rows[key] = row._replace(earlier=row.earlier._replace(answer=None, applied=applied, held_until=held))
    yield


async def test_while_the_first_is_under_way_the_second_is_told_to_wait(api: Api, admin: dict[str, str]) -> None:
    body = {"name": "bot"}
    async with dead_process(api, admin, f"{V1}/api-keys", body, applied=False):
        waits = await api.http.post(f"{V1}/api-keys", json=body, headers=keyed(admin))
        check_problem(waits, 409, "request_under_way")
        assert waits.headers["retry-after"] == "15"


async def test_a_process_that_died_before_changing_anything_blocks_nobody(api: Api, admin: dict[str, str]) -> None:
    body = {"name": "bot"}
    async with dead_process(api, admin, f"{V1}/api-keys", body, applied=False):
        api.story.clock.advance(HOLD)
        assert (await api.http.post(f"{V1}/api-keys", json=body, headers=keyed(admin))).status_code == 201


async def test_a_process_that_died_after_a_change_has_it_done_once(api: Api, admin: dict[str, str]) -> None:
    body = {"name": "bot"}
    async with dead_process(api, admin, f"{V1}/api-keys", body, applied=True):
        api.story.clock.advance(HOLD)
        lost = await api.http.post(f"{V1}/api-keys", json=body, headers=keyed(admin))
        check_problem(lost, 409, "answer_lost")
        assert len((await api.http.get(f"{V1}/api-keys", headers=admin)).json()) == 1
        assert (await api.http.post(f"{V1}/api-keys", json=body, headers=keyed(admin, "key-2"))).status_code == 201


async def test_a_process_that_died_after_a_change_is_answered_for_where_the_thing_is_known(
    api: Api, admin: dict[str, str]
) -> None:
    async with dead_process(api, admin, CONFIGS, EXPORT, applied=True):
        api.story.clock.advance(HOLD)
        again = await api.http.post(CONFIGS, json=EXPORT, headers=keyed(admin))
        assert again.status_code == 201
        (only,) = (await api.http.get(CONFIGS, headers=admin)).json()["items"]
        assert again.json()["id"] == only["id"]


async def test_an_answer_whose_key_was_taken_away_is_lost_and_not_made_again(api: Api, admin: dict[str, str]) -> None:
    body = {"name": "bot"}
    await api.http.post(f"{V1}/api-keys", json=body, headers=keyed(admin))
    ((key, row),) = api.story.world.store.kept_answers._rows.items()
    assert row.earlier.answer is not None
    gone = row.earlier.answer._replace(body=replace(row.earlier.answer.body, key_id="gone"))
    api.story.world.store.kept_answers._rows[key] = row._replace(earlier=row.earlier._replace(answer=gone))
    lost = await api.http.post(f"{V1}/api-keys", json=body, headers=keyed(admin))
    check_problem(lost, 409, "answer_lost")
    assert len((await api.http.get(f"{V1}/api-keys", headers=admin)).json()) == 1


async def test_of_requests_at_once_one_is_carried_out(api: Api, admin: dict[str, str]) -> None:
    answers = await asyncio.gather(
        *(api.http.post(f"{V1}/api-keys", json={"name": "bot"}, headers=keyed(admin)) for _ in range(6))
    )
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert len((await api.http.get(f"{V1}/api-keys", headers=admin)).json()) == 1


async def test_a_request_that_somebody_else_took_over_changes_nothing(api: Api, admin: dict[str, str]) -> None:
    """Its process was taken for dead and was not: what it does then is rolled back."""
    store = api.story.world.store.kept_answers
    put = store.put

    def taken_over(row: StoredAnswer) -> None:
        put(row._replace(claim=row.claim._replace(id=uuid4())))

    store.put = taken_over  # type: ignore[method-assign]
    refused = await api.http.post(f"{V1}/api-keys", json={"name": "bot"}, headers=keyed(admin))
    check_problem(refused, 409, "request_superseded")
    assert (await api.http.get(f"{V1}/api-keys", headers=admin)).json() == []


async def test_answers_are_kept_for_a_day(api: Api, admin: dict[str, str], romashka: Party) -> None:
    body = {"name": "bot"}
    first = await api.http.post(f"{V1}/api-keys", json=body, headers=keyed(admin))
    for passes, replayed in ((timedelta(hours=23), True), (timedelta(hours=2), False)):
        api.story.clock.advance(passes)
        await api.story.app.execute(PurgeExpired())
        fresh = await api.member(romashka)
        answer = await api.http.post(f"{V1}/api-keys", json=body, headers=keyed(fresh))
        assert answer.status_code == 201
        assert (answer.content == first.content) is replayed


async def test_every_route_that_makes_something_heeds_a_key_or_is_known_not_to(api: Api) -> None:
    document = (await api.http.get("/docs/openapi.json")).json()
    heeding, others = set(), set()
    for path, item in document["paths"].items():
        if "post" in item and path.startswith("/api/v1"):
            names = {one.get("name") for one in item["post"].get("parameters", [])}
            (heeding if "Idempotency-Key" in names else others).add(path.removeprefix("/api/v1"))
    assert len(heeding) >= 11
    assert others == {
        "/sessions",
        "/sessions/links",
        "/sessions/refresh",
        "/me/companies",
        "/me/companies/{company_id}/session",
        "/exporters/{key}/count",
        "/schedules/preview",
        "/notice-templates/{kind}/preview",
        "/automation-rules/dry-runs",
        "/automation-rules/{rule_id}/dry-run",
        "/company/erasure",
    }, "those that give out sessions, which are not given out again, those that change nothing, and what is over"
