"""`python -m benchmarks.scheduling [--configs N] [--due N] [--ticks N]`: how long a scheduler takes to look.

A process composed as the service's own scheduler books exports of a database that has a hundred thousand, over an
embedded PostgreSQL. Prints a table, writes build/scheduling.json, and fails where a tick booked anything else than what
had come due.
"""

import argparse
import asyncio
import base64
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.scheduling_tick import Plan
from devstack.processes import ROOT, base_environment, orderly_exit, python
from devstack.servers import Servers, servers, service_login

OUTPUT = Path("build/scheduling.json")
FLOORS = {"seconds": 1.0, "peak_mb": 100.0}
PER_COMPANY = 100
_COLUMNS = json.dumps([{"id": f"column-{number}", "title": f"Столбец {number}"} for number in range(20)])
_CONDITIONS = json.dumps([{"filter_id": "moment", "operator": "within", "value": "last_30_days"}] * 2)
_SEED = f"""
    WITH company AS (
        INSERT INTO companies (id, account_id, account_name, status, time_zone, created_at)
        VALUES ($1, $1, 'Ромашка', 'active', 'Europe/Moscow', now()) RETURNING id
    ), moysklad AS (
        INSERT INTO moysklad_connections (company_id, state) SELECT id, 'active' FROM company
    ), google AS (
        INSERT INTO google_connections (company_id, subject, email, refresh_key_id, refresh_nonce, refresh_ciphertext,
            access_key_id, access_nonce, access_ciphertext, access_expires_at, scopes, state, client_id)
        SELECT id, 'subject', 'email', 'k', '', '', 'k', '', '', now(), '{{}}', 'active', 'client' FROM company
    )
    INSERT INTO export_configs (id, company_id, name, exporter_key, columns, conditions, strategy, spreadsheet_id,
        title, tab, sheet_id, cron, time_zone, next_due_at, next_nominal_at, spread_seconds, created_at)
    SELECT config, company.id, 'Заказы', 'customerorder', '{_COLUMNS}', '{_CONDITIONS}', 'upsert', config::text,
        'Заказы', 'Заказы', 0, '30 9 * * *', 'Europe/Moscow', now() + interval '1 day', now() + interval '1 day', 300,
        now()
    FROM company, unnest($2::uuid[]) AS config
"""  # noqa: S608 - two constants of this file


async def _seed(service_url: str, configs: int) -> list[UUID]:
    """Companies with a hundred exports each, as row-level security lets each of them in; all are due tomorrow."""
    made: list[UUID] = []
    connection = await asyncpg.connect(service_url, server_settings={"role": "skladsheets_app"})
    for _ in range(0, configs, PER_COMPANY):
        company, own = uuid4(), [uuid4() for _ in range(min(PER_COMPANY, configs - len(made)))]
        async with connection.transaction():
            await connection.execute("SELECT set_config('app.company_id', $1, true)", str(company))
            await connection.execute(_SEED, company, own)
        made += own
    await connection.close()
    return made


def _environment(running: Servers, service_url: str) -> dict[str, str]:
    """The service's settings; of what they say only the database is asked for anything."""
    return {
        "DATABASE_URL": service_url,
        "REDIS_URL": running.redis_url,
        "PUBLIC_URL": "http://127.0.0.1:9",
        "MOYSKLAD_APP_ID": str(uuid4()),
        "MOYSKLAD_APP_UID": "skladsheets.bench",
        "MOYSKLAD_SECRET_KEY": "none",
        "GOOGLE_CLIENT_ID": "none.apps.googleusercontent.com",
        "GOOGLE_CLIENT_SECRET": "none",
        "ENCRYPTION_KEYS": f"k1:{base64.b64encode(os.urandom(32)).decode()}",
        "SESSION_KEYS": f"s1:{base64.b64encode(os.urandom(32)).decode()}",
    }


def _run(running: Servers, service_url: str, plan: Plan, directory: Path) -> dict[str, Any]:
    written = directory / "plan.json"
    written.write_bytes(msgspec.json.encode(plan))
    environment = {**base_environment(), **_environment(running, service_url), "SCHEDULING_PLAN": str(written)}
    subprocess.run(python("benchmarks.scheduling_tick"), cwd=ROOT, env=environment, check=True)
    report: dict[str, Any] = json.loads(Path(plan.report).read_text())
    return report


def _migrate(running: Servers) -> None:
    environment = {**base_environment(), "MIGRATION_DATABASE_URL": running.database_url}
    subprocess.run(python("entrypoints.cli.main", "migrate"), cwd=ROOT, env=environment, check=True)


def measure(configs: int, due: int, ticks: int, console: Console) -> dict[str, Any]:
    """Times in seconds, medians and the longest; memory in MB."""
    with orderly_exit(), servers() as running, tempfile.TemporaryDirectory() as directory:
        _migrate(running)
        service_url = service_login(running.database_url)
        began = time.monotonic()
        ids = asyncio.run(_seed(service_url, configs))
        asyncio.run(_analyze(running.database_url))
        console.print(f"{configs:,} exports stored in {time.monotonic() - began:.0f} s", style="dim")
        step = max(1, configs // (due * ticks))
        chosen = ids[::step][: due * ticks]
        plan = Plan(ids=chosen, due=due, ticks=ticks, report=str(Path(directory) / "report.json"))
        report = _run(running, service_url, plan, Path(directory))
    return {
        "what": f"{configs} exports, {due} due at a tick, {ticks} ticks",
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}",
        "busy_median": round(statistics.median(report["busy"]), 3),
        "busy_max": round(max(report["busy"]), 3),
        "busy_cpu_median": round(statistics.median(report["cpu"]), 3),
        "idle_median": round(statistics.median(report["idle"]), 4),
        "idle_max": round(max(report["idle"]), 4),
        "rest_mb": report["rest_mb"],
        "peak_mb": report["peak_mb"],
        "right": report["right"],
    }


async def _analyze(owner_url: str) -> None:
    connection = await asyncpg.connect(owner_url)
    await connection.execute("ANALYZE")
    await connection.close()


def _print(console: Console, figures: dict[str, Any], due: int) -> None:
    table = Table(title=f"a scheduler's tick: {figures['what']}", caption=figures["machine"])
    for heading in ("", "median", "longest", "target"):
        table.add_column(heading, justify="right" if heading else "left")
    table.add_row(
        f"{due:,} due", f"{figures['busy_median']:.3f} s", f"{figures['busy_max']:.3f} s", f"< {FLOORS['seconds']:g} s"
    )
    table.add_row("of it the scheduler's CPU", f"{figures['busy_cpu_median']:.3f} s", "", "")
    table.add_row("nothing due", f"{figures['idle_median']:.4f} s", f"{figures['idle_max']:.4f} s", "")
    table.add_row("peak memory", f"{figures['peak_mb']:.0f} MB", "", f"< {FLOORS['peak_mb']:g} MB")
    table.add_row("of it before the first tick", f"{figures['rest_mb']:.0f} MB", "", "")
    console.print(table)


def main() -> int:
    """Measures; fails where a tick did not do what it should."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scheduling", description=__doc__)
    parser.add_argument("--configs", type=int, default=100_000, help="how many exports there are")
    parser.add_argument("--due", type=int, default=1_000, help="how many of them come due at each tick")
    parser.add_argument("--ticks", type=int, default=9)
    arguments = parser.parse_args()
    if arguments.due * arguments.ticks > arguments.configs:
        parser.error("each tick needs exports of its own: give more --configs, or fewer --due or --ticks")
    console = Console(width=120)
    figures = measure(arguments.configs, arguments.due, arguments.ticks, console)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(figures, indent=2))
    _print(console, figures, arguments.due)
    console.print(f"figures: {OUTPUT}", style="dim")
    return 0 if figures["right"] else 1


if __name__ == "__main__":
    sys.exit(main())
