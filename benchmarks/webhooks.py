"""`python -m benchmarks.webhooks`: how fast deliveries are taken in, that none of them is lost, and what follows.

Four measurements: deliveries at a steady rate for a minute; the same while PostgreSQL is killed and started again,
after which every delivery that was answered with 204 has to be in the table; a thousand deliveries to one company,
after which one run has to have been booked; edits in an emulated MoySklad until their cells show at an emulated Google,
both as slow as the real ones. PostgreSQL writes to disk as it would at home. Prints a table and writes
build/webhooks.json; fails when a delivery was lost or more than one run was booked.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from rich.console import Console
from rich.table import Table

from application.digests import digest
from benchmarks.api import ApiProcesses
from benchmarks.limits import UNCOUNTED
from benchmarks.load import Report, milliseconds
from benchmarks.webhooks_load import Plan
from devstack.people import Administrator, Vendors
from devstack.postgres import find_binaries, unprivileged, with_connection
from devstack.processes import orderly_exit
from devstack.stack import stack

OUTPUT = Path("build/webhooks.json")
RATE, SECONDS, CONNECTIONS, COMPANIES = 1_500.0, 60.0, 96, 200
EDITS = 25
MOYSKLAD_LATENCY, GOOGLE_LATENCY = 0.25, 1.1
"""Seconds that MoySklad takes for one answer, and Google for one write."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where one company's deliveries go."""

    company: UUID
    account: UUID
    path: str


class Intake(ApiProcesses):
    """API processes, and companies with addresses."""

    def __init__(self, resources: ExitStack, processes: int) -> None:
        super().__init__(resources, processes)
        self.addresses = with_connection(self.owner, _companies)

    def load(self, rate: float, seconds: float, *, killing: bool = False) -> tuple[Report, float]:
        """Carries a load out; answers its report, and the CPU seconds of the API meanwhile."""
        plan = Plan(
            ports=self.ports,
            paths=[one.path for one in self.addresses],
            accounts=[one.account for one in self.addresses],
            rate=rate,
            seconds=seconds,
            connections=CONNECTIONS,
            report=self.report_file(),
        )
        before = self.cpu()
        generator = self.begin("benchmarks.webhooks_load", plan)
        if killing:
            time.sleep(seconds / 2)
            restart_postgres(self.owner)
        return self.end(generator, plan), self.cpu() - before

    def lost(self, report: Report) -> int:
        """How many deliveries were answered with 204 and are not in the table."""

        async def stored(connection: asyncpg.Connection) -> set[UUID]:
            found = await connection.fetch(
                "SELECT request_key FROM webhook_deliveries WHERE request_key = ANY($1::uuid[])", report.taken
            )
            return {UUID(str(row["request_key"])) for row in found}

        return len(set(report.taken) - with_connection(self.owner, stored))


def restart_postgres(url: str) -> None:
    """Kills the server's processes without a word, as a crash does, and starts it again with its own command line."""

    async def where(connection: asyncpg.Connection) -> str:
        return str(await connection.fetchval("SHOW data_directory"))

    cluster = Path(with_connection(url, where))
    pid = int((cluster / "postmaster.pid").read_text().splitlines()[0])
    identity = unprivileged()
    who: dict[str, Any] = {} if identity is None else {"user": identity.uid, "group": identity.gid, "extra_groups": []}
    os.kill(pid, signal.SIGQUIT)
    deadline = time.monotonic() + 20
    while (cluster / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    binaries = _binaries(cluster)
    options = (cluster / "postmaster.opts").read_text().split('"')[1::2]
    command = [str(binaries / "pg_ctl"), "-D", str(cluster), "-w", "-t", "30", "-l", os.devnull]
    subprocess.run(
        [*command, "-o", " ".join(options[2:]), "start"], cwd=cluster, check=True, capture_output=True, **who
    )


def stop_postgres(cluster: Path) -> None:
    """Stops a server that was started by `restart_postgres`, which nobody else watches."""
    file = cluster / "postmaster.pid"
    if file.exists():
        os.kill(int(file.read_text().splitlines()[0]), signal.SIGINT)


def _binaries(cluster: Path) -> Path:
    """Those that the server was started from, which may be a copy that its user can read."""
    program = Path((cluster / "postmaster.opts").read_text().split()[0])
    return program.parent if program.is_absolute() else find_binaries()


async def _companies(connection: asyncpg.Connection) -> list[Address]:
    made = []
    for number in range(COMPANIES):
        token = os.urandom(32).hex()
        company, account = uuid4(), uuid4()
        await connection.execute(
            "INSERT INTO companies (id, account_id, account_name, status, time_zone, created_at)"
            " VALUES ($1, $2, $3, 'active', 'Europe/Moscow', now())",
            company,
            account,
            f"shop{number}",
        )
        await connection.execute(
            "INSERT INTO webhook_endpoints (company_id, token_digest, token_key_id, token_nonce, token_ciphertext,"
            " made_at) VALUES ($1, $2, 'k1', ''::bytea, ''::bytea, now())",
            company,
            digest(token),
        )
        made.append(Address(company, account, f"/webhooks/moysklad/{token}"))
    return made


def figures(report: Report, seconds: float, cpu: float) -> dict[str, Any]:
    """What a load has come to."""
    found = sorted(report.latencies) or [0.0]
    taken = report.statuses.get(204, 0)

    return {
        "taken": taken,
        "per_second": round(taken / seconds),
        "other_answers": {str(status): count for status, count in report.statuses.items() if status != 204},
        "ms": milliseconds(found),
        "api_cpu_us": round(cpu / max(taken, 1) * 1e6),
        "load_cpu_seconds": round(report.cpu_seconds, 1),
    }


def measure_intake(processes: int, rate: float, seconds: float) -> dict[str, Any]:
    """A steady load, and one during which PostgreSQL dies."""
    with ExitStack() as resources:
        resources.enter_context(orderly_exit())
        intake = Intake(resources, processes)
        intake.load(rate / 3, 5)
        report, cpu = intake.load(rate, seconds)
        steady = {**figures(report, seconds, cpu), "lost": intake.lost(report)}

        async def where(connection: asyncpg.Connection) -> str:
            return str(await connection.fetchval("SHOW data_directory"))

        resources.callback(stop_postgres, Path(with_connection(intake.owner, where)))
        killed_report, cpu = intake.load(rate / 2, seconds / 2, killing=True)
        killed = {**figures(killed_report, seconds / 2, cpu), "lost": intake.lost(killed_report)}
    return {"processes": processes, "rate": rate, "seconds": seconds, "steady": steady, "postgres_killed": killed}


@contextmanager
def _followed(orders: int) -> Iterator[tuple[Vendors, Administrator, dict[str, Any]]]:
    with stack(workers=1, extra=UNCOUNTED) as running:
        vendors = Vendors(running)
        somebody = Administrator(running, vendors, "romashka")
        somebody.install()
        somebody.sign_in()
        somebody.connect_google()
        seed = {"orders": orders, "counterparties": 20, "products": 5, "positionsPerOrder": 1, "seed": 3}
        vendors.moysklad(f"/accounts/{somebody.account_id}/seed", seed)
        columns = [{"id": one} for one in ("id", "name", "updated", "description", "sum")]
        new = {"name": "Заказы", "exporter": "customerorder", "columns": columns, "onChange": True}
        config = somebody.create_export(new)
        somebody.run(config["id"])
        deadline = time.monotonic() + 30
        while len(vendors.moysklad(f"/accounts/{somebody.account_id}/webhooks")["webhooks"]) < 3:
            if time.monotonic() > deadline:
                raise SystemExit("the webhooks were not registered within 30 s")
            time.sleep(0.1)
        yield vendors, somebody, config


def measure_following() -> dict[str, Any]:
    """A thousand events to one company, and single edits until they show in their cells."""
    with _followed(1_000) as (vendors, somebody, config):
        vendors.moysklad("/settings", {"latencySeconds": MOYSKLAD_LATENCY})
        vendors.google("/settings", {"writeLatencySeconds": GOOGLE_LATENCY})
        account = f"/accounts/{somebody.account_id}"
        before = len(_runs(somebody, config))
        for number in range(10):
            vendors.moysklad(f"{account}/touch", {"type": "customerorder", "count": 100, "seed": number})
        _settle(vendors, account, somebody, config)
        runs = len(_runs(somebody, config)) - before
        events = sum(one["events"] for one in vendors.moysklad(f"{account}/webhooks?last=2000")["log"])
        delays = [_edit(vendors, account, somebody, config, number) for number in range(EDITS)]
    ordered = sorted(delays)
    return {
        "events": events,
        "runs": runs,
        "edits": EDITS,
        "seconds": {
            "median": round(statistics.median(ordered), 2),
            "p95": round(ordered[min(EDITS - 1, int(EDITS * 0.95))], 2),
            "max": round(ordered[-1], 2),
        },
    }


def _runs(somebody: Administrator, config: dict[str, Any]) -> list[dict[str, Any]]:
    path = f"/api/v1/export-configs/{config['id']}/tasks?limit=100"
    found: list[dict[str, Any]] = somebody.call("GET", path)["items"]
    return found


def _settle(vendors: Vendors, account: str, somebody: Administrator, config: dict[str, Any]) -> None:
    quiet_since = time.monotonic()
    seen = -1
    while time.monotonic() - quiet_since < 6:
        runs = _runs(somebody, config)
        waiting = vendors.moysklad(f"{account}/webhooks?last=0")["waiting"]
        busy = waiting or any(run["state"] not in {"finished", "failed", "cancelled"} for run in runs)
        if busy or len(runs) != seen:
            seen, quiet_since = len(runs), time.monotonic()
        time.sleep(0.2)


def _edit(vendors: Vendors, account: str, somebody: Administrator, config: dict[str, Any], number: int) -> float:
    """Seconds from an edit to its cell."""
    began = time.monotonic()
    body = {"type": "customerorder", "count": 1, "seed": 1000 + number}
    (changed,) = vendors.moysklad(f"{account}/touch", body)["ids"]
    orders = vendors.moysklad(f"{account}/objects/customerorder")
    wanted = next(one["description"] for one in orders if one["id"] == changed)
    target = somebody.config(config["id"])["target"]
    while time.monotonic() - began < 120:
        rows = vendors.sheet(target["spreadsheetId"], target["sheetId"])["values"]
        if any(row[0] == changed and row[3] == wanted for row in rows[1:]):
            return time.monotonic() - began
        time.sleep(0.1)
    raise SystemExit("an edit did not reach its cell within two minutes")


def main() -> None:
    """Measures and tells."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.webhooks")
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--only", choices=["intake", "following"])
    given = parser.parse_args()
    told: dict[str, Any] = {}
    if given.only != "following":
        told["intake"] = measure_intake(given.processes, given.rate, given.seconds)
    if given.only != "intake":
        told["following"] = measure_following()
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(told, indent=2))
    console, table = Console(), Table("what", "figures")
    for part, values in told.items():
        for name, value in values.items():
            table.add_row(f"{part}: {name}", json.dumps(value))
    console.print(table)
    lost = sum(told["intake"][one]["lost"] for one in ("steady", "postgres_killed")) if "intake" in told else 0
    more = "following" in told and told["following"]["runs"] > 1
    if lost or more:
        sys.exit(f"lost: {lost}; runs: {told.get('following', {}).get('runs')}")


if __name__ == "__main__":
    main()
