"""Installing, coming in, consenting, delivering: all go wrong, with errors that quote the secrets they are about."""

import json
from typing import Any
from uuid import uuid4

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Status, StatusCode

from adapters.memory.connections import MemoryGoogleConnections
from adapters.memory.vault import MemoryVault
from adapters.memory.webhooks import MemoryDeliveries
from adapters.observability import behaviours
from adapters.observability.behaviours import counted
from adapters.observability.tracing import ScrubbedSpans
from entrypoints.composition.application import make_application
from tests.integration.rest.conftest import Api, opened_api
from tests.integration.rest.test_nothing_leaks import Outside, begin_logging, broken, outside
from tests.integration.rest.test_traces import Observed
from tests.integration.rest.test_vendor import ACTIVATION, PATH, signed
from tests.integration.rest.test_webhooks import address, body, deliver, event

__all__ = ["outside"]
NAME, MAIL, PHONE = "Смирнова Ольга Львовна", "olga.smirnova@mail.example", "8 (916) 123-45-67"
TOKEN = "5c1f3bb6a4b2d0e9f8a7c6b5d4e3f2a1b0c9d8e7"
KEY = "9e107d9d372bb6826bd81d3542a419d6e107d9d3"
CODE = "4/0AbUR2VMeHxWjKqLpZsTnYcXdEvFgBhNjMkQwErTyUiOp"
REFRESH, ACCESS = "1//0eXampleRefreshToken-abcDEF_123", "ya29.a0AfExampleAccess_Token-456"


def failing(what: str) -> Any:
    """Fails with a text that says all of it, in the ways in which libraries do."""
    return broken(RuntimeError, f"cannot deal with {what}: {what!r} ({MAIL}, {PHONE}, {NAME!r})")


def sync_failing(what: str) -> Any:
    def fails(*_: Any, **__: Any) -> Any:
        raise ValueError(f"cannot seal {what} of {MAIL}")

    return fails


async def begun(outside: Outside, api: Api) -> None:
    application = make_application(api.story.world.container, (behaviours.observed, counted(outside.metrics)))
    api.app.state.application = application
    api.app.state.intake._application = application


def check(outside: Outside, secrets: list[str], reported: int) -> None:
    assert len(outside.sent.events()) >= reported, "what nobody foresaw is reported"
    told = outside.everything()
    for secret in (*secrets, NAME, MAIL, PHONE):
        assert len(secret) >= 8
        for form in {secret, json.dumps(secret)[1:-1], repr(secret)[1:-1]}:
            assert form not in told, f"{secret[:6]}… is told"


async def test_installing_and_coming_in(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    begin_logging(monkeypatch)
    async with opened_api(Observed()) as api:
        await begun(outside, api)
        world = api.story.world
        install = json.loads(json.dumps(ACTIVATION).replace("token-of-romashka", TOKEN))
        secrets = [TOKEN, KEY]
        for patched in (True, False):
            headers = signed(api)
            secrets.append(headers["Authorization"].removeprefix("Bearer "))
            with monkeypatch.context() as patching:
                if patched:
                    patching.setattr(MemoryVault, "seal", sync_failing(TOKEN))
                answer = await api.http.put(PATH, json=install, headers=headers)
            assert answer.status_code == (500 if patched else 200)
        party = await api.story.party("romashka")
        visitor = party.visitor()
        with monkeypatch.context() as patching:
            patching.setattr(world.context_keys, "exchange", failing(KEY))
            assert (await api.http.post("/api/v1/sessions", json={"contextKey": KEY})).status_code == 500
        world.context_keys.let_in(KEY, visitor)
        pair = (await api.http.post("/api/v1/sessions", json={"contextKey": KEY})).json()
        owner = {"Authorization": f"Bearer {pair['accessToken']}"}
        link = (await api.http.post("/api/v1/links", json={"name": NAME}, headers=owner)).json()["token"]
        key = (await api.http.post("/api/v1/api-keys", json={"name": NAME}, headers=owner)).json()["secret"]
        secrets += [pair["accessToken"], pair["refreshToken"], link, key]
        assert (await api.http.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"})).status_code == 200
        for secret in (link, key, pair["refreshToken"]):
            with monkeypatch.context() as patching:
                for store in (world.store.sign_in_links, world.store.api_keys, world.store.sessions):
                    patching.setattr(store, "find", sync_failing(secret))
                    patching.setattr(store, "all", sync_failing(secret))
                await api.http.post("/api/v1/sessions/links", json={"token": link})
                await api.http.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"})
                await api.http.post("/api/v1/sessions/refresh", json={"refreshToken": pair["refreshToken"]})
        check(outside, secrets, 5)


async def test_consenting(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    begin_logging(monkeypatch)
    async with opened_api(Observed()) as api:
        await begun(outside, api)
        party = await api.story.party("romashka")
        admin = await api.member(party)
        secrets = [CODE, REFRESH, ACCESS, admin["Authorization"].removeprefix("Bearer ")]
        for quoted in (CODE, REFRESH, ACCESS, f'{{"refresh_token": "{REFRESH}", "id_token": "{ACCESS}"}}'):
            trip = (await api.http.post("/api/v1/connections/google/consents", headers=admin)).json()
            state = trip["authorizationUrl"].split("state=")[1].split("&")[0]
            secrets.append(state)
            with monkeypatch.context() as patching:
                patching.setattr(api.story.world.consent, "exchange", failing(f"{quoted} {state}"))
                patching.setattr(MemoryGoogleConnections, "put", failing(quoted))
                answer = await api.http.get("/oauth/google/callback", params={"state": state, "code": CODE})
            assert answer.status_code == 500
        check(outside, secrets, 4)


async def test_delivering(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    begin_logging(monkeypatch)
    async with opened_api(Observed()) as api:
        await begun(outside, api)
        party = await api.story.party("romashka")
        path = await address(party)
        token = path.rpartition("/")[2]
        told = body(event(party, uid=MAIL, name=NAME, phone=PHONE))
        assert (await deliver(api, path, told)).status_code == 204
        for quoted in (path, token, f"https://skladsheets.test{path}?requestId=1", json.dumps(told)):
            with monkeypatch.context() as patching:
                patching.setattr(MemoryDeliveries, "keep", failing(quoted))
                assert (await deliver(api, path, told, str(uuid4()))).status_code == 503
        await api.http.get("/api/v1/webhooks", headers=await api.member(party))
        check(outside, [token], 1)


def test_a_span_is_sent_without_what_somebody_put_there_by_mistake() -> None:
    sent, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(ScrubbedSpans(sent)))
    span = provider.get_tracer("x").start_span(f"GET /x?contextKey={KEY}", attributes={"rows": 3})
    span.set_attribute("url", f"https://x.example/webhooks/moysklad/{TOKEN}")
    span.set_attribute("email", MAIL)
    span.add_event("asked", {"token": TOKEN})
    span.record_exception(ValueError(f"{TOKEN} of {PHONE} was told"))
    span.set_status(Status(StatusCode.ERROR, f"{TOKEN} of {PHONE} was told"))
    span.end()
    (one,) = sent.get_finished_spans()
    assert not [secret for secret in (KEY, TOKEN, MAIL, PHONE) if secret in one.to_json()]
    assert one.attributes is not None
    assert one.attributes["rows"] == 3
    assert one.get_span_context() == span.get_span_context()
    assert one.status.status_code is StatusCode.ERROR
