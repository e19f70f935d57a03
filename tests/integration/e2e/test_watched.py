"""What can be seen of the processes from outside: one trace through all of them, and what each of them counts."""

import urllib.request

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from devstack.processes import Process, answers, free_port, python
from devstack.stack import PROGRAM
from tests.integration.e2e.conftest import Place, wait_until

pytestmark = pytest.mark.e2e

REQUEST_ID = "the-request-that-is-traced"
START = "POST /api/v1/export-configs/{config_id}/tasks"
RUN = [("api", START), ("api", "StartExport"), ("relay", "publish exports.run"), ("worker", "RunExport")]


def attributes_of(span: Span) -> dict[str, str]:
    return {one.key: one.value.string_value for one in span.attributes}


def test_a_trace_goes_through_all_processes_to_both_vendors(place: Place) -> None:
    administrator = place.company("traced")
    config = place.export(administrator)
    asked = {"X-Request-ID": REQUEST_ID}
    started = administrator.http.post(f"/api/v1/export-configs/{config['id']}/tasks", json={}, headers=asked)
    task = administrator.wait(started.json()["id"], 120)
    assert task["state"] == "finished"

    def found() -> list[tuple[str, Span]]:
        return [(process, span) for process, span in place.collector.spans() if _ours(span)]

    def names() -> set[str]:
        return {span.name for _, span in found()}

    wait_until(lambda: {START, "publish exports.run", "RunExport"} <= names())
    spans = found()
    known = {span.span_id: (process, span) for process, span in spans}

    def way(span_id: bytes) -> list[tuple[str, str]]:
        if span_id not in known:
            return []
        process, span = known[span_id]
        return [*way(span.parent_span_id), (process, span.name)]

    assert len({span.trace_id for _, span in spans}) == 1
    called = {span.name: way(span.span_id) for process, span in spans if span.kind == Span.SPAN_KIND_CLIENT}
    write = "google POST /v4/spreadsheets/{id}/values:batchUpdateByDataFilter"
    assert called[write] == [*RUN, ("worker", "run.write"), ("worker", write)]
    read = "moysklad GET /entity/customerorder"
    assert called[read][:4] == RUN
    company = administrator.call("GET", "/api/v1/me")["companyId"]
    for _, span in spans:
        attributes = attributes_of(span)
        if way(span.span_id)[:4] == RUN:
            assert attributes["task_id"] == task["id"], span.name
            assert attributes["company_id"] == company, span.name
    attempt = task["story"]["timeline"]["attempts"][0]
    assert (attempt["outcome"], attempt["work"]["rows"]) == ("finished", 5)
    assert all(attempt["work"][f"{kind}Seconds"] > 0 for kind in ("fetch", "map", "write", "note"))


def _ours(span: Span) -> bool:
    return attributes_of(span).get("request_id") == REQUEST_ID


EXPECTED: dict[str, tuple[str, ...]] = {
    "api": ('skladsheets_http_requests_total{route="/live",status="2xx"}',),
    "relay": (
        "skladsheets_messages_total{",
        "skladsheets_database_connections{",
        "skladsheets_database_up 1.0",
        'skladsheets_waiting_task_age_seconds{urgency="routine"}',
        'skladsheets_queue_messages{queue="exports"}',
        "skladsheets_outbox_age_seconds",
        'skladsheets_export_freshness_seconds_bucket{le="+Inf"}',
    ),
    "scheduler": ("skladsheets_messages_total{", "skladsheets_database_connections{"),
    "worker": ("process_open_fds",),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_kind_of_process_shows_what_it_counts(place: Place, name: str) -> None:
    port, second = free_port(), f"{name}-watched"
    arguments = ("--port", str(free_port())) if name == "api" else ()
    environment = {**place.stack.environment, "METRICS_PORT": str(port)}
    place.supervisor.start(
        Process(second, python(PROGRAM, name, *arguments), environment, ready=f"http://127.0.0.1:{port}/metrics")
    )
    try:
        if name == "api":
            wait_until(lambda: answers(f"http://127.0.0.1:{arguments[1]}/live"))
        shown = _shown(port)
        for wanted in ("process_cpu_seconds_total", "process_resident_memory_bytes"):
            assert wanted in shown
        wait_until(lambda: all(wanted in _shown(port) for wanted in EXPECTED[name]))
    finally:
        place.supervisor.stop(second)


def _shown(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        shown: str = answer.read().decode()
    return shown
