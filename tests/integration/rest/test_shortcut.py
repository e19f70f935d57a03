"""Both ways to a read answer alike."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar, get
from litestar.routes import HTTPRoute

from entrypoints.rest.problems import Problems
from entrypoints.rest.shortcut import SHORT, Shortcut
from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem, opened_api
from tests.integration.rest.test_limits import FEW

V1 = "/api/v1"
LONG = "strange=1"
"""A parameter that nobody knows: Litestar leaves it out of account, and the short way leaves it to Litestar."""

UPPER = "57C252B5-9E34-4B2F-BEC1-07622FE27059"
BY_CHANCE = {"x-request-id", "date", "ratelimit-remaining", "ratelimit-reset", "ratelimit"}


def shorts(app: Litestar) -> list[str]:
    return sorted(
        route.path
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.opt.get("short")
    )


def headers_of(answer: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items() if name.lower() not in BY_CHANCE}


def body_of(answer: httpx.Response) -> Any:
    body = answer.json() if answer.content else None
    return {name: value for name, value in body.items() if name != "requestId"} if isinstance(body, dict) else body


class Ways:
    """Asks the same on both ways."""

    def __init__(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        self._api = api
        self.short = 0
        real = Shortcut._asked

        def counting(one: Shortcut, scope: Any) -> Any:
            found = real(one, scope)
            self.short += found is not None
            return found

        monkeypatch.setattr(Shortcut, "_asked", counting)

    async def alike(self, path: str, headers: dict[str, str], *, short: bool = True) -> httpx.Response:
        before = self.short
        one = await self._api.http.get(path, headers=headers)
        assert self.short - before == short
        other = await self._api.http.get(f"{path}{'&' if '?' in path else '?'}{LONG}", headers=headers)
        assert self.short - before == short
        assert one.status_code == other.status_code
        assert headers_of(one) == headers_of(other)
        assert body_of(one) == body_of(other)
        return one


@pytest.fixture
def ways(api: Api, monkeypatch: pytest.MonkeyPatch) -> Ways:
    return Ways(api, monkeypatch)


async def paths(api: Api, party: Party, admin: dict[str, str]) -> dict[str, str]:
    """An address for each route that the short way leads to."""
    config = await party.create()
    task = (await api.http.post(f"{V1}/export-configs/{config}/tasks", json={}, headers=admin)).json()["id"]
    return {
        f"{V1}/export-configs": f"{V1}/export-configs",
        f"{V1}/export-configs/{{config_id:uuid}}": f"{V1}/export-configs/{config}",
        f"{V1}/export-configs/{{config_id:uuid}}/tasks": f"{V1}/export-configs/{config}/tasks",
        f"{V1}/plan": f"{V1}/plan",
        f"{V1}/tasks": f"{V1}/tasks",
        f"{V1}/tasks/{{task_id:uuid}}": f"{V1}/tasks/{task}",
    }


async def test_every_read_answers_alike(api: Api, ways: Ways, romashka: Party, admin: dict[str, str]) -> None:
    known = await paths(api, romashka, admin)
    assert sorted(known) == shorts(api.app), "each marked route is tried here"
    for path in known.values():
        answer = await ways.alike(path, admin)
        assert answer.status_code == 200
        again = await ways.alike(path, admin | {"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (await ways.alike(path, admin | {"If-None-Match": '"another"'})).status_code == 200


async def test_every_refusal_is_alike(api: Api, ways: Ways, romashka: Party, admin: dict[str, str]) -> None:
    stranger = await api.member(await api.story.party("vasilek"))
    known = await paths(api, romashka, admin)
    for template, path in known.items():
        for headers in ({}, {"Authorization": "Bearer a.b.c"}, {"Authorization": "Basic abc"}):
            check_problem(await ways.alike(path, headers), 401, "tenants.access_token_invalid")
        check_problem(
            await ways.alike(path, {"Authorization": f"Bearer sk_{'0' * 32}_x"}), 401, "tenants.token_malformed"
        )
        if "{" in template:
            assert (await ways.alike(path, stranger)).status_code == 404
            assert (await ways.alike(path.replace(path.split("/")[4], str(uuid4())), admin)).status_code == 404


async def test_a_key_opens_both_ways_until_it_is_revoked(
    api: Api, ways: Ways, romashka: Party, admin: dict[str, str]
) -> None:
    made = (await api.http.post(f"{V1}/api-keys", json={"name": "bot"}, headers=admin)).json()
    bot = {"Authorization": f"Bearer {made['secret']}"}
    assert (await ways.alike(f"{V1}/plan", bot)).status_code == 200
    assert (await api.http.delete(f"{V1}/api-keys/{made['key']['id']}", headers=admin)).status_code == 204
    assert (await ways.alike(f"{V1}/plan", bot)).status_code == 401


async def test_the_short_way_is_counted_too() -> None:
    async with opened_api(FEW) as api:
        admin = await api.member(await api.story.party("romashka"))
        told = [await api.http.get(f"{V1}/plan", headers=admin) for _ in range(6)]
        assert [answer.status_code for answer in told] == [200] * 5 + [429]
        assert [answer.headers["ratelimit-remaining"] for answer in told] == ["4", "3", "2", "1", "0", "0"]


@pytest.mark.parametrize(
    ("query", "short"),
    [
        ("limit=1", True),
        ("limit=100", True),
        ("limit=101", True),
        ("limit=0", False),
        ("limit=-1", False),
        ("limit=abc", False),
        ("limit=01", False),
        ("limit=", False),
        ("limit=1&limit=2", False),
        ("limit=%31", False),
        ("cursor=AAAAAAAAAAAAAAAAAAAAAA", True),
        ("cursor=AAAA", True),
        ("cursor=%00", False),
        ("cursor=a+b", False),
        ("cursor=AAAAAAAAAAAAAAAAAAAAAA&limit=5", True),
        ("Limit=5", False),
        ("&", False),
    ],
)
async def test_parameters_are_judged_alike(
    ways: Ways, romashka: Party, admin: dict[str, str], query: str, short: bool
) -> None:
    await romashka.create()
    await ways.alike(f"{V1}/export-configs?{query}", admin, short=short)


@pytest.mark.parametrize("path", ["/export-configs/", "//export-configs", "/plan/", "/tasks/ABC", f"/tasks/{UPPER}"])
async def test_other_spellings_go_the_long_way(ways: Ways, admin: dict[str, str], path: str) -> None:
    await ways.alike(f"{V1}{path}", admin, short=False)


async def test_a_strange_host_goes_the_long_way(ways: Ways, admin: dict[str, str]) -> None:
    await ways.alike(f"{V1}/plan", admin | {"Host": "a b"}, short=False)
    await ways.alike(f"{V1}/plan", admin | {"Host": "127.0.0.1:8000"})


async def test_other_methods_do_not_come_here(api: Api, ways: Ways, admin: dict[str, str]) -> None:
    for method in ("HEAD", "OPTIONS", "DELETE"):
        await api.http.request(method, f"{V1}/plan", headers=admin)
    assert ways.short == 0


async def test_what_nobody_foresaw_is_reported_and_tells_nothing(
    api: Api, admin: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("entrypoints.rest.shortcut._rendered", lambda _: 1 / 0)
    check_problem(await api.http.get(f"{V1}/plan", headers=admin), 500, "unexpected")
    assert [type(error) for error in api.unforeseen] == [ZeroDivisionError]
    api.unforeseen.clear()


def test_a_route_that_takes_something_else_cannot_be_marked() -> None:
    @get("/x", opt=SHORT)
    async def strange(since: str) -> str:
        return since

    @get("/x/{name:str}", opt=SHORT)
    async def named(name: str) -> str:
        return name

    for route in (strange, named):
        app = Litestar([route], openapi_config=None)
        with pytest.raises(TypeError, match="cannot be reached by the short way"):
            Shortcut(app.asgi_handler, app.routes, Problems(None, print))  # type: ignore[arg-type]
