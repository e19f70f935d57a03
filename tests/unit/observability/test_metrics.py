"""What is counted: with few series however many companies there are, and served to nobody but who is meant to see."""

import http.client
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from adapters.observability.asgi import route_of
from adapters.observability.backlog import BOUNDS, BacklogCollector
from adapters.observability.behaviours import counted
from adapters.observability.codes import known_code
from adapters.observability.listening import MetricsAddressTaken, serve_metrics
from adapters.observability.metrics import Metrics
from adapters.observability.runs import ObservedRuns
from adapters.observability.vendors import ObservedVendors, outcome_of
from adapters.wording.texts import TEXTS
from application.connections.ports import Waited
from application.delivery.ports import Freshness, OutboxDepth, Waiting
from application.delivery.queries.see_backlog import Backlog
from application.exports.commands.cancel_task import CancelTask
from application.exports.diary import RunPhase
from application.exports.run_command import RunExport
from application.handlers import HANDLERS
from application.messages import Command, Outcome, Query, SystemCommand
from application.webhooks.commands.keep_deliveries import KeepDeliveries
from application.webhooks.ports import Receipt
from domain.connections.moysklad import MoySkladPaused
from domain.exports.task import TaskState
from domain.shared.errors import SkladSheetsError, VendorFailed
from domain.shared.identities import CompanyId, TaskId
from entrypoints.composition.serving import wording
from entrypoints.rest.app import create_app

COMPANIES = 1000
MOST_SERIES = 4000


def shown(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every series that is served."""
    families = text_string_to_metric_families(generate_latest(metrics.registry).decode())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def value(metrics: Metrics, name: str, **labels: str) -> float:
    return shown(metrics).get((name, tuple(sorted(labels.items()))), 0.0)


def backlog(**fields: Any) -> Backlog:
    usual: dict[str, Any] = {
        "waiting": {"routine": Waiting(tasks=3, oldest=12.5)},
        "tasks": {"waiting": 3, "put_off": 1, "running": 2},
        "outbox": OutboxDepth(due=2, oldest=4.0, later=7),
        "freshness": Freshness(exports=5, stale=1, seconds=100.0, within=(1, *[4] * (len(BOUNDS) - 1))),
        "overdue": 0.25,
        "queues": {"exports": 9, "notices": 0},
    }
    return Backlog(**{**usual, **fields})


async def test_a_thousand_companies_make_no_more_series_than_two() -> None:
    """Everything that can happen happens to the first two, and some of it to each of the others, under names, paths and
    codes of their own.
    """
    assert (few := len(shown(await busy(2)))) == len(shown(await busy(COMPANIES)))
    assert 300 < few <= MOST_SERIES


async def busy(companies: int) -> Metrics:
    metrics = Metrics()
    metrics.watch(BacklogCollector(backlog))
    metrics.watch_pool(lambda: {"in_use": 1, "idle": 2, "free": 17})
    behaviour, vendors, runs = counted(metrics), ObservedVendors(metrics), ObservedRuns(metrics)
    routes = all_routes()
    assert len(routes) > 25
    codes = sorted(TEXTS)
    for number in range(companies):
        company = CompanyId(uuid4())
        for route in share((*routes, "", None), number):
            for status in (200, 302, 404, 500)[: 4 if number < 2 else 1]:
                metrics.answered(route_of({"path": f"/{company}", "path_template": route}), status, 0.5)
        for message in share(HANDLERS, number):
            results = (None, VendorFailed(vendor=str(company)), ValueError(str(company)))
            for result in results if number < 2 else results[number % 3 :][:1]:
                await handled(behaviour, message, company, result)
        run = RunExport(company_id=company, task_id=TaskId(uuid4()))
        for code in (*(codes if number < 2 else codes[number % len(codes) :][:3]), f"made.up_{number}"):
            for state in (TaskState.FAILED, TaskState.BOOKED):
                await behaviour(run, answering(Outcome(state=state, error=code)))
        for vendor, quotas in (("moysklad", ("window",)), ("google", ("user", "project"))):
            for status in (200, 204, 302, 400, 404, 429, 500, 503, None):
                with vendors.call(vendor, "GET", f"/entity/{company}") as call:
                    if status is not None:
                        call.answered(status)
            for reason in ("window", "parallel", "closed", "user", "project", "spreadsheet"):
                vendors.turn(vendor, Waited(0.5, reason, dict.fromkeys(quotas, 0.9)))
            for reason in ("budget", "failures"):
                vendors.no_turn(vendor, Waited(30.0, reason))
        for phase in RunPhase:
            with runs.phase(phase):
                runs.wrote(3)
        metrics.schedule_lag_seconds.observe(number)
        for outcome in ("taken", "repeated", "refused", "unknown"):
            metrics.webhook(outcome)
    return metrics


def share(things: Iterable[Any], number: int) -> list[Any]:
    """What happens to the company of that number: all to the first two, a tenth in turn to each of the others."""
    return list(things) if number < 2 else list(things)[number % 10 :: 10]


async def nobody() -> None:
    """The application is never opened here."""


def answering(result: object) -> Any:
    async def next_() -> object:
        if isinstance(result, BaseException):
            raise result
        return result

    return next_


async def handled(behaviour: Any, message: type[msgspec.Struct], company: CompanyId, result: object) -> None:
    """The message, filled with nothing but whose it is."""
    if message is RunExport and result is None:
        result = Outcome(state=TaskState.FINISHED)
    if message is KeepDeliveries and result is None:
        result = [(Receipt.KEPT, company), (Receipt.UNKNOWN, None)]
    made: Any = message(**dict.fromkeys(required(message), company))
    with suppress(SkladSheetsError, ValueError):
        await behaviour(made, answering(result))


@cache
def required(message: type[msgspec.Struct]) -> list[str]:
    return [field.name for field in msgspec.structs.fields(message) if field.required]


@cache
def all_routes() -> list[str]:
    return sorted({route.path_format for route in create_app(nobody, wording, print).routes})  # type: ignore[arg-type]


async def test_messages_are_counted_by_what_became_of_them() -> None:
    metrics = Metrics()
    behaviour = counted(metrics)

    class Greet(Command[str], frozen=True, kw_only=True, tag="tests.greet"):
        pass

    class Look(Query[str], frozen=True, kw_only=True):
        pass

    greet, look = (kind(company_id=CompanyId(UUID(int=1))) for kind in (Greet, Look))
    assert await behaviour(greet, answering("hello")) == "hello"
    for failed in (MoySkladPaused(3.0), ValueError()):
        with pytest.raises(type(failed)):
            await behaviour(greet, answering(failed))
    await behaviour(look, answering("seen"))
    for message, outcome in (
        ("tests.greet", "done"), ("tests.greet", "refused"), ("tests.greet", "failed"), ("Look", "done"),
    ):  # fmt: skip
        assert value(metrics, "skladsheets_messages_total", message=message, outcome=outcome) == 1
    assert value(metrics, "skladsheets_message_seconds_count", message="tests.greet") == 3


async def test_runs_are_counted_by_outcome_and_code() -> None:
    metrics = Metrics()
    behaviour = counted(metrics)
    run = RunExport(company_id=CompanyId(UUID(int=1)), task_id=TaskId(UUID(int=2)))
    for state, code in (
        (TaskState.FINISHED, None),
        (TaskState.FAILED, "exports.removal_brake"),
        (TaskState.BOOKED, "vendors.busy"),
        ("left alone", "exports.claim_lost"),
        (TaskState.FAILED, "made up by nobody"),
    ):
        await behaviour(run, answering(Outcome(state=state, error=code)))
    with pytest.raises(KeyError):
        await behaviour(run, answering(KeyError()))
    await behaviour(CancelTask(company_id=run.company_id, task_id=run.task_id), answering(None))
    counts = {key: number for key, number in shown(metrics).items() if key[0] == "skladsheets_runs_total"}
    assert {tuple(value for _, value in labels): number for (_, labels), number in counts.items()} == {
        ("none", "finished"): 1,
        ("exports.removal_brake", "failed"): 1,
        ("vendors.busy", "booked"): 1,
        ("exports.claim_lost", "left_alone"): 1,
        ("other", "failed"): 1,
        ("none", "unforeseen"): 1,
        ("none", "cancelled"): 1,
    }


def test_every_code_that_people_may_read_is_a_label() -> None:
    for code in TEXTS:
        assert known_code(code) in {code, "other"}
    assert known_code("exports.removal_brake") == "exports.removal_brake"
    assert (known_code(None), known_code("exports.no_such")) == ("none", "other")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, "2xx"),
        (302, "3xx"),
        (404, "4xx"),
        (429, "429"),
        (503, "5xx"),
        (None, "lost"),
        (700, "other"),
        (0, "other"),
    ],
)
def test_classes_of_answers(status: int | None, outcome: str) -> None:
    assert outcome_of(status) == outcome


def test_the_backlog_is_asked_for_once_in_a_while_and_missing_while_nobody_answers() -> None:
    asked: list[int] = []
    now = [100.0]
    failing = [False]

    def see() -> Backlog:
        asked.append(1)
        if failing[0]:
            raise TimeoutError
        return backlog()

    metrics = Metrics()
    metrics.watch(BacklogCollector(see, lambda: now[0]))
    assert asked == [], "nobody is asked before somebody looks"
    for _ in range(3):
        assert value(metrics, "skladsheets_database_up") == 1
    assert len(asked) == 1
    assert value(metrics, "skladsheets_waiting_task_age_seconds", urgency="routine") == 12.5
    assert value(metrics, "skladsheets_waiting_task_age_seconds", urgency="backfill") == 0
    assert value(metrics, "skladsheets_queue_messages", queue="exports") == 9
    assert value(metrics, "skladsheets_export_freshness_seconds_bucket", le="300.0") == 1
    assert value(metrics, "skladsheets_export_freshness_seconds_bucket", le="+Inf") == 5
    failing[0] = True
    now[0] += 10
    left = {name for name, _ in shown(metrics) if name.startswith("skladsheets_")}
    assert value(metrics, "skladsheets_database_up") == 0
    assert "skladsheets_outbox_age_seconds" not in left
    assert len(asked) == 2


@pytest.fixture
def served() -> Iterator[tuple[Metrics, int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    metrics = Metrics()
    end = serve_metrics(metrics, "127.0.0.1", port)
    yield metrics, port
    end()


def ask(port: int, method: str, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path)
        answered = connection.getresponse()
        return answered.status, answered.read()
    finally:
        connection.close()


def test_metrics_are_served_at_one_path(served: tuple[Metrics, int]) -> None:
    metrics, port = served
    metrics.rows_written.inc(7)
    status, body = ask(port, "GET", "/metrics")
    assert status == 200
    assert b"skladsheets_rows_written_total 7.0" in body
    assert b"process_resident_memory_bytes" in body
    for method, path in (("GET", "/"), ("GET", "/metrics/../etc"), ("POST", "/metrics"), ("GET", "/api/v1/me")):
        assert ask(port, method, path)[0] == 404


def test_a_port_that_is_taken_is_told_in_words(served: tuple[Metrics, int]) -> None:
    with pytest.raises(MetricsAddressTaken, match="METRICS_PORT"):
        serve_metrics(Metrics(), "127.0.0.1", served[1])


def test_a_webhook_leaves_its_moment() -> None:
    metrics = Metrics()
    began = datetime.now(UTC).timestamp()
    metrics.webhook("taken")
    assert value(metrics, "skladsheets_webhook_deliveries_total", outcome="taken") == 1
    assert value(metrics, "skladsheets_webhook_last_delivery_timestamp_seconds") >= began - 1


async def test_deliveries_that_are_kept_are_counted_by_what_became_of_them() -> None:
    class Receipt(StrEnum):
        KEPT = "kept"
        REPEATED = "repeated"

    class Keep(SystemCommand[list[tuple[Receipt, CompanyId]]], frozen=True, kw_only=True, tag="webhooks.keep"):
        pass

    metrics, company = Metrics(), CompanyId(UUID(int=1))
    kept = [(Receipt.KEPT, company), (Receipt.REPEATED, company), (Receipt.KEPT, None)]
    assert await counted(metrics)(Keep(), answering(kept)) == kept
    assert value(metrics, "skladsheets_webhook_deliveries_total", outcome="kept") == 2
    assert value(metrics, "skladsheets_webhook_deliveries_total", outcome="repeated") == 1
