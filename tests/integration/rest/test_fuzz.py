"""Whatever is sent, the answer is never a 500, and every refusal is a problem.

`REQUESTS=5000 make test ARGS=tests/integration/rest/test_fuzz.py` sends so many.
"""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote, quote_from_bytes

import pytest_asyncio
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.integration.harness.stories import APP_ID, COLUMNS
from tests.integration.harness.thoroughness import so_many
from tests.integration.rest.conftest import Api, opened_api
from tests.integration.rest.test_routes import EXPORT, create
from tests.integration.rest.test_vendor import ACTIVATION

RUNS = so_many("REQUESTS", 600, 5000)


class Target:
    """An API with one of everything, and who may ask for it."""

    def __init__(self, api: Api, admin: dict[str, str], config: str, task: str) -> None:
        self.api = api
        self.admin = admin
        self.config = config
        self.task = task


@pytest_asyncio.fixture(scope="module")
async def target() -> AsyncIterator[Target]:
    async with opened_api() as api:
        party = await api.story.party("romashka")
        party.fill(1)
        admin = await api.member(party)
        config = (await create(api, admin))["id"]
        task = (await api.http.post(f"/api/v1/export-configs/{config}/tasks", json={}, headers=admin)).json()["id"]
        yield Target(api, admin, config, task)


TEXT = st.text(max_size=60)
STRANGE = st.sampled_from(
    ["", " ", "\x00", "\ud800", "null", "-1", "1e400", "9" * 400, "../..", "%00", "{0.__class__}", "%(x)s", "💥" * 40]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=True), TEXT, STRANGE, st.sampled_from(COLUMNS)
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)
REQUESTS: tuple[Any, ...] = (
    EXPORT,
    {"contextKey": "key"},
    {"refreshToken": "a.b.c"},
    {"mode": "full"},
    {"cron": "*/5 * * * *"},
    ACTIVATION,
    {"cause": "Suspend"},
)


@st.composite
def changed(draw: st.DrawFn, value: Any) -> Any:
    """The value, here and there another one in its place, or something left out or added."""
    fate = draw(st.sampled_from(["keep", "keep", "keep", "deeper", "deeper", "replace"]))
    if fate == "replace":
        return draw(ANYTHING)
    if fate == "deeper" and isinstance(value, dict):
        made = {name: draw(changed(inner)) for name, inner in value.items() if draw(st.integers(0, 9))}
        return made if draw(st.integers(0, 9)) else {**made, draw(TEXT): draw(SCALARS)}
    if fate == "deeper" and isinstance(value, list) and value:
        return [draw(changed(inner)) for inner in draw(st.lists(st.sampled_from(value), max_size=4))]
    return value


def as_body(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True).encode()


BODIES = st.one_of(
    st.just(b""),
    st.binary(max_size=40),
    ANYTHING.map(as_body),
    st.sampled_from(REQUESTS).flatmap(changed).map(as_body),
)
HEADER_VALUES = st.binary(max_size=300).map(lambda raw: bytes(sign for sign in raw if sign >= 32 and sign != 127))
HEADERS = st.dictionaries(
    st.sampled_from(
        [b"Idempotency-Key", b"X-Request-ID", b"Accept-Language", b"Accept", b"traceparent", b"Cookie", b"Range"]
    ),
    HEADER_VALUES,
    max_size=3,
)
QUERIES = st.dictionaries(
    st.sampled_from(["cursor", "limit", "state", "code", "error", "iss", "company_id"]),
    st.one_of(st.text(st.characters(exclude_categories=["C"]), max_size=30), st.integers().map(str), st.just("%00")),
    max_size=3,
)
CONTENT_TYPES = st.sampled_from(
    ["application/json", "application/json; charset=utf-16", "text/plain", "multipart/form-data; boundary=x", ""]
)
PLACES = st.one_of(
    st.sampled_from(["{config}", "{task}", "00000000-0000-0000-0000-000000000000", "customerorder", str(APP_ID)]),
    st.binary(max_size=20).map(quote_from_bytes),
    TEXT.map(lambda text: quote(text, "", errors="replace")),
)


@settings(
    max_examples=RUNS,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
async def test_nothing_breaks_the_api(target: Target, data: st.DataObject) -> None:
    api = target.api
    routes = sorted(
        (method, route.path)
        for route in api.app.routes
        for method in getattr(route, "methods", set())
        if not route.path.startswith("/docs") and method not in {"OPTIONS", "HEAD"}
    )
    method, path = data.draw(st.sampled_from(routes))
    for place in [part for part in path.split("/") if part.startswith("{")]:
        path = path.replace(place, data.draw(PLACES), 1)
    path = path.replace("{config}", target.config).replace("{task}", target.task)
    headers: dict[bytes, bytes] = {b"Content-Type": data.draw(CONTENT_TYPES).encode(), **data.draw(HEADERS)}
    caller = data.draw(st.sampled_from(["admin", "admin", "admin", "moysklad", "nobody", "strange"]))
    if caller == "admin":
        headers[b"Authorization"] = target.admin["Authorization"].encode()
    elif caller == "moysklad":
        headers[b"Authorization"] = f"Bearer {api.story.signature()}".encode()
    elif caller == "strange":
        headers[b"Authorization"] = b"Bearer " + data.draw(HEADER_VALUES)
    answer = await api.http.request(
        method, path, params=data.draw(QUERIES), content=data.draw(BODIES), headers=list(headers.items())
    )
    event(f"{answer.status_code}")
    assert api.unforeseen == []
    assert answer.status_code < 500
    if answer.status_code >= 400 and answer.content and not path.startswith(("/oauth", "/mail/")):
        assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
        problem = answer.json()
        assert problem["status"] == answer.status_code
        assert problem["code"] != "unexpected"
        assert problem["words"]["ru"]["title"]
        assert problem["words"]["en"]["action"]
