"""What the processes log and trace: JSON, whose it is, and no secrets."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import RFC_4122, UUID, uuid4

import pytest
import structlog
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from adapters.observability import asgi, behaviours, reports, tracing, written
from adapters.observability.asgi import RequestLog
from adapters.observability.context import ContextHeaders, accepted, bound, unkept
from adapters.observability.logs import announce, configure_logs
from adapters.observability.tracing import configure_tracing, otlp
from adapters.observability.written import Requests, write_for
from application.messages import Command, Message, SystemCommand
from domain.shared.errors import VendorFailed
from domain.shared.identities import CompanyId
from domain.tenants.sign_on import ContextKeyUsed

COMPANY = CompanyId(UUID(int=7))
ALWAYS = {"company_id", "request_id", "process", "level", "logger", "timestamp", "event"}


class Greet(Command[str], frozen=True, kw_only=True):
    secret_name: str = "hunter2-hunter2"


class Sweep(SystemCommand[int], frozen=True, kw_only=True):
    pass


class RelayOutbox(SystemCommand[int], frozen=True, kw_only=True):
    """Bears the name of a frequent one."""


class Lines:
    """What is logged from `begin` on. pytest sets the root logger up anew for each phase, so a fixture is too early."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def begin(self) -> None:
        configure_logs("test", "DEBUG")
        for module, name in ((behaviours, "application"), (reports, "unforeseen")):
            self._monkeypatch.setattr(module, "_LOG", structlog.stdlib.get_logger(name))

    def read(self) -> list[dict[str, Any]]:
        """Every line since the last look."""
        return [json.loads(line) for line in self._capsys.readouterr().out.split("\n") if line]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    root = logging.getLogger()
    handlers, level, config = root.handlers, root.level, structlog.get_config()
    yield Lines(capsys, monkeypatch)
    root.handlers = handlers
    root.setLevel(level)
    structlog.configure(**config)
    write_for(None)


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(tracing.Identities())
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "TRACER", provider.get_tracer("test"))
    return exporter


async def handle(message: Message[Any], result: object = None) -> Any:
    """The message with the behaviour around it; an exception as the result is raised."""

    async def next_() -> Any:
        if isinstance(result, BaseException):
            raise result
        return result

    return await behaviours.observed(message, next_)


async def test_a_message_leaves_one_line_and_one_span(lines: Lines, spans: InMemorySpanExporter) -> None:
    lines.begin()
    with bound({"request_id": "r-1"}):
        assert await handle(Greet(company_id=COMPANY), "done") == "done"
    (line,) = lines.read()
    assert set(line) >= ALWAYS
    assert (line["event"], line["message"], line["level"]) == ("handled", "Greet", "info")
    assert (line["company_id"], line["request_id"], line["process"]) == (str(COMPANY), "r-1", "test")
    (span,) = spans.get_finished_spans()
    assert span.name == "Greet"
    assert dict(span.attributes or {}) == {"company_id": str(COMPANY), "request_id": "r-1"}
    assert "hunter2" not in json.dumps(line) + span.to_json()


async def test_a_refusal_tells_its_code(lines: Lines, spans: InMemorySpanExporter) -> None:
    lines.begin()
    for error, level in ((ContextKeyUsed(), "info"), (VendorFailed(vendor="google"), "warning")):
        with pytest.raises(type(error)):
            await handle(Greet(company_id=COMPANY), error)
        (line,) = lines.read()
        assert (line["event"], line["error"], line["level"]) == ("refused", error.code, level)
        assert line["details"] == error.details
    assert [span.status.description for span in spans.get_finished_spans()] == [
        "tenants.context_key_used",
        "vendors.failed",
    ]


async def test_what_nobody_foresaw_is_reported_once_without_its_secrets(
    lines: Lines, spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines.begin()
    captured: list[BaseException] = []
    monkeypatch.setattr(reports.sentry_sdk.Scope, "capture_exception", lambda _, error: captured.append(error))
    error = ValueError("postgresql://login:hunter2-hunter2@db/x refused")
    with pytest.raises(ValueError):
        await handle(Greet(company_id=COMPANY), error)
    reports.report(error)
    (line,) = lines.read()
    assert (line["event"], line["level"], line["message"]) == ("failed", "error", "Greet")
    assert "ValueError" in line["exception"]
    assert "hunter2" not in json.dumps(line)
    assert captured == [error]
    (span,) = spans.get_finished_spans()
    assert span.status.description == "ValueError"
    assert span.events == ()


async def test_frequent_messages_speak_only_when_something_came_of_them(
    lines: Lines, spans: InMemorySpanExporter
) -> None:
    lines.begin()
    await handle(RelayOutbox(), 0)
    assert lines.read() == []
    await handle(RelayOutbox(), 3)
    assert [line["message"] for line in lines.read()] == ["RelayOutbox"]
    await handle(Sweep(), 0)
    assert [line["message"] for line in lines.read()] == ["Sweep"]


def test_lines_of_libraries_and_of_processes_have_the_same_form(lines: Lines) -> None:
    lines.begin()
    announce("worker ready")
    logging.getLogger("some.library").warning("cannot reach redis://:hunter2-hunter2@cache/0, %s", "sorry")
    try:
        {}["token=hunter2-hunter2"]
    except KeyError:
        logging.getLogger("some.library").exception("oh")
    structlog.get_logger("ours").info("strange", value=object(), when=uuid4(), raw=b"\xff", text="\u2028")
    logged = lines.read()
    assert [line["event"] for line in logged][:1] == ["worker ready"]
    assert len(logged) == 4
    assert all(set(line) >= ALWAYS for line in logged)
    assert "hunter2" not in json.dumps(logged)


def test_what_a_stored_message_takes_along() -> None:
    assert ContextHeaders().current() == {}
    provider = configure_tracing("test", otlp(None))
    with bound({"request_id": "r-2"}) as request_id, provider.get_tracer("x").start_as_current_span("outer") as span:
        headers = ContextHeaders().current()
    assert request_id == "r-2"
    assert headers["request_id"] == "r-2"
    trace_id = format(span.get_span_context().trace_id, "032x")
    assert trace_id in headers["traceparent"]
    with bound(headers):
        inner = trace.get_current_span().get_span_context()
        assert format(inner.trace_id, "032x") == trace_id
    assert not trace.get_current_span().get_span_context().is_valid
    provider.shutdown()


@pytest.mark.parametrize("strange", ["", "a b", "x" * 101, "a\nb", "a;b"])
def test_a_strange_request_id_is_replaced(strange: str) -> None:
    with bound({"request_id": strange}) as request_id:
        assert UUID(request_id)
    assert structlog.contextvars.get_contextvars() == {}


async def test_a_request_that_breaks_is_logged_all_the_same(lines: Lines) -> None:
    lines.begin()

    async def broken(scope: Any, receive: Any, send: Any) -> None:
        scope["state"]["company_id"] = COMPANY
        raise RuntimeError

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/me",
        "path_template": "/api/v1/me",
        "query_string": b"contextKey=hunter2-hunter2",
        "headers": [(b"x-request-id", b"r-3")],
    }
    with pytest.raises(RuntimeError):
        await RequestLog(broken)(scope, None, None)  # type: ignore[arg-type]
    (line,) = lines.read()
    assert (line["path"], line["status"], line["company_id"], line["request_id"]) == (
        "/api/v1/me",
        500,
        str(COMPANY),
        "r-3",
    )
    assert "hunter2" not in json.dumps(line)


@pytest.mark.parametrize(
    ("path", "route", "shown"),
    [
        ("/api/v1/me", "/api/v1/me", "/api/v1/me"),
        (f"/tasks/{COMPANY}/stop", "/tasks/{task_id}/stop", f"/tasks/{COMPANY}/stop"),
        ("/hooks/hunter2-hunter2", "/hooks/{key}", "/hooks/{key}"),
        ("/hunter2-hunter2", None, "unmatched"),
        ("/files/hunter2/hunter2", "/files/{path}", "/files/{path}"),
    ],
)
def test_of_a_path_only_what_is_ours_is_told(path: str, route: str | None, shown: str) -> None:
    scope = {"path": path, **({} if route is None else {"path_template": route})}
    assert asgi.path_of(scope, path) == shown


SAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize(
    ("exporter", "share", "headers", "kept"),
    [
        (True, 1.0, {}, True),
        (True, 0.0, {}, False),
        (False, 1.0, {}, False),
        (True, 0.0, {"traceparent": SAMPLED}, True),
        (True, 1.0, {"traceparent": SAMPLED[:-1] + "0"}, False),
    ],
)
def test_which_traces_are_kept(exporter: bool, share: float, headers: dict[str, str], kept: bool) -> None:
    sent = InMemorySpanExporter()
    provider = configure_tracing("test", sent if exporter else None, share)
    with bound(headers), provider.get_tracer("x").start_as_current_span("outer") as span:
        context = span.get_span_context()
        assert context.is_valid, "whoever goes on knows to which trace it belongs"
        assert context.trace_flags.sampled is kept
    provider.force_flush()
    assert [one.name for one in sent.get_finished_spans()] == (["outer"] if kept else [])
    provider.shutdown()


def test_who_traces_can_be_named_by_the_usual_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    assert configure_tracing("api", None).resource.attributes["service.name"] == "skladsheets"
    monkeypatch.setenv("OTEL_SERVICE_NAME", "ours")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=staging")
    named = configure_tracing("api", None).resource.attributes
    assert (named["service.name"], named["deployment.environment"]) == ("ours", "staging")
    assert named["service.instance"] == "api"


ANSWERS = (
    ("GET", "/api/v1/plan", "/api/v1/plan", "r-1", None),
    ("GET", f"/api/v1/tasks/{UUID(int=7)}", "/api/v1/tasks/{task_id:uuid}", str(uuid4()), str(COMPANY)),
    ("POST", f"/webhooks/moysklad/{UUID(int=7)}", "/webhooks/moysklad/{secret:str}", "r-2", None),
    ("Bearer abc", "unmatched", "unmatched", "a" * 40, None),
    ("GET", "unmatched", "unmatched", "8-912-345-67-89", None),
)


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_line_written_at_once_is_as_the_processors_would_have_it(
    lines: Lines, answer: tuple[str, str, str, str, str | None]
) -> None:
    lines.begin()
    method, path, route, request_id, company_id = answer
    for process in ("test", None):
        write_for(process)
        Requests("http").answered(method, path, route, 200, 0.123456, request_id, company_id)
    at_once, usual = lines.read()
    begun, ended = at_once.pop("timestamp"), usual.pop("timestamp")
    assert at_once == usual
    assert len(begun) == len(ended) == len("2026-01-01T00:00:00.000000Z")
    assert begun <= ended
    assert set(at_once) >= ALWAYS - {"timestamp"}


def test_no_line_is_written_that_nobody_wants(lines: Lines) -> None:
    lines.begin()
    logging.getLogger().setLevel(logging.WARNING)
    Requests("http").answered("GET", "/live", "/live", 200, 0.1, "r-1", None)
    assert lines.read() == []


def test_a_request_id_that_is_drawn_is_a_random_uuid() -> None:
    drawn = [accepted("") for _ in range(200)]
    assert len(set(drawn)) == 200
    for one in drawn:
        assert (str(UUID(one)), UUID(one).version, UUID(one).variant) == (one, 4, RFC_4122)


@pytest.mark.parametrize("now", [1_700_000_000.0, 1_700_000_000.000_001, 1_700_000_059.999_999, 1_764_381_600.25])
def test_the_moment_is_written_as_the_long_way_writes_it(now: float) -> None:
    told = written.moment(now)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", told)
    assert abs((datetime.fromisoformat(told) - datetime.fromtimestamp(now, UTC)) / timedelta(microseconds=1)) <= 1


def test_a_record_of_a_request_has_all_that_handlers_may_look_at() -> None:
    real = logging.LogRecord("http", logging.INFO, "", 0, "line", None, None)
    ours = written.Line("http", real.created, "line")
    assert {name for name in vars(real) if not hasattr(ours, name)} == set()
    assert ours.getMessage() == "line"
    form = "%(asctime)s %(name)s %(levelname)s %(message)s"
    assert logging.Formatter(form).format(ours) == logging.Formatter(form).format(real)


def test_what_nobody_keeps_has_one_identity_once_somebody_asks_for_it() -> None:
    with unkept("one") as request_id:
        assert tracing.left_out(trace.get_current_span())
        first = ContextHeaders().current()
        assert first == ContextHeaders().current()
        assert (request_id, first["request_id"]) == ("one", "one")
        assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", first["traceparent"])
    with unkept("two"):
        assert ContextHeaders().current()["traceparent"] != first["traceparent"]
    assert not tracing.left_out(trace.get_current_span())
