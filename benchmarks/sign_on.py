"""`python -m benchmarks.sign_on [--times N]`: how long coming in takes, through real processes and emulated vendors.

One after another: sign-ins with a contextKey, exchanges of refresh tokens, requests with an access token and with an
API key. MoySklad's emulator answers at once; the real one's answer comes on top of a sign-in. Prints a table, writes
build/sign_on.json, and fails where a sign-in takes longer than 300 ms in 5 of a hundred.
"""

import argparse
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.limits import UNCOUNTED
from devstack.people import Administrator, Vendors
from devstack.stack import stack

OUTPUT = Path("build/sign_on.json")
MOST = 0.3
V1 = "/api/v1"


def _timed(times: int, act: Callable[[], httpx.Response], before: Callable[[], None] = lambda: None) -> list[float]:
    """Seconds of each; what comes `before` one is not counted."""
    taken = []
    for _ in range(times):
        before()
        began = time.perf_counter()
        act().raise_for_status()
        taken.append(time.perf_counter() - began)
    return sorted(taken)


def _measure(administrator: Administrator, times: int) -> dict[str, list[float]]:
    http, key, refresh = administrator.http, "", administrator.sign_in()["refreshToken"]

    def next_key() -> None:
        nonlocal key
        key = administrator.context_key()

    def exchange() -> httpx.Response:
        nonlocal refresh
        answer = http.post(f"{V1}/sessions/refresh", json={"refreshToken": refresh})
        refresh = answer.json()["refreshToken"]
        return answer

    secret = administrator.call("POST", f"{V1}/api-keys", {"name": "bench"})["secret"]
    machine = {"Authorization": f"Bearer {secret}"}
    return {
        "sign-in": _timed(times, lambda: http.post(f"{V1}/sessions", json={"contextKey": key}), next_key),
        "refresh": _timed(times, exchange),
        "request with an access token": _timed(times, lambda: http.get(f"{V1}/members")),
        "request with an API key": _timed(times, lambda: http.get(f"{V1}/members", headers=machine)),
    }


def _told(taken: list[float]) -> dict[str, Any]:
    return {
        "times": len(taken),
        "median_ms": round(statistics.median(taken) * 1000, 1),
        "p95_ms": round(taken[int(len(taken) * 0.95)] * 1000, 1),
        "max_ms": round(taken[-1] * 1000, 1),
    }


def main() -> int:
    """The exit code: 1 where a sign-in takes too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    times = parser.parse_args().times
    with stack(workers=0, extra=UNCOUNTED) as running:
        administrator = Administrator(running, Vendors(running), "sign-on")
        administrator.install()
        found = _measure(administrator, times)
    table = Table("", "times", "median, ms", "95 of 100, ms", "longest, ms")
    for name, taken in found.items():
        table.add_row(name, *map(str, _told(taken).values()))
    Console().print(table)
    OUTPUT.parent.mkdir(exist_ok=True)
    report = {"machine": platform.platform(), "figures": {name: _told(taken) for name, taken in found.items()}}
    OUTPUT.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    return int(found["sign-in"][int(times * 0.95)] > MOST)


if __name__ == "__main__":
    sys.exit(main())
