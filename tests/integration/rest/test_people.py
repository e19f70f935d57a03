"""Members, links, companies, API keys and sessions, over HTTP."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from application.tenants.commands.create_link import CreateLink
from domain.tenants.api_key import USE_SHOWN
from domain.tenants.member import Permission, Role
from domain.tenants.session import GRACE
from entrypoints.rest.refresh_cookie import NAME
from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem

V1 = "/api/v1"
OWN_PAGE = {"X-Requested-With": "skladsheets", "Origin": "http://skladsheets", "Sec-Fetch-Site": "same-origin"}


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def came_in(party: Party, person: str, **rights: bool) -> dict[str, str]:
    return bearing((await party.sign_in(person=person, **rights)).access_token)


async def invited(api: Api, headers: dict[str, str], **fields: Any) -> dict[str, Any]:
    answer = await api.http.post(f"{V1}/links", json={"name": "Борис", **fields}, headers=headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def by_link(api: Api, token: str) -> dict[str, Any]:
    answer = await api.http.post(f"{V1}/sessions/links", json={"token": token})
    assert answer.status_code == 201, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens


async def key(api: Api, headers: dict[str, str], *scopes: str, **fields: Any) -> dict[str, Any]:
    body = {"name": "1С", "scopes": list(scopes), **fields}
    answer = await api.http.post(f"{V1}/api-keys", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_the_first_administrator_owns_and_others_follow_their_rights(api: Api, romashka: Party) -> None:
    owner = await came_in(romashka, "anna")
    for person, rights in (
        ("olga", {"administrator": True}),
        ("vera", {"administrator": False, "sees_everything": True}),
        ("boris", {"administrator": False}),
    ):
        await came_in(romashka, person, **rights)
    members = (await api.http.get(f"{V1}/members", headers=owner)).json()
    roles = {one["name"]: one["role"] for one in members}
    assert roles == {"anna": "owner", "olga": "admin", "vera": "editor", "boris": "viewer"}


async def test_roles_are_changed_and_the_change_counts_from_the_next_refresh(api: Api, romashka: Party) -> None:
    owner = await came_in(romashka, "anna")
    pair = await romashka.sign_in(person="boris", administrator=False)
    assert romashka.identity is not None
    boris = f"{V1}/members/{romashka.identity.member_id}"
    changed = await api.http.put(f"{boris}/role", json={"role": "admin"}, headers=owner)
    assert changed.status_code == 204
    fresh = await api.http.post(f"{V1}/sessions/refresh", json={"refreshToken": pair.refresh_token})
    assert fresh.json()["role"] == "admin"
    await romashka.sign_in(person="boris", administrator=False)
    admin = bearing(fresh.json()["accessToken"])
    me = (await api.http.get(f"{V1}/me", headers=owner)).json()["memberId"]
    for method, path, body in (
        ("PUT", f"{V1}/members/{me}/role", {"role": "viewer"}),
        ("PUT", f"{boris}/role", {"role": "owner"}),
        ("DELETE", f"{V1}/members/{me}", None),
    ):
        refused = await api.http.request(method, path, json=body, headers=admin)
        check_problem(refused, 403, "tenants.role_too_high")
    for method, path, body in (
        ("PUT", f"{V1}/members/{me}/role", {"role": "admin"}),
        ("DELETE", f"{V1}/members/{me}", None),
    ):
        check_problem(await api.http.request(method, path, json=body, headers=owner), 409, "tenants.last_owner")
    await api.http.put(f"{boris}/role", json={"role": "viewer"}, headers=owner)
    stale = await api.http.put(f"{boris}/role", json={"role": "admin"}, headers=admin)
    check_problem(stale, 403, "tenants.permission_missing")


async def test_a_removed_member_is_out_at_once_and_stays_out(api: Api, romashka: Party) -> None:
    owner = await came_in(romashka, "anna")
    pair = await romashka.sign_in(person="olga")
    assert romashka.identity is not None
    olga, headers = romashka.identity.member_id, bearing(pair.access_token)
    made = await key(api, headers, "run_exports")
    assert (await api.http.delete(f"{V1}/members/{olga}", headers=owner)).status_code == 204
    ended = await api.http.post(f"{V1}/sessions/refresh", json={"refreshToken": pair.refresh_token})
    check_problem(ended, 401, "tenants.session_ended")
    check_problem(await api.http.get(f"{V1}/me", headers=bearing(made["secret"])), 401, "tenants.api_key_invalid")
    for method, path in (("GET", "me"), ("GET", "links"), ("GET", "sessions"), ("GET", "me/companies")):
        check_problem(await api.http.request(method, f"{V1}/{path}", headers=headers), 401, "tenants.session_ended")
    context = api.story.next_context_key()
    api.story.world.context_keys.let_in(context, romashka.visitor(person="olga"))
    again = await api.http.post(f"{V1}/sessions", json={"contextKey": context})
    check_problem(again, 403, "tenants.member_removed")
    back = await api.http.put(f"{V1}/members/{olga}/role", json={"role": "editor"}, headers=owner)
    assert back.status_code == 204
    assert (await romashka.sign_in(person="olga")).role == "editor"


async def test_a_link_lets_one_person_in_once_even_in_a_race(api: Api, romashka: Party) -> None:
    owner = await came_in(romashka, "anna")
    made = await invited(api, owner, role="editor")
    assert made["url"] == f"http://skladsheets/sign-in#{made['token']}"
    (shown,) = (await api.http.get(f"{V1}/links", headers=owner)).json()
    assert shown == made["link"]
    body = {"token": made["token"], "userLocale": "en_US"}
    answers = await asyncio.gather(*(api.http.post(f"{V1}/sessions/links", json=body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 401, 401, 401]
    tokens = next(answer.json() for answer in answers if answer.status_code == 201)
    assert tokens["role"] == "editor"
    me = (await api.http.get(f"{V1}/me", headers=bearing(tokens["accessToken"]))).json()
    assert (me["name"], me["role"], me["uid"], me["locale"]) == ("Борис", "editor", "", "en_US")
    assert (await api.http.get(f"{V1}/links", headers=owner)).json() == []
    refused = await api.http.get(f"{V1}/tasks/{made['link']['id']}", headers=bearing(tokens["accessToken"]))
    assert check_problem(refused, 404, "exports.task_not_found")["title"] in refused.json()["words"]["en"]["title"]


async def test_links_that_let_nobody_in(api: Api, romashka: Party) -> None:
    owner = await came_in(romashka, "anna")
    revoked, old = [await invited(api, owner, days=1) for _ in range(2)]
    gone = await api.http.delete(f"{V1}/links/{revoked['link']['id']}", headers=owner)
    assert gone.status_code == 204
    company, link, secret = old["token"].split(".")
    guesses = [revoked["token"], f"{company}.{link}.{secret[:-1]}", f"{company}.{company}.{secret}"]
    guesses.append(f"{link}.{link}.{secret}")
    for token in guesses:
        refused = await api.http.post(f"{V1}/sessions/links", json={"token": token})
        check_problem(refused, 401, "tenants.link_invalid")
    malformed = await api.http.post(f"{V1}/sessions/links", json={"token": "guess"})
    check_problem(malformed, 401, "tenants.token_malformed")
    api.story.clock.advance(timedelta(days=1))
    late = await api.http.post(f"{V1}/sessions/links", json={"token": old["token"]})
    check_problem(late, 401, "tenants.link_invalid")


async def test_nobody_hands_out_a_link_to_more_than_they_may(api: Api, romashka: Party) -> None:
    owner = await came_in(romashka, "anna")
    member = (await api.http.get(f"{V1}/me", headers=owner)).json()["memberId"]
    admin = await came_in(romashka, "olga")
    viewer = await came_in(romashka, "boris", administrator=False)
    for body in ({"role": "owner"}, {"memberId": member}):
        refused = await api.http.post(f"{V1}/links", json={"name": "x", **body}, headers=admin)
        check_problem(refused, 403, "tenants.role_too_high")
    refused = await api.http.post(f"{V1}/links", json={"name": "x"}, headers=viewer)
    check_problem(refused, 403, "tenants.permission_missing")
    again = await by_link(api, (await invited(api, owner, memberId=member))["token"])
    me = (await api.http.get(f"{V1}/me", headers=bearing(again["accessToken"]))).json()
    assert (me["memberId"], me["role"]) == (member, "owner")


async def test_a_link_stands_for_what_its_giver_may_do_now(api: Api, romashka: Party) -> None:
    owner = await came_in(romashka, "anna")
    olga = await came_in(romashka, "olga")
    number = (await api.http.get(f"{V1}/me", headers=olga)).json()["memberId"]
    viewer = await came_in(romashka, "boris", administrator=False)
    boris = (await api.http.get(f"{V1}/me", headers=viewer)).json()["memberId"]
    high, low = [await invited(api, olga, role=role) for role in ("admin", "viewer")]
    his, unchanged = [await invited(api, owner, memberId=boris) for _ in range(2)]
    await api.http.put(f"{V1}/members/{boris}/role", json={"role": "editor"}, headers=owner)
    risen = await api.http.post(f"{V1}/sessions/links", json={"token": his["token"]})
    check_problem(risen, 401, "tenants.link_invalid")
    await api.http.put(f"{V1}/members/{boris}/role", json={"role": "viewer"}, headers=owner)
    assert (await by_link(api, unchanged["token"]))["role"] == "viewer"
    await api.http.put(f"{V1}/members/{number}/role", json={"role": "editor"}, headers=owner)
    for made in (high, low):
        demoted = await api.http.post(f"{V1}/sessions/links", json={"token": made["token"]})
        check_problem(demoted, 401, "tenants.link_invalid")
    await api.http.put(f"{V1}/members/{number}/role", json={"role": "admin"}, headers=owner)
    assert (await by_link(api, low["token"]))["role"] == "viewer"
    await api.http.delete(f"{V1}/members/{number}", headers=owner)
    removed = await api.http.post(f"{V1}/me/companies", json={"token": high["token"]}, headers=owner)
    check_problem(removed, 401, "tenants.link_invalid")


async def test_the_operator_lets_the_first_person_in(api: Api) -> None:
    party = await api.story.install("selfhosted")
    command = CreateLink(company_id=party.id, acting=None, name="Анна", role=Role.OWNER)
    tokens = await by_link(api, (await api.story.app.execute(command)).token)
    assert tokens["role"] == "owner"
    made = await invited(api, bearing(tokens["accessToken"]), role="admin")
    assert (await by_link(api, made["token"]))["role"] == "admin"


async def test_a_person_joins_another_company_and_goes_over(api: Api, romashka: Party) -> None:
    vasilek = await api.story.party("vasilek")
    hers = await came_in(vasilek, "galya")
    his = await came_in(romashka, "anna")
    made = await invited(api, hers, role="viewer")
    other = f"{V1}/me/companies/{vasilek.id}/session"
    check_problem(await api.http.post(other, headers=his), 404, "tenants.member_not_found")
    joined = await api.http.post(f"{V1}/me/companies", json={"token": made["token"]}, headers=his)
    assert (joined.status_code, joined.json()["companyId"], joined.json()["role"]) == (201, str(vasilek.id), "viewer")
    there = bearing(joined.json()["accessToken"])
    for headers, current in ((his, "romashka"), (there, "vasilek")):
        mine = (await api.http.get(f"{V1}/me/companies", headers=headers)).json()
        assert [(one["name"], one["role"], one["current"]) for one in mine] == [
            ("romashka", "owner", current == "romashka"),
            ("vasilek", "viewer", current == "vasilek"),
        ]
    spent = await api.http.post(f"{V1}/me/companies", json={"token": made["token"]}, headers=his)
    check_problem(spent, 401, "tenants.link_invalid")
    second = await invited(api, hers, role="admin")
    known = await api.http.post(f"{V1}/me/companies", json={"token": second["token"]}, headers=his)
    check_problem(known, 409, "tenants.already_member")
    assert len((await api.http.get(f"{V1}/links", headers=hers)).json()) == 1, "the invitation is not used up"
    switched = await api.http.post(other, headers=his)
    assert switched.json()["companyId"] == str(vasilek.id)
    assert (await api.http.get(f"{V1}/me", headers=bearing(switched.json()["accessToken"]))).json()["role"] == "viewer"
    stranger = await api.http.post(f"{V1}/me/companies/{romashka.id}/session", headers=hers)
    check_problem(stranger, 404, "tenants.member_not_found")
    assert len((await api.http.get(f"{V1}/me/companies", headers=hers)).json()) == 1


async def test_sessions_are_listed_and_ended(api: Api, romashka: Party) -> None:
    owner = await came_in(romashka, "anna")
    tokens = await by_link(api, (await invited(api, owner))["token"])
    boris = bearing(tokens["accessToken"])
    (session,) = (await api.http.get(f"{V1}/sessions", headers=boris)).json()
    assert session["current"]
    assert session["device"].startswith("python-httpx")
    everybodys = (await api.http.get(f"{V1}/sessions?everybody=true", headers=owner)).json()
    assert session["id"] in {one["id"] for one in everybodys}
    peeked = await api.http.get(f"{V1}/sessions?everybody=true", headers=boris)
    check_problem(peeked, 403, "tenants.permission_missing")
    foreign = next(one["id"] for one in everybodys if one["id"] != session["id"])
    check_problem(await api.http.delete(f"{V1}/sessions/{foreign}", headers=boris), 404, "tenants.session_not_found")
    assert (await api.http.delete(f"{V1}/sessions/{session['id']}", headers=owner)).status_code == 204
    ended = await api.http.post(f"{V1}/sessions/refresh", json={"refreshToken": tokens["refreshToken"]})
    check_problem(ended, 401, "tenants.session_ended")


async def test_a_key_does_what_its_scopes_say(api: Api, romashka: Party) -> None:
    owner = await came_in(romashka, "anna")
    made = await key(api, owner, "run_exports")
    machine = bearing(made["secret"])
    assert made["secret"].startswith("sk_")
    assert made["key"]["scopes"] == ["read", "run_exports"]
    config = await romashka.create()
    run = await api.http.post(f"{V1}/export-configs/{config}/tasks", json={}, headers=machine)
    assert run.status_code == 202
    for method, path, body, code in (
        ("DELETE", f"export-configs/{config}", None, "tenants.permission_missing"),
        ("POST", "connections/google/consents", None, "tenants.permission_missing"),
        ("POST", "api-keys", {"name": "x"}, "tenants.permission_missing"),
        ("GET", "api-keys", None, "tenants.permission_missing"),
        ("POST", "links", {"name": "x"}, "tenants.permission_missing"),
        ("GET", "sessions", None, "tenants.permission_missing"),
        ("DELETE", f"members/{made['key']['createdBy']}", None, "tenants.permission_missing"),
        ("PUT", f"members/{made['key']['createdBy']}/role", {"role": "viewer"}, "tenants.permission_missing"),
        ("GET", "me/companies", None, "tenants.session_needed"),
        ("POST", "me/companies", {"token": "x"}, "tenants.session_needed"),
        ("DELETE", "sessions/current", None, "tenants.session_needed"),
    ):
        refused = await api.http.request(method, f"{V1}/{path}", json=body, headers=machine)
        check_problem(refused, 403, code)
    me = (await api.http.get(f"{V1}/me", headers=machine)).json()
    assert me["permissions"] == ["read", "run_exports"]
    scoped = bearing((await key(api, owner, "manage_members", "manage_api_keys"))["secret"])
    above = await api.http.post(f"{V1}/links", json={"name": "x", "role": "editor"}, headers=scoped)
    check_problem(above, 403, "tenants.role_too_high")
    wide = await api.http.post(f"{V1}/api-keys", json={"name": "x", "scopes": ["run_exports"]}, headers=scoped)
    check_problem(wide, 422, "tenants.scope_too_wide")
    assert (await api.http.post(f"{V1}/links", json={"name": "x", "role": "viewer"}, headers=scoped)).status_code == 201


async def test_keys_that_open_nothing(api: Api, romashka: Party) -> None:
    owner = await came_in(romashka, "anna")
    vasilek = await api.story.party("vasilek")
    revoked, old, fine = [await key(api, owner, days=1 if number == 1 else 9) for number in range(3)]
    assert (await api.http.delete(f"{V1}/api-keys/{revoked['key']['id']}", headers=owner)).status_code == 204
    _, number, company, secret = fine["secret"].split("_", 3)
    prefix = f"sk_{number}"
    for shown, code in (
        (revoked["secret"], "tenants.api_key_invalid"),
        (f"{prefix}_{company}_{secret[:-1]}", "tenants.api_key_invalid"),
        (f"{prefix}_{vasilek.id.hex}_{secret}", "tenants.api_key_invalid"),
        (f"sk_{company}_{company}_{secret}", "tenants.api_key_invalid"),
        (f"{prefix}_{company}_", "tenants.token_malformed"),
        (prefix, "tenants.token_malformed"),
        ("sk_", "tenants.token_malformed"),
    ):
        check_problem(await api.http.get(f"{V1}/me", headers=bearing(shown)), 401, code)
    api.story.clock.advance(timedelta(days=1))
    check_problem(await api.http.get(f"{V1}/me", headers=bearing(old["secret"])), 401, "tenants.api_key_invalid")
    assert (await api.http.get(f"{V1}/me", headers=bearing(fine["secret"]))).status_code == 200


async def test_a_key_shows_its_last_use_coarsely_and_never_its_secret(api: Api, romashka: Party) -> None:
    owner = await came_in(romashka, "anna")
    made = await key(api, owner)
    uses = []
    for seconds in (0, 1, USE_SHOWN.total_seconds()):
        api.story.clock.advance(timedelta(seconds=seconds))
        await api.http.get(f"{V1}/me", headers=bearing(made["secret"]))
        listed = await api.http.get(f"{V1}/api-keys", headers=owner)
        assert made["secret"] not in listed.text
        assert made["secret"].split("_", 3)[3] not in listed.text
        uses.append(listed.json()[0]["lastUsedAt"])
    assert uses[0] is not None
    assert uses[0] == uses[1] != uses[2]


async def test_a_key_never_may_do_more_than_its_maker(api: Api, romashka: Party) -> None:
    owner = await came_in(romashka, "anna")
    olga = await came_in(romashka, "olga")
    member = (await api.http.get(f"{V1}/me", headers=olga)).json()["memberId"]
    wide = await api.http.post(f"{V1}/api-keys", json={"name": "x", "scopes": ["manage_owners"]}, headers=olga)
    check_problem(wide, 422, "tenants.scope_too_wide")
    machine = bearing((await key(api, olga, "manage_connections", "run_exports"))["secret"])
    await api.http.put(f"{V1}/members/{member}/role", json={"role": "editor"}, headers=owner)
    refused = await api.http.delete(f"{V1}/connections/google", headers=machine)
    check_problem(refused, 403, "tenants.permission_missing")
    assert (await api.http.get(f"{V1}/me", headers=machine)).json()["permissions"] == ["read", "run_exports"]


async def test_the_cookie_is_for_our_own_page(api: Api, romashka: Party) -> None:
    context = api.story.next_context_key()
    api.story.world.context_keys.let_in(context, romashka.visitor())
    body = {"contextKey": context, "cookie": True, "userLocale": "ru_RU", "appId": "a", "appUid": "b"}
    check_problem(await api.http.post(f"{V1}/sessions", json=body), 403, "tenants.cross_site_refused")
    answer = await api.http.post(f"{V1}/sessions", json=body, headers=OWN_PAGE)
    assert answer.status_code == 201
    assert answer.json()["refreshToken"] is None
    cookie = answer.headers["set-cookie"]
    name, _, rest = cookie.partition("=")
    assert name == NAME == "__Host-skladsheets-refresh"
    for part in ("Path=/", "Secure", "HttpOnly", "SameSite=None", "Partitioned", "Max-Age=1209600"):
        assert f"; {part}" in rest
    api.http.cookies.clear()
    token = rest.split(";")[0]
    carried = {"Cookie": f"{NAME}={token}"}
    refresh = f"{V1}/sessions/refresh"
    for wrong in (
        {"X-Requested-With": ""},
        {"X-Requested-With": "XMLHttpRequest"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://skladsheets.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        refused = await api.http.post(refresh, json={}, headers={**OWN_PAGE, **carried, **wrong})
        check_problem(refused, 403, "tenants.cross_site_refused")
    fresh = await api.http.post(refresh, json={}, headers={**OWN_PAGE, **carried})
    assert fresh.status_code == 200
    assert fresh.json()["refreshToken"] is None
    assert fresh.headers["set-cookie"].startswith(f"{NAME}=")
    assert token not in fresh.headers["set-cookie"]
    api.http.cookies.clear()
    check_problem(await api.http.post(refresh, json={}, headers=OWN_PAGE), 401, "tenants.session_ended")
    api.story.clock.advance(GRACE)
    replayed = await api.http.post(refresh, json={}, headers={**OWN_PAGE, **carried})
    check_problem(replayed, 401, "tenants.session_ended")
    out = await api.http.delete(f"{V1}/sessions/current", headers=bearing(fresh.json()["accessToken"]))
    assert f"{NAME}=; Max-Age=0" in out.headers["set-cookie"]


@pytest.mark.parametrize(
    ("told", "shown"), [("en_US", "en"), ("ru-RU", "ru"), ("uz", "en"), (None, "ru"), ("<script>", "ru")]
)
async def test_words_are_in_the_language_that_moysklad_told(
    api: Api, romashka: Party, told: str | None, shown: str
) -> None:
    context = api.story.next_context_key()
    api.story.world.context_keys.let_in(context, romashka.visitor(person="petr"))
    body = {"contextKey": context} | ({} if told is None else {"userLocale": told})
    tokens = (await api.http.post(f"{V1}/sessions", json=body)).json()
    refused = await api.http.delete(
        f"{V1}/api-keys/{romashka.id}", headers={**bearing(tokens["accessToken"]), "Accept-Language": "ru"}
    )
    problem = check_problem(refused, 404, "tenants.api_key_not_found")
    assert problem["title"] == problem["words"][shown]["title"]


async def test_keys_and_the_page_are_public(api: Api) -> None:
    assert (await api.http.get("/.well-known/jwks.json")).json() == {"keys": []}
    page = await api.http.get("/sign-in")
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src 'sha256-" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["links", "api-keys"])
@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": "a\x00b"},
        {"name": "x" * 201},
        {"name": 7},
        {"name": "x", "days": 0},
        {"name": "x", "days": 4000},
        {"name": "x", "role": "king", "scopes": ["everything"]},
        {"name": "x", "companyId": "1"},
    ],
)
async def test_what_cannot_be_handed_out(api: Api, admin: dict[str, str], path: str, body: dict[str, Any]) -> None:
    check_problem(await api.http.post(f"{V1}/{path}", json=body, headers=admin), 400, "request_invalid")


def test_permissions_are_known_by_these_names() -> None:
    assert {str(one) for one in Permission} == {
        "read",
        "run_exports",
        "manage_exports",
        "manage_connections",
        "manage_members",
        "manage_api_keys",
        "manage_owners",
    }
