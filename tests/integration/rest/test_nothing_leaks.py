"""Whole stories in which everything goes wrong: what is logged, traced, reported and counted holds no secret, and the
name of nobody.
"""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import generate_latest
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from adapters.observability import behaviours, reports, tracing
from adapters.observability.behaviours import counted
from adapters.observability.context import bound
from adapters.observability.logs import configure_logs
from adapters.observability.metrics import Metrics
from adapters.observability.reports import configure_reports
from adapters.observability.tracing import Identities
from adapters.observability.written import write_for
from entrypoints.composition.application import make_application
from tests.integration.harness.stories import command_of
from tests.integration.rest.conftest import Api, opened_api
from tests.integration.rest.test_traces import Observed

NAME, MAIL, PHONE = "Иванов Иван Петрович", "ivan.petrov@mail.example", "+7 912 345-67-89"
PERSONAL = (NAME, MAIL, PHONE)


class Kept(Transport):
    """Takes what would go to Sentry."""

    def __init__(self) -> None:
        super().__init__()
        self.envelopes: list[bytes] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.envelopes.append(envelope.serialize())

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for one in self.envelopes for line in one.split(b"\n") if b'"exception"' in line]


class Outside:
    """Everything that leaves the process."""

    def __init__(self, sent: Kept, spans: InMemorySpanExporter, metrics: Metrics, capsys: Any) -> None:
        self.sent = sent
        self.spans = spans
        self.metrics = metrics
        self._capsys = capsys

    def everything(self) -> str:
        spans = "".join(span.to_json() for span in self.spans.get_finished_spans())
        sent = b"".join(self.sent.envelopes).decode()
        printed = self._capsys.readouterr()
        assert spans
        assert printed.out
        told = "\n".join((printed.out, printed.err, spans, sent, generate_latest(self.metrics.registry).decode()))
        return told + json.dumps([json.loads(line) for line in printed.out.split("\n") if line], ensure_ascii=False)


@pytest.fixture
def outside(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    root = logging.getLogger()
    handlers, level, config, client = root.handlers, root.level, structlog.get_config(), sentry_sdk.get_client()
    exporter, provider, sent = InMemorySpanExporter(), TracerProvider(), Kept()
    provider.add_span_processor(Identities())
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "TRACER", provider.get_tracer("test"))
    monkeypatch.setattr(tracing, "_KEPT", True)
    configure_reports("https://public@sentry.example/1", "test")
    sentry_sdk.get_client().transport = sent
    yield Outside(sent, exporter, Metrics(), capsys)
    sentry_sdk.get_global_scope().set_client(client)
    root.handlers = handlers
    root.setLevel(level)
    structlog.configure(**config)
    write_for(None)


def begin_logging(monkeypatch: pytest.MonkeyPatch) -> None:
    """pytest sets the root logger up anew for each phase, so a fixture is too early."""
    configure_logs("test", "DEBUG")
    for module, name in ((behaviours, "application"), (reports, "unforeseen")):
        monkeypatch.setattr(module, "_LOG", structlog.stdlib.get_logger(name))


def broken(kind: type[Exception], text: str) -> Any:
    """A method that fails with a text which quotes what it was about, or the token that it was given."""

    async def fails(*_: Any, **__: Any) -> Any:
        raise kind(text)

    return fails


async def carry_out(api: Api, application: Any, unforeseen: list[str]) -> None:
    for message in await api.story.relay():
        with bound(message.headers, str(message.company_id)):
            try:
                await application.execute(command_of(message))
            except Exception as failed:  # noqa: BLE001 - the queue would log it; reports have been made by then
                unforeseen.append(type(failed).__name__)


async def test_nothing_that_leaves_a_process_holds_a_secret_or_a_name(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_logging(monkeypatch)
    async with opened_api(Observed()) as api:
        application = make_application(api.story.world.container, (behaviours.observed, counted(outside.metrics)))
        api.app.state.application = application
        story = api.story
        party = await story.party("romashka")
        party.order("order-1", name=NAME, description=f"{MAIL} {PHONE}")
        key = story.next_context_key()
        story.world.context_keys.let_in(key, party.visitor())
        pair = (await api.http.post("/api/v1/sessions", json={"contextKey": key})).json()
        admin = {"Authorization": f"Bearer {pair['accessToken']}"}
        state, code = "state-of-a-trip-that-nobody-began", "4/0-code-that-google-gave"
        secrets = [party.token, key, pair["refreshToken"], state, code, pair["accessToken"]]
        config = await party.create()
        fine = await api.http.post(f"/api/v1/export-configs/{config}/tasks", json={}, headers=admin)
        unforeseen: list[str] = []
        await carry_out(api, application, unforeseen)
        assert unforeseen == []

        party.order("order-2", name=NAME)
        sheets, source, consent = story.world.spreadsheets, story.world.source, story.world.consent
        for where, method, failing in (
            (sheets, "write", broken(ValueError, f"bad row [{NAME!r}, {MAIL!r}, {PHONE!r}]")),
            (sheets, "inspect", broken(KeyError, NAME)),
            (source, "custom_columns", broken(TypeError, f"Authorization: Bearer {secrets[-1]} of {PHONE}")),
        ):
            with monkeypatch.context() as patched:
                patched.setattr(where, method, failing)
                task = (
                    await api.http.post(f"/api/v1/export-configs/{config}/tasks", json={"mode": "full"}, headers=admin)
                ).json()
                await carry_out(api, application, unforeseen)
            await api.http.post(f"/api/v1/tasks/{task['id']}/cancellation", headers=admin)
        assert unforeseen == ["ValueError", "KeyError", "TypeError"]
        told_of = f"{{'access_token': '{party.token}', 'email': '{MAIL}'}}"
        monkeypatch.setattr(consent, "exchange", broken(RuntimeError, told_of))
        monkeypatch.setattr(source, "custom_columns", broken(TypeError, f"Bearer {secrets[-1]} of {PHONE}"))
        await api.http.post("/api/v1/sessions", json={"contextKey": key})
        await api.http.post("/api/v1/sessions/refresh", json={"refreshToken": pair["refreshToken"] + "x"})
        await api.http.get("/api/v1/me", headers={"Authorization": f"Bearer {pair['accessToken']}x"})
        trip = (await api.http.post("/api/v1/connections/google/consents", headers=admin)).json()
        begun = trip["authorizationUrl"].split("state=")[1].split("&")[0]
        secrets.append(begun)
        for asked in (begun, state):
            await api.http.get("/oauth/google/callback", params={"state": asked, "code": code})
        await api.http.get(f"/api/v1/export-configs/{config}/{MAIL}", headers=admin)
        await api.http.get("/api/v1/exporters/customerorder", headers=admin)
        assert fine.status_code == 202

        events = outside.sent.events()
        kinds = {one["exception"]["values"][-1]["type"] for one in events}
        assert {"ValueError", "KeyError", "RuntimeError", "TypeError"} <= kinds
        assert any(one["tags"].get("company_id") == str(party.id) and one["tags"]["request_id"] for one in events)
        assert {one["tags"]["message"] for one in events} >= {"RunExport", "CompleteGoogleConsent", "DescribeExporter"}
        frames = events[0]["exception"]["values"][-1]["stacktrace"]["frames"]
        assert any(frame["function"] for frame in frames), "where it happened is told"
        assert not any("vars" in frame for frame in frames)
        for one in events:
            assert not {"request", "user", "breadcrumbs", "extra"} & set(one)

        told = outside.everything()
        for secret in (*secrets, *PERSONAL):
            assert secret not in told, f"{secret[:6]}… is told"
            assert json.dumps(secret)[1:-1] not in told, f"{secret[:6]}… is told"
        assert str(party.id) in told


async def test_only_what_nobody_foresaw_is_reported(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    begin_logging(monkeypatch)
    async with opened_api(Observed()) as api:
        party = await api.story.party("romashka")
        party.fill(2)
        admin = await api.member(party)
        config = await party.create()
        api.story.world.source.revoke(party.token)
        await api.http.post(f"/api/v1/export-configs/{config}/tasks", json={}, headers=admin)
        unforeseen: list[str] = []
        await carry_out(api, api.app.state.application, unforeseen)
        (task,) = await party.tasks()
        assert task.error is not None
        assert unforeseen == []
        for path in ("/api/v1/tasks/not-an-id", "/api/v1/me?x=1"):
            await api.http.get(path)
        assert outside.sent.envelopes == []
