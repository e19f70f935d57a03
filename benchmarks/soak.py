"""`python -m benchmarks.soak [--minutes N]`: four worker processes spend MoySklad's budget together, to the brim.

The emulator enforces the documented limits and counts by itself; its count is the one that is told. Prints a table,
writes build/soak.json, and fails when a single request was refused.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
from rich.console import Console
from rich.table import Table

from adapters.redis.budgets import RedisBudgets
from adapters.redis.connection import connect
from application.connections.limits import VendorLimits
from application.connections.ports import Heard, Urgency
from benchmarks.soak_worker import Plan
from devstack.guardian import Guardian
from devstack.processes import Process, Supervisor, free_port, orderly_exit, python
from devstack.valkey import embedded_valkey

OUTPUT = Path("build/soak.json")
UNITS_PER_SECOND = 45 / 3
ROWS = 2_000
SIDE_MINUTES = 3.0
TURNS = 2_000


@dataclass(frozen=True, slots=True)
class Scenario:
    """Who reads. `visits` is how often in a second a person asks for something meanwhile; `latency` is how many seconds
    MoySklad takes for each answer.
    """

    name: str
    seconds: float
    accounts: int = 1
    workers: int = 4
    readers: int = 3
    visits: float = 0.0
    latency: float = 0.0


class Soak:
    """Servers, the emulator with seeded accounts, and workers for each scenario."""

    def __init__(self, resources: ExitStack) -> None:
        self._directory = Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="skladsheets-soak-")))
        guardian = Guardian()
        resources.callback(guardian.close)
        self.redis_url = resources.enter_context(embedded_valkey(self._directory, guardian, durable=False))
        self._supervisor = resources.enter_context(Supervisor(self._directory / "logs"))
        port = free_port()
        self._url = f"http://127.0.0.1:{port}"
        emulator = Process("emulator", python("emulators", "--moysklad", str(port)), ready=f"{self._url}/_control")
        self._supervisor.start(emulator)
        self._http = resources.enter_context(httpx.Client(trust_env=False, timeout=120))
        self._runs = 0

    def account(self, name: str) -> tuple[str, UUID]:
        """A new account with orders, and the token of a published app in it."""
        account = self._post("/accounts", name=name)["accountId"]
        app = self._post("/apps", endpointBase="http://127.0.0.1:9")["appId"]
        token = self._post(f"/accounts/{account}/tokens", kind="app", appId=app)["token"]
        self._post(f"/accounts/{account}/seed", orders=ROWS, counterparties=200, seed=1)
        return token, UUID(account)

    def run(self, scenario: Scenario) -> dict[str, Any]:
        """One scenario from beginning to end; the vendor's count and the workers' waits."""
        keys = [self.account(f"soak{self._runs}x{number}") for number in range(scenario.accounts)]
        self._post("/settings", latencySeconds=scenario.latency)
        self._http.delete(f"{self._url}/_control/limits").raise_for_status()
        began = time.monotonic()
        reports = self._work(scenario, keys)
        seconds = min(scenario.seconds, time.monotonic() - began)
        counted = self._http.get(f"{self._url}/_control/limits").json()
        return _figures(scenario, seconds, counted, reports)

    def _work(self, scenario: Scenario, keys: list[tuple[str, UUID]]) -> list[dict[str, Any]]:
        names, files = [], []
        for number in range(scenario.workers):
            self._runs += 1
            names.append(f"worker-{self._runs}")
            files.append(self._directory / f"{names[-1]}.json")
            plan = Plan(
                api_url=f"{self._url}/api/remap/1.2",
                redis_url=self.redis_url,
                seconds=scenario.seconds,
                keys=keys,
                urgency=Urgency.BACKFILL,
                readers=scenario.readers,
                visits=scenario.visits if number == 0 else 0.0,
                rows=ROWS,
                report=str(files[-1]),
            )
            environment = {"SOAK_PLAN": msgspec.json.encode(plan).decode()}
            self._supervisor.start(Process(names[-1], python("benchmarks.soak_worker"), environment))
        while any(self._supervisor.running(name) for name in names):
            time.sleep(0.2)
        missing = [name for name, file in zip(names, files, strict=True) if not file.exists()]
        if missing:
            raise SystemExit("\n".join(f"{name} died:\n{self._supervisor.tail(name)}" for name in missing))
        return [json.loads(file.read_text()) for file in files]

    def _post(self, path: str, **body: Any) -> Any:
        answer = self._http.post(f"{self._url}/_control{path}", json=body)
        answer.raise_for_status()
        return answer.json()


def _figures(
    scenario: Scenario, seconds: float, counted: dict[str, Any], reports: list[dict[str, Any]]
) -> dict[str, Any]:
    waits: dict[str, list[float]] = {}
    errors: dict[str, int] = {}
    for report in reports:
        for urgency, found in report["waits"].items():
            waits.setdefault(urgency, []).extend(found)
        for error, count in report["errors"].items():
            errors[error] = errors.get(error, 0) + count
    credentials = [one for one in counted["credentials"] if one["requests"]]
    return {
        "seconds": round(seconds, 1),
        "workers": scenario.workers,
        "accounts": scenario.accounts,
        "requests": counted["requests"],
        "units": counted["units"],
        "share": round(counted["units"] / seconds / UNITS_PER_SECOND / scenario.accounts, 4),
        "fullest_window": max(one["peakUnits"] for one in credentials),
        "most_parallel": max(one["peakParallel"] for one in credentials),
        "refused_1049": counted["windowRefusals"],
        "refused_1073": counted["parallelRefusals"],
        "worn_connections": counted["wornConnections"],
        "errors": errors,
        "wait_ms": {urgency: _quantiles(found) for urgency, found in sorted(waits.items())},
        "worker_cpu_ms_per_request": round(
            sum(report["cpu"] for report in reports) / max(1, counted["requests"]) * 1000, 2
        ),
    }


def _quantiles(seconds: list[float]) -> dict[str, float]:
    if len(seconds) < 2:
        return {"p50": 0.0, "p95": 0.0, "count": len(seconds)}
    cuts = statistics.quantiles(seconds, n=20)
    return {"p50": round(cuts[9] * 1000, 1), "p95": round(cuts[18] * 1000, 1), "count": len(seconds)}


async def _cost(redis_url: str) -> dict[str, float]:
    """What a turn costs that need not be waited for: milliseconds until it is had, and of CPU in all."""
    redis = connect(redis_url)
    budgets = RedisBudgets(redis, VendorLimits(), prefix="cost:")
    waits, cpu = [], time.process_time()
    for number in range(TURNS):
        began = time.perf_counter()
        async with budgets.turn(f"cost{number % 100}", "cost", 1, Urgency.ROUTINE) as turn:
            waits.append(time.perf_counter() - began)
            turn.heed(Heard(limit=45, remaining=45))
        await budgets.close()
    spent = time.process_time() - cpu
    await redis.aclose()
    return {"turn_ms": round(statistics.median(waits) * 1000, 3), "turn_cpu_ms": round(spent / TURNS * 1000, 3)}


def _print(console: Console, runs: dict[str, dict[str, Any]], cost: dict[str, float]) -> None:
    table = Table(title="MoySklad's budget, spent together", caption=_machine())
    table.add_column("scenario")
    headings = ("minutes", "requests", "share", "fullest window", "parallel", "1049", "1073", "wait p50 / p95, ms")
    for heading in headings:
        table.add_column(heading, justify="right")
    for name, run in runs.items():
        waits = "\n".join(f"{urgency} {one['p50']} / {one['p95']}" for urgency, one in run["wait_ms"].items())
        table.add_row(
            name,
            f"{run['seconds'] / 60:.1f}",
            f"{run['requests']:,}",
            f"{run['share']:.1%}",
            f"{run['fullest_window']} of 45",
            f"{run['most_parallel']} of 5",
            str(run["refused_1049"]),
            str(run["refused_1073"]),
            waits.lower(),
        )
    console.print(table)
    console.print(
        f"a free turn: {cost['turn_ms']} ms to get, {cost['turn_cpu_ms']} ms of CPU; figures: {OUTPUT}",
        highlight=False,
        style="dim",
    )


def _machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}"


def main() -> int:
    """Measures; fails when a request was refused or failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long the main scenario takes")
    parser.add_argument("--workers", type=int, default=4)
    arguments = parser.parse_args()
    long, short = arguments.minutes * 60, min(arguments.minutes, SIDE_MINUTES) * 60
    scenarios = (
        Scenario("one account", long, workers=arguments.workers),
        Scenario("two accounts", short, accounts=2, workers=arguments.workers),
        Scenario("backfill and a person", short, workers=arguments.workers, visits=1.0),
        Scenario("slow answers, and a person", short, workers=arguments.workers, visits=1.0, latency=0.25),
    )
    console = Console(width=140)
    runs: dict[str, dict[str, Any]] = {}
    with orderly_exit(), ExitStack() as resources:
        soak = Soak(resources)
        cost = asyncio.run(_cost(soak.redis_url))
        for scenario in scenarios:
            console.print(f"{scenario.name}: {scenario.seconds / 60:g} minutes …", style="dim")
            runs[scenario.name] = soak.run(scenario)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps({"machine": _machine(), "free_turn": cost, "scenarios": runs}, indent=2))
    _print(console, runs, cost)
    bad = [name for name, run in runs.items() if run["refused_1049"] or run["refused_1073"] or run["errors"]]
    for name in bad:
        told = {key: runs[name][key] for key in ("refused_1049", "refused_1073", "errors")}
        console.print(f"[red]✗ {name}: {told}[/red]", highlight=False)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
