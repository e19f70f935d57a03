"""What every answer says, and what none does."""

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from tests.integration.rest.conftest import Api, opened_api

V1 = "/api/v1"
ANSWERS = (
    ("GET", "/live"),
    ("GET", "/ready"),
    ("GET", "/docs"),
    ("GET", "/docs/openapi.json"),
    ("GET", "/docs-assets/swagger-ui.css"),
    ("GET", "/sign-in"),
    ("GET", "/problems/not_found"),
    ("GET", "/.well-known/jwks.json"),
    ("GET", "/oauth/google/callback"),
    ("GET", f"{V1}/me"),
    ("GET", f"{V1}/export-configs"),
    ("GET", f"{V1}/nothing"),
    ("PATCH", f"{V1}/me"),
    ("POST", f"{V1}/export-configs"),
    ("POST", "/webhooks/moysklad/x"),
    ("GET", "/nowhere"),
)


async def asked(api: Api, method: str, path: str, **headers: str) -> httpx.Response:
    return await api.http.request(method, path, headers=headers)


@pytest.mark.parametrize(("method", "path"), ANSWERS)
async def test_every_answer_is_dressed(api: Api, admin: dict[str, str], method: str, path: str) -> None:
    answer = await asked(api, method, path, **admin)
    headers = answer.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in headers["permissions-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert len(headers.get_list("content-security-policy")) == 1
    if path.startswith("/api/"):
        assert headers["cache-control"] == "no-store"
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "strict-transport-security" not in headers
    assert "server" not in headers


async def test_a_pages_own_policy_is_left_whole(api: Api) -> None:
    policy = (await api.http.get("/sign-in")).headers["content-security-policy"]
    assert "script-src 'sha256-" in policy
    assert "connect-src 'self'" in policy


@pytest.mark.parametrize(("method", "path"), ANSWERS)
async def test_no_other_origin_is_let_in(api: Api, admin: dict[str, str], method: str, path: str) -> None:
    for origin in ("https://evil.example", "null", "https://online.moysklad.ru", "http://skladsheets"):
        answer = await asked(api, method, path, Origin=origin, **admin)
        assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("path", [f"{V1}/sessions", f"{V1}/export-configs", "/webhooks/moysklad/x", "/nowhere"])
async def test_a_preflight_is_granted_to_nobody(api: Api, path: str) -> None:
    asking = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-requested-with, authorization",
    }
    answer = await asked(api, "OPTIONS", path, **asking)
    assert not [name for name in answer.headers if name.startswith("access-control-")]


async def test_https_is_asked_for_where_it_is_spoken() -> None:
    async with opened_api(public_url="https://sheets.example") as api:
        answer = await api.http.get("/live")
        assert answer.headers["strict-transport-security"] == "max-age=31536000"


def structs_of(app: Litestar) -> dict[str, type]:
    """The struct that each route of ours takes as its body."""
    found = {}
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            field = handler.parsed_fn_signature.parameters.get("data")
            if field is not None and route.path.startswith(V1):
                found[f"{route.path} {handler.fn.__name__}"] = field.annotation
    return found


async def test_a_field_that_nobody_knows_is_refused_everywhere(api: Api) -> None:
    structs = structs_of(api.app)
    assert len(structs) >= 11
    seen: set[type] = set()

    def check(kind: type) -> None:
        if kind in seen or not isinstance(kind, type) or not issubclass(kind, msgspec.Struct):
            return
        seen.add(kind)
        assert kind.__struct_config__.forbid_unknown_fields, kind
        for field in msgspec.structs.fields(kind):
            for part in (field.type, *getattr(field.type, "__args__", ())):
                check(part)

    for kind in structs.values():
        check(kind)
    assert len(seen) >= 14
