"""GET /metrics, on an address of its own that no proxy opens to the public."""

import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

from adapters.observability.metrics import Metrics

PATH = "/metrics"


class MetricsAddressTaken(RuntimeError):
    """METRICS_HOST and METRICS_PORT name an address that this process cannot listen on."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Scrapes come every few seconds and are worth no line."""


def serve_metrics(metrics: Metrics, host: str, port: int) -> Callable[[], None]:
    """Answers in threads of its own from now on; the callable ends it. Raises MetricsAddressTaken.

    Anything but GET /metrics is 404.
    """
    shown = make_wsgi_app(metrics.registry)

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH or environ.get("REQUEST_METHOD") != "GET":
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"GET /metrics\n"]
        answered: Iterable[bytes] = shown(environ, start)
        return answered

    try:
        server = make_server(host, port, answer, _Server, _Silent)
    except OSError as taken:
        raise MetricsAddressTaken(
            f"Metrics cannot be served on {host}:{port} ({taken.strerror}). Give each process on this machine another "
            "METRICS_PORT, or 0 for none."
        ) from taken
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()

    def end() -> None:
        server.shutdown()
        server.server_close()

    return end
