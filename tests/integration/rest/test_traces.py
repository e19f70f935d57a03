"""One trace from the request to the calls that it causes, far away and later; with identities and without secrets."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

import pytest
import pytest_asyncio
from aiogoogle.models import Request
from dishka import Provider, Scope, provide
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from adapters.google.routes import route_of as google_route
from adapters.memory.delivery import MemoryHeaders, MemoryPublisher
from adapters.moysklad.addresses import route_of
from adapters.observability import tracing
from adapters.observability.context import ContextHeaders, bound
from adapters.observability.metrics import Metrics
from adapters.observability.publishing import TracedPublisher
from adapters.observability.runs import ObservedRuns
from adapters.observability.tracing import Identities, part, roomy
from adapters.observability.vendors import ObservedVendors
from application.exports.diary import RunWatch
from application.ports import OutboxMessage, Publisher
from tests.integration.harness.sheets_over_http import LenientGoogle, lenient_google
from tests.integration.harness.stories import Party, command_of
from tests.integration.harness.telling import SOON, Teller, order_id
from tests.integration.rest.conftest import Api, opened_api

REQUEST = {"X-Request-ID": "the-request-that-started-it"}
START = "POST /api/v1/export-configs/{config_id}/tasks"
WRITE = "google POST /v4/spreadsheets/{id}/values:batchUpdateByDataFilter"


class RealHeaders(MemoryHeaders):
    def current(self) -> dict[str, str]:
        return ContextHeaders().current()

    def continuing(self, headers: Mapping[str, str]) -> AbstractContextManager[None]:
        return ContextHeaders().continuing(headers)


class RealPublisher(MemoryPublisher):
    """Collects what the traced one hands over."""

    async def publish(self, messages: Sequence[OutboxMessage]) -> None:
        collected = MemoryPublisher()
        await TracedPublisher(collected).publish(messages)
        await super().publish(collected.messages)


class Observed(Provider):
    """The observability of the live processes, over fakes."""

    scope = Scope.APP

    headers = provide(RealHeaders, provides=MemoryHeaders)
    publisher = provide(RealPublisher, provides=Publisher)

    @provide
    def watch(self) -> RunWatch:
        return ObservedRuns(Metrics())


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(Identities())
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "TRACER", provider.get_tracer("test"))
    monkeypatch.setattr(tracing, "_KEPT", True)
    yield exporter
    provider.shutdown()


@pytest_asyncio.fixture
async def google() -> AsyncIterator[LenientGoogle]:
    async with lenient_google() as running:
        running.session.watch = ObservedVendors(Metrics())
        yield running


async def carry_out(api: Api) -> None:
    """What the relay hands over is carried out as a worker does."""
    for message in await api.story.relay():
        with bound(message.headers, str(message.company_id)):
            await api.app.state.application.execute(command_of(message))


async def test_a_trace_leads_from_the_request_to_the_call_of_the_sheets_api(
    spans: InMemorySpanExporter, google: LenientGoogle
) -> None:
    async with opened_api(Observed(), google) as api:
        party = await api.story.party("romashka")
        party.fill(7)
        admin = await api.member(party)
        config = await party.create()
        spans.clear()
        path = f"/api/v1/export-configs/{config}/tasks"
        task = (await api.http.post(path, json={"mode": "full"}, headers={**admin, **REQUEST})).json()
        await carry_out(api)
        finished = (await api.http.get(f"/api/v1/tasks/{task['id']}", headers=admin)).json()
        assert finished["state"] == "finished", finished
        await check_tree(spans, party, task["id"], [admin["Authorization"].removeprefix("Bearer "), party.token])
        assert finished["story"]["timeline"]["total"]["batches"] == 1
        assert api.unforeseen == []


async def check_tree(spans: InMemorySpanExporter, party: Party, task_id: str, secrets: list[str]) -> None:
    found = spans.get_finished_spans()
    known = {span.context.span_id: span for span in found if span.context}
    (root,) = [span for span in found if span.name == START]
    assert root.parent is None
    assert root.kind is SpanKind.SERVER
    assert root.context is not None
    ours = [span for span in found if span.context and span.context.trace_id == root.context.trace_id]

    def way(span: ReadableSpan) -> list[str]:
        return [*([] if span.parent is None else way(known[span.parent.span_id])), span.name]

    writes = [span for span in ours if span.name == WRITE]
    assert len(writes) > 1
    run = [START, "StartExport", "publish exports.run", "RunExport"]
    for write in writes:
        assert way(write) == [*run, "run.write", WRITE]
        assert write.kind is SpanKind.CLIENT
        assert write.attributes is not None
        assert write.attributes["http.response.status_code"] == 200
        assert write.attributes["url.template"] == "/v4/spreadsheets/{id}/values:batchUpdateByDataFilter"
    below = {span.name for span in ours if way(span)[:-1] == run}
    assert {"run.fetch", "run.map", "run.write", "run.note"} <= below
    assert "google GET /v4/spreadsheets/{id}" in {span.name for span in ours}
    assert {span.name for span in ours}.isdisjoint({"Identify", "LetIn"}), "they are part of the request itself"

    for span in ours:
        attributes = dict(span.attributes or {})
        assert attributes["request_id"] == REQUEST["X-Request-ID"], span.name
        assert attributes["company_id"] == str(party.id), span.name
        if way(span)[: len(run)] == run:
            assert attributes["task_id"] == task_id, span.name
    (start,) = [span for span in ours if span.name == "StartExport"]
    assert (start.attributes or {})["made"] == task_id
    told = "".join(span.to_json() for span in found)
    target = (await party.config((await party.tasks())[0].config_id)).target
    for secret in (*secrets, str(target.spreadsheet_id), "google-romashka", "owner@romashka"):
        assert secret not in told


async def test_a_run_that_is_tried_again_stays_in_its_trace(spans: InMemorySpanExporter, google: LenientGoogle) -> None:
    async with opened_api(Observed(), google) as api:
        party = await api.story.party("romashka")
        party.fill(3)
        admin = await api.member(party)
        config = await party.create()
        spans.clear()
        await google.control("POST", "faults", {"action": "status", "status": 503, "path": "values:batch", "times": 3})
        await api.http.post(f"/api/v1/export-configs/{config}/tasks", json={}, headers={**admin, **REQUEST})
        await carry_out(api)
        await api.story.pass_time()
        await carry_out(api)
        runs = [span for span in spans.get_finished_spans() if span.name == "RunExport"]
        assert len(runs) == 2
        assert len({span.context.trace_id for span in runs if span.context}) == 1
        failed = next(span for span in spans.get_finished_spans() if span.name == "run.write")
        assert (failed.status.status_code, failed.status.description) == (StatusCode.ERROR, "vendors.failed")
        (task,) = await party.tasks()
        story = (await party.task(task.id)).story
        assert story is not None
        assert [attempt.outcome for attempt in story.timeline.attempts] == ["stumbled", "finished"]


async def test_a_trace_leads_from_the_webhook_that_told_first_to_the_sheet(
    spans: InMemorySpanExporter, google: LenientGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "_KEPT", True)
    async with opened_api(Observed(), google) as api:
        party = await api.story.party("romashka")
        for number in range(3):
            party.order(order_id(number))
        config = await party.create(on_change=True)
        await api.story.work()
        await party.run(config)
        teller = Teller(party)
        spans.clear()
        for number in range(3):
            party.order(order_id(number), name="changed")
            named = {"X-Request-ID": f"delivery-{number}"}
            told = {"events": [teller.event(order_id(number))]}
            sent = await api.http.post(f"/webhooks/moysklad/{teller.token}", json=told, headers=named)
            assert sent.status_code == 204
        assert await teller.schedule() == 0
        api.story.clock.advance(SOON)
        assert await teller.schedule() == 1
        await carry_out(api)
        found = spans.get_finished_spans()
        known = {span.context.span_id: span for span in found if span.context}

        def way(span: ReadableSpan) -> list[str]:
            return [*([] if span.parent is None else way(known[span.parent.span_id])), span.name]

        arrived = [span for span in found if span.name == "POST /webhooks/moysklad/{token}"]
        assert len(arrived) == 3
        assert {(span.attributes or {})["company_id"] for span in arrived} == {str(party.id)}
        writes = [span for span in found if span.name == WRITE]
        assert writes
        for write in writes:
            assert way(write) == [arrived[0].name, "publish exports.run", "RunExport", "run.write", WRITE]
            assert write.context is not None
            assert arrived[0].context is not None
            assert write.context.trace_id == arrived[0].context.trace_id
            assert (write.attributes or {})["request_id"] == "delivery-0"
        assert teller.token not in "".join(span.to_json() for span in found)
        assert api.unforeseen == []


async def test_a_delivery_makes_no_span_where_no_traces_are_kept(
    spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "_KEPT", False)
    async with opened_api(Observed()) as api:
        assert (await api.http.post("/webhooks/moysklad/nobody", json={})).status_code == 404
    assert [span.name for span in spans.get_finished_spans() if "webhooks/" in span.name] == []


async def test_spans_within_one_message_are_bounded_and_what_is_left_out_is_told(spans: InMemorySpanExporter) -> None:
    with roomy() as room:
        for _ in range(tracing.MOST_SPANS + 7):
            with part("piece"), roomy() as inner:
                assert inner is room
    assert len(spans.get_finished_spans()) == tracing.MOST_SPANS
    assert room.left_out == 7


async def test_what_goes_wrong_is_told_without_its_text(spans: InMemorySpanExporter) -> None:
    def fail() -> None:
        with part("piece", {"number": 1}):
            raise ValueError("token=hunter2-hunter2")

    with pytest.raises(ValueError):
        fail()
    (span,) = spans.get_finished_spans()
    assert span.status.description == "ValueError"
    assert "hunter2" not in json.dumps(json.loads(span.to_json()))


def test_nobody_can_put_a_path_of_their_own_into_a_span(spans: InMemorySpanExporter) -> None:
    base = "https://api.moysklad.ru/api/remap/1.2"
    for path, route in {
        "/entity/customerorder?filter=name=x": "/entity/customerorder",
        "/entity/customerorder/5a8e0c5e-6b7a-4d53-9a0b-0d8d8f6f1c11/positions": "/entity/customerorder/{id}/positions",
        "/report/stock/all/current": "/report/stock/all/current",
        "/context/abcdefabcdef": "/context/{id}",
        "/entity/customentity/x1?token=hunter2": "/entity/customentity/{id}",
    }.items():
        assert route_of(base, base + path) == route
    assert route_of(base, "https://elsewhere.example/entity/secret") == "elsewhere"
    sheets = "https://sheets.googleapis.com/v4/spreadsheets"
    for url, route in {
        f"{sheets}/1AbC-d_E:batchUpdate?fields=x": "/v4/spreadsheets/{id}:batchUpdate",
        f"{sheets}/1AbC/values/Лист!A1": "/v4/spreadsheets/{id}/values/{range}",
        f"{sheets}/1/developerMetadata/77": "/v4/spreadsheets/{id}/developerMetadata/{id}",
        "https://www.googleapis.com/drive/v3/files/1AbC?fields=x": "/drive/v3/files/{id}",
        "https://www.googleapis.com/drive/v3/files?q=owner": "/drive/v3/files",
        "https://oauth2.googleapis.com/token": "/token",
        "https://x.example/": "/",
    }.items():  # fmt: skip
        assert google_route(Request(method="GET", url=url)) == route


async def test_what_follows_from_a_request_whose_trace_is_not_kept_bears_that_decision(
    spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "_KEPT", False)
    async with opened_api(Observed()) as api:
        party = await api.story.party("romashka")
        member = await api.member(party)
        config = await party.create()
        spans.clear()
        started = await api.http.post(f"/api/v1/export-configs/{config}/tasks", json={}, headers=member)
        assert started.status_code == 202
        (sent,) = [message for message in await api.story.relay() if message.tag == "exports.run"]
        assert sent.headers["request_id"] == started.headers["x-request-id"]
        assert sent.headers["traceparent"].endswith("-00"), "whoever goes on with it keeps nothing either"
    assert spans.get_finished_spans() == ()
