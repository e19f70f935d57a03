"""Who did what."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from application.billing.commands.set_plan import SetPlan
from application.delivery.commands.purge_expired import PurgeExpired
from application.tenants.audit import AuditEntry
from domain.billing.plans import PlanKey
from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem
from tests.integration.rest.test_routes import EXPORT, create

V1 = "/api/v1"
LOG = f"{V1}/audit"


async def log(api: Api, headers: dict[str, str], **params: Any) -> list[dict[str, Any]]:
    answer = await api.http.get(LOG, headers=headers, params=params)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_what_somebody_does_is_told_with_all_that_matters(api: Api, admin: dict[str, str]) -> None:
    me = (await api.http.get(f"{V1}/me", headers=admin)).json()
    made = await api.http.post(f"{V1}/export-configs", json=EXPORT, headers={**admin, "X-Request-ID": "my-request"})
    (entry,) = await log(api, admin, action="exports.create_config")
    assert entry["actor"] == "member"
    assert (entry["actorId"], entry["actorName"]) == (me["memberId"], "anna")
    assert entry["targetId"] == made.json()["id"]
    assert (entry["outcome"], entry["code"]) == ("done", None)
    assert entry["requestId"] == "my-request"
    assert entry["address"] == "127.0.0.1"
    assert entry["at"].endswith("Z")


async def test_each_action_is_told_once_with_what_it_is_about(api: Api, admin: dict[str, str], romashka: Party) -> None:
    await api.member(romashka, administrator=False)
    members = (await api.http.get(f"{V1}/members", headers=admin)).json()
    boris = next(one["id"] for one in members if one["name"] == "boris")
    config = (await create(api, admin))["id"]
    task = (await api.http.post(f"{V1}/export-configs/{config}/tasks", json={}, headers=admin)).json()["id"]
    link = (await api.http.post(f"{V1}/links", json={"name": "A"}, headers=admin)).json()["link"]["id"]
    key = (await api.http.post(f"{V1}/api-keys", json={"name": "bot"}, headers=admin)).json()["key"]["id"]
    for method, path, body in (
        ("PUT", f"export-configs/{config}/schedule", {"cron": None}),
        ("POST", f"tasks/{task}/pause", None),
        ("POST", f"tasks/{task}/resumption", None),
        ("POST", f"tasks/{task}/cancellation", None),
        ("DELETE", f"export-configs/{config}", None),
        ("DELETE", f"links/{link}", None),
        ("DELETE", f"api-keys/{key}", None),
        ("PUT", f"members/{boris}/role", {"role": "editor"}),
        ("DELETE", f"members/{boris}", None),
        ("DELETE", "connections/google", None),
    ):
        answer = await api.http.request(method, f"{V1}/{path}", json=body, headers=admin)
        assert answer.status_code < 300, (path, answer.text)
    told = [(entry["action"], entry["targetId"]) for entry in await log(api, admin, limit=100)]
    assert told[:14] == [
        ("connections.disconnect_google", None),
        ("tenants.remove_member", boris),
        ("tenants.change_role", boris),
        ("tenants.revoke_api_key", key),
        ("tenants.revoke_link", link),
        ("exports.remove_config", config),
        ("exports.cancel", task),
        ("exports.resume", task),
        ("exports.pause", task),
        ("exports.reschedule", config),
        ("tenants.create_api_key", key),
        ("tenants.create_link", link),
        ("exports.start", task),
        ("exports.create_config", config),
    ]
    assert {entry["outcome"] for entry in await log(api, admin, limit=100)} == {"done"}


async def test_coming_in_and_connecting_are_told_of_who_did_it(api: Api, admin: dict[str, str]) -> None:
    entries = await log(api, admin, limit=100)
    by_action = {entry["action"]: entry for entry in entries}
    assert by_action["tenants.sign_in"]["actorName"] == "anna"
    assert by_action["connections.complete_google"]["actorName"] == "anna"
    assert by_action["connections.activate"]["actor"] == "moysklad"


async def test_a_machine_is_told_by_its_key_and_an_operator_as_one(
    api: Api, admin: dict[str, str], romashka: Party
) -> None:
    made = (
        await api.http.post(f"{V1}/api-keys", json={"name": "bot", "scopes": ["manage_exports"]}, headers=admin)
    ).json()
    machine = {"Authorization": f"Bearer {made['secret']}"}
    await api.http.post(f"{V1}/export-configs", json=EXPORT, headers=machine)
    await api.story.app.execute(SetPlan(company_id=romashka.id, plan=PlanKey.START))
    operated, by_machine = (await log(api, admin))[:2]
    assert (operated["actor"], operated["action"]) == ("operator", "billing.set_plan")
    assert (by_machine["actor"], by_machine["actorId"], by_machine["actorName"]) == (
        "api_key",
        made["key"]["id"],
        "bot",
    )


async def test_a_refusal_is_told_with_its_code(api: Api, admin: dict[str, str], romashka: Party) -> None:
    employee = await api.member(romashka, administrator=False)
    me = (await api.http.get(f"{V1}/me", headers=admin)).json()["memberId"]
    refused = await api.http.put(f"{V1}/members/{me}/role", json={"role": "viewer"}, headers=employee)
    check_problem(refused, 403, "tenants.permission_missing")
    (entry,) = await log(api, admin, action="tenants.change_role")
    assert (entry["outcome"], entry["code"]) == ("refused", "tenants.permission_missing")
    assert (entry["actorName"], entry["targetId"]) == ("boris", me)


async def test_what_the_api_refuses_by_role_is_told_once(api: Api, admin: dict[str, str], romashka: Party) -> None:
    employee = await api.member(romashka, administrator=False)
    for method, path, body in (
        ("POST", "export-configs", EXPORT),
        ("DELETE", "connections/google", None),
        ("POST", "api-keys", {"name": "bot"}),
    ):
        refused = await api.http.request(method, f"{V1}/{path}", json=body, headers=employee)
        check_problem(refused, 403, "tenants.permission_missing")
    told = [(entry["action"], entry["outcome"], entry["actorName"]) for entry in (await log(api, admin))[:3]]
    assert told == [
        ("tenants.create_api_key", "refused", "boris"),
        ("api.forbidden", "refused", "boris"),
        ("api.forbidden", "refused", "boris"),
    ]
    assert len(await log(api, admin, action="api.forbidden")) == 2
    check_problem(await api.http.get(LOG), 401, "tenants.access_token_invalid")
    assert len(await log(api, admin, action="api.forbidden")) == 2


async def test_who_joins_is_told_where_they_join(api: Api, admin: dict[str, str]) -> None:
    other = await api.member(await api.story.party("vasilek"))
    link = (await api.http.post(f"{V1}/links", json={"name": "Анна"}, headers=other)).json()["token"]
    joined = await api.http.post(f"{V1}/me/companies", json={"token": link}, headers=admin)
    assert joined.status_code == 201
    (entry,) = await log(api, other, action="tenants.join_company")
    assert (entry["actor"], entry["actorName"], entry["outcome"]) == ("member", "anna", "done")
    assert await log(api, admin, action="tenants.join_company") == []


async def test_what_is_rolled_back_is_not_told_as_done(api: Api, admin: dict[str, str]) -> None:
    for name in ("A", "B"):
        await create(api, admin, name=name, target={"tab": name})
    before = len(await log(api, admin, action="exports.start", limit=100))
    check_problem(
        await api.http.post(f"{V1}/export-configs/{uuid4()}/tasks", json={}, headers=admin),
        404,
        "exports.config_not_found",
    )
    after = await log(api, admin, action="exports.start", limit=100)
    assert len(after) == before + 1
    assert (after[0]["outcome"], after[0]["targetId"]) == ("refused", None)


async def test_a_token_that_google_renews_meanwhile_is_nobodys_deed(api: Api, admin: dict[str, str]) -> None:
    theirs = api.story.world.spreadsheets.add("Отчёты")
    api.story.world.spreadsheets.refused.add("memory-google-access-1")
    chosen = {**EXPORT, "target": {"spreadsheet": theirs.spreadsheet_id}, "statusCell": "A9"}
    answer = await api.http.post(f"{V1}/export-configs", json=chosen, headers=admin)
    check_problem(answer, 422, "exports.status_cell_in_table")
    (entry,) = await log(api, admin, action="exports.create_config")
    assert entry["outcome"] == "refused"


async def test_it_comes_in_pages_and_can_be_chosen_from(api: Api, admin: dict[str, str]) -> None:
    for number in range(5):
        await api.http.post(f"{V1}/links", json={"name": f"{number}"}, headers=admin)
        api.story.clock.advance(timedelta(seconds=1))
    everything = await log(api, admin, limit=100)
    paged: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        params = {"limit": 3} | ({} if cursor is None else {"cursor": cursor})
        page = (await api.http.get(LOG, headers=admin, params=params)).json()
        paged += page["items"]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert paged == everything
    links = await log(api, admin, action="tenants.create_link")
    assert len(links) == 5
    since = await log(api, admin, since=links[1]["at"], action="tenants.create_link")
    assert since == links[:2]
    until = await log(api, admin, until=links[1]["at"], action="tenants.create_link")
    assert until == links[2:]
    assert await log(api, admin, actor=str(uuid4())) == []


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({"action": "exports.explode"}, 422, "tenants.audit_action_unknown"),
        ({"action": "a\x00b"}, 422, "tenants.audit_action_unknown"),
        ({"since": "yesterday"}, 400, "request_invalid"),
        ({"since": "0001-01-01T00:00:00+14:00"}, 422, "moment_invalid"),
        ({"actor": "anna"}, 400, "request_invalid"),
        ({"limit": 0}, 422, "limit_invalid"),
        ({"cursor": "x"}, 422, "cursor_invalid"),
    ],
)
async def test_what_cannot_be_chosen(
    api: Api, admin: dict[str, str], params: dict[str, Any], status: int, code: str
) -> None:
    check_problem(await api.http.get(LOG, headers=admin, params=params), status, code)


async def test_it_is_handed_out_as_a_file(api: Api, admin: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("entrypoints.rest.routes.audit.AT_ONCE", 2)
    await api.http.post(f"{V1}/links", json={"name": "A"}, headers={**admin, "X-Request-ID": "-1"})
    entries = await log(api, admin, limit=100)
    lines = await api.http.get(f"{LOG}/export", headers=admin, params={"form": "ndjson"})
    assert lines.headers["content-type"].startswith("application/x-ndjson")
    assert [msgspec.json.decode(line) for line in lines.content.splitlines()] == entries
    table = await api.http.get(f"{LOG}/export", headers=admin, params={"form": "csv"})
    assert table.headers["content-type"].startswith("text/csv")
    assert table.headers["content-disposition"] == "attachment; filename=audit.csv"
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == [entry["id"] for entry in entries]
    assert rows[0]["requestId"] == "'-1", "no spreadsheet takes it for a formula"
    only = await api.http.get(f"{LOG}/export", headers=admin, params={"form": "ndjson", "action": "tenants.sign_in"})
    assert {msgspec.json.decode(line)["action"] for line in only.content.splitlines()} == {"tenants.sign_in"}


async def test_only_who_manages_members_reads_it_and_only_their_companys(
    api: Api, admin: dict[str, str], romashka: Party
) -> None:
    employee = await api.member(romashka, administrator=False)
    stranger = await api.member(await api.story.party("vasilek"))
    own = {entry["id"] for entry in await log(api, admin, limit=100)}
    theirs = {entry["id"] for entry in await log(api, stranger, limit=100)}
    assert own
    assert theirs
    assert not own & theirs
    for path in (LOG, f"{LOG}/export"):
        check_problem(await api.http.get(path, headers=employee), 403, "tenants.permission_missing")
        check_problem(await api.http.get(path), 401, "tenants.access_token_invalid")


async def test_no_secret_is_told(api: Api, admin: dict[str, str]) -> None:
    made = (await api.http.post(f"{V1}/api-keys", json={"name": "Тайное имя"}, headers=admin)).json()
    link = (await api.http.post(f"{V1}/links", json={"name": "Тайное имя"}, headers=admin)).json()
    told = repr(list(api.story.world.store.audit_entries._rows.values()))
    for secret in (made["secret"], link["token"], "Тайное имя", admin["Authorization"].split()[1]):
        assert secret not in told
    assert set(AuditEntry._fields) == {
        "id", "company_id", "at", "actor", "actor_id", "action", "target_id", "outcome", "code", "address",
        "request_id",
    }  # fmt: skip


async def test_age_removes_it(api: Api, admin: dict[str, str], romashka: Party) -> None:
    old = {entry["id"] for entry in await log(api, admin, limit=100)}
    api.story.clock.advance(timedelta(days=366))
    fresh = await api.member(romashka)
    await api.story.app.execute(PurgeExpired())
    left = {UUID(entry["id"]) for entry in await log(api, fresh, limit=100)}
    assert len(left) == 1
    assert not {str(one) for one in left} & old
