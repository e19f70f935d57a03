"""Real processes against emulated vendors. `-m e2e` chooses these tests, `-m "not e2e"` leaves them out."""

import gzip
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from devstack.expectation import EXPAND, differences, expected_rows
from devstack.people import Administrator, Vendors
from devstack.stack import VENDORS, Stack, stack

COLUMNS = ["id", "name", "moment", "updated", "agent.name", "state.name", "sum", "applicable", "description"]
LEASE_SECONDS = 3
SERVICE = ("api", "relay", "scheduler")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "e2e: starts all processes of the service")


def process_of(attributes: Iterable[KeyValue]) -> str:
    """Which process it was."""
    return next(one.value.string_value for one in attributes if one.key == "service.instance")


def _unpacked(body: bytes) -> bytes:
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


class Collector:
    """Takes the traces that the processes send, and keeps them as they came."""

    def __init__(self) -> None:
        kept: list[bytes] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                kept.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._kept = kept
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def received(self) -> bytes:
        return b"".join(self._kept)

    def spans(self) -> list[tuple[str, Span]]:
        """Every span with the process that sent it."""
        return [
            (process_of(resource.resource.attributes), span)
            for body in list(self._kept)
            for resource in ExportTraceServiceRequest.FromString(_unpacked(body)).resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Place:
    """What runs, and what its tests do again and again."""

    def __init__(self, running: Stack, collector: Collector) -> None:
        self.stack = running
        self.collector = collector
        self.vendors = Vendors(running)
        self.supervisor = running.supervisor
        self._mended = 0

    def company(self, name: str, orders: int = 5) -> Administrator:
        """A company that installed the app, has orders, and whose administrator connected Google."""
        administrator = Administrator(self.stack, self.vendors, name)
        administrator.install()
        administrator.sign_in()
        administrator.connect_google()
        size = {"orders": orders, "counterparties": 20, "products": 5, "positionsPerOrder": 1, "seed": 3}
        self.vendors.moysklad(f"/accounts/{administrator.account_id}/seed", size)
        return administrator

    def export(self, administrator: Administrator, **fields: Any) -> dict[str, Any]:
        usual = {"name": "Заказы", "exporter": "customerorder", "columns": [{"id": column} for column in COLUMNS]}
        return administrator.create_export({**usual, **fields})

    def check_sheet(self, administrator: Administrator, config: dict[str, Any]) -> None:
        """The final sheet equals the source, every row once."""
        target = administrator.config(config["id"])["target"]
        orders = self.vendors.moysklad(f"/accounts/{administrator.account_id}/objects/customerorder?expand={EXPAND}")
        values = self.vendors.sheet(target["spreadsheetId"], target["sheetId"])["values"]
        titles = [column["title"] for column in config["columns"]]
        assert differences(values, titles, expected_rows(orders, COLUMNS)) == []
        assert len(values) == len(orders) + 1

    def mend(self) -> None:
        """What a test before broke and left broken is none of the next one's business."""
        self.vendors.forget_faults()
        for name in SERVICE:
            if not self.supervisor.running(name):
                self.supervisor.restart(name)
        workers = self.workers()
        if self.stack.environment["LEASE_SECONDS"] != str(LEASE_SECONDS):
            self.stack.environment["LEASE_SECONDS"] = str(LEASE_SECONDS)
            for name in workers:
                self.supervisor.stop(name)
            workers = []
        if not workers:
            self._mended += 1
            self.stack.start_worker(f"worker-{self._mended}")

    def workers(self) -> list[str]:
        """The names of those that run."""
        others = {*SERVICE, *VENDORS, "bot"}
        return [name for name in self.supervisor.names if name not in others and self.supervisor.running(name)]

    def hang_write(self, number: int, path: str = "values:batchUpdate") -> None:
        """The write of that number takes effect, and then Google says nothing for a long time."""
        self.vendors.google(
            "/faults",
            {
                "action": "hang",
                "method": "POST",
                "path": path,
                "skip": number - 1,
                "when": "after",
                "seconds": 60,
            },
        )

    def hanging(self) -> bool:
        return self.vendors.google("/faults") == []


def wait_until(happens: Callable[[], bool], seconds: float = 90.0) -> None:
    """Returns as soon as it happens. The deadline is that of a slow machine under load: nobody waits for it else."""
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def mended(request: pytest.FixtureRequest) -> None:
    """A test that shares the processes with others begins with all of them running and no fault planned."""
    if "place" in request.fixturenames:
        request.getfixturevalue("place").mend()


@pytest.fixture(scope="package")
def place() -> Iterator[Place]:
    """Everything, with one worker; stopped when the last test of this directory is over, not of the whole suite."""
    collector = Collector()
    extra = {
        "LEASE_SECONDS": str(LEASE_SECONDS),
        "LOG_LEVEL": "DEBUG",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "MOYSKLAD_UNITS": "100000",
    }
    try:
        with stack(workers=1, extra=extra) as running:
            made = Place(running, collector)
            made.vendors.moysklad("/settings", {"quotas": False})
            made.vendors.google("/settings", {"quotas": False})
            yield made
            running.supervisor.check()
    finally:
        collector.close()
