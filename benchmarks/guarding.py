"""`python -m benchmarks.guarding [--requests N]`: what it costs to count requests, and to keep the answers of a few.

Two APIs beside each other over the same servers, one that counts and one that does not, are asked in turn, so that
whatever else the machine does meets both. Prints medians, and fails where counting takes longer than the request.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from uuid import uuid4

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks.limits import PLENTY, UNCOUNTED
from devstack.people import Administrator, Vendors
from devstack.processes import Process, free_port, python
from devstack.stack import PROGRAM, stack

V1 = "/api/v1"


def _seconds(ask: Callable[[], httpx.Response]) -> float:
    began = time.perf_counter()
    ask().raise_for_status()
    return time.perf_counter() - began


def _in_turn(requests: int, *asks: Callable[[], httpx.Response]) -> list[float]:
    taken = [[_seconds(ask) for ask in asks] for _ in range(requests)]
    return [statistics.median(one) for one in zip(*taken[requests // 10 :], strict=True)]


def main() -> int:
    """Measures, prints and judges."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--requests", type=int, default=500)
    requests: int = reading.parse_args().requests
    with stack(workers=0, extra=PLENTY) as running:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        environment = {**running.environment, **UNCOUNTED}
        arguments = python(PROGRAM, "api", "--port", str(port))
        running.supervisor.start(Process("uncounted", arguments, environment, ready=f"{url}/ready"))
        somebody = Administrator(running, Vendors(running), "guarding")
        somebody.install()
        somebody.sign_in()
        headers = {"Authorization": somebody.http.headers["Authorization"]}
        with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=60) as plain:
            counted = somebody.http
            reads = _in_turn(requests, lambda: plain.get(f"{V1}/members"), lambda: counted.get(f"{V1}/members"))

            def write(keyed: bool) -> httpx.Response:
                more = {"Idempotency-Key": str(uuid4())} if keyed else {}
                return plain.post(f"{V1}/links", json={"name": "x"}, headers=more)

            writes = _in_turn(requests, lambda: write(keyed=False), lambda: write(keyed=True))
    table = Table("what", "without, ms", "with, ms", "costs, ms")
    for what, (before, after) in (("counting a GET, twice", reads), ("a kept answer of a POST", writes)):
        table.add_row(what, *(f"{1000 * one:.2f}" for one in (before, after, after - before)))
    Console().print(table)
    return int(reads[1] > 2 * reads[0])


if __name__ == "__main__":
    sys.exit(main())
