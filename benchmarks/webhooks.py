"""`python -m benchmarks.webhooks`: how fast deliveries are taken in, that none of them is lost, and what follows.

Four measurements: deliveries at a steady rate for a minute; the same while PostgreSQL is killed and started again,
after which every delivery that was answered with 204 has to be in the table; a thousand deliveries to one company,
after which one run has to have been booked; edits in an emulated MoySklad until their cells show at an emulated Google,
both as slow as the real ones. PostgreSQL writes to disk as it would at home. Prints a table and writes
build/webhooks.json; fails when a delivery was lost or more than one run was booked.
"""

import argparse
import base64
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
from rich.console import Console
from rich.table import Table

from application.digests import digest
from benchmarks.limits import UNCOUNTED
from benchmarks.webhooks_load import Plan, Report
from devstack.people import Administrator, Vendors
from devstack.postgres import find_binaries, service_login, unprivileged, with_connection
from devstack.processes import Process, Supervisor, base_environment, free_port, orderly_exit, python
from devstack.servers import servers
from devstack.stack import PROGRAM, stack

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


class Intake:
    """PostgreSQL, API processes, and companies with addresses."""

    def __init__(self, resources: ExitStack, processes: int) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="skladsheets-webhooks-", dir="/var/tmp"))
        resources.callback(shutil.rmtree, self._directory, ignore_errors=True)
        self._directory.chmod(0o755)
        running = resources.enter_context(servers(self._directory / "servers", environment={}))
        self.owner = running.database_url
        self.supervisor = resources.enter_context(Supervisor(self._directory / "logs"))
        subprocess.run(
            python(PROGRAM, "migrate"),
            env={**base_environment(), "MIGRATION_DATABASE_URL": self.owner},
            check=True,
            capture_output=True,
        )
        environment = _settings(service_login(self.owner), running.redis_url)
        self.ports = [free_port() for _ in range(processes)]
        self.supervisor.start(
            *(
                Process(
                    f"api-{port}",
                    python(PROGRAM, "api", "--port", str(port)),
                    environment,
                    ready=f"http://127.0.0.1:{port}/ready",
                )
                for port in self.ports
            )
        )
        self.addresses = with_connection(self.owner, _companies)

    def load(self, rate: float, seconds: float, *, killing: bool = False) -> tuple[Report, float]:
        """Carries a load out; answers its report, and the CPU seconds of the API meanwhile."""
        file = self._directory / f"report-{uuid4()}.json"
        plan = Plan(
            ports=self.ports,
            paths=[one.path for one in self.addresses],
            accounts=[one.account for one in self.addresses],
            rate=rate,
            seconds=seconds,
            connections=CONNECTIONS,
            report=str(file),
        )
        environment = {**base_environment(), "WEBHOOKS_PLAN": msgspec.json.encode(plan).decode()}
        before = self._cpu()
        generator = subprocess.Popen(python("benchmarks.webhooks_load"), env=environment)
        if killing:
            time.sleep(seconds / 2)
            restart_postgres(self.owner)
        if generator.wait(seconds + 60) != 0:
            raise SystemExit("the load generator failed")
        return msgspec.json.decode(file.read_bytes(), type=Report), self._cpu() - before

    def lost(self, report: Report) -> int:
        """How many deliveries were answered with 204 and are not in the table."""

        async def stored(connection: asyncpg.Connection) -> set[UUID]:
            found = await connection.fetch(
                "SELECT request_key FROM webhook_deliveries WHERE request_key = ANY($1::uuid[])", report.taken
            )
            return {UUID(str(row["request_key"])) for row in found}

        return len(set(report.taken) - with_connection(self.owner, stored))

    def _cpu(self) -> float:
        ticks = os.sysconf("SC_CLK_TCK")
        total = 0.0
        for port in self.ports:
            fields = Path(f"/proc/{self.supervisor.pid(f'api-{port}')}/stat").read_text().rsplit(")", 1)[1].split()
            total += (int(fields[11]) + int(fields[12])) / ticks
        return total


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


def _settings(database_url: str, redis_url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "PUBLIC_URL": "https://hooks.example",
        "MOYSKLAD_APP_ID": str(uuid4()),
        "MOYSKLAD_APP_UID": "skladsheets.bench",
        "MOYSKLAD_SECRET_KEY": "none",
        "GOOGLE_CLIENT_ID": "none",
        "GOOGLE_CLIENT_SECRET": "none",
        "ENCRYPTION_KEYS": f"k1:{base64.b64encode(os.urandom(32)).decode()}",
        "SESSION_KEYS": f"s1:{base64.b64encode(os.urandom(32)).decode()}",
        "LOG_LEVEL": "WARNING",
    }


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

    def share(part: float) -> float:
        return round(found[min(len(found) - 1, int(len(found) * part))], 1)

    return {
        "taken": taken,
        "per_second": round(taken / seconds),
        "other_answers": {str(status): count for status, count in report.statuses.items() if status != 204},
        "ms": {"p50": share(0.5), "p90": share(0.9), "p99": share(0.99), "p99.9": share(0.999), "max": share(1)},
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
