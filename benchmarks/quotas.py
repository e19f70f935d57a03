"""`python -m benchmarks.quotas [--workers N] [--reserves N]`: how fast rows are set aside of a limit.

Workers of one company, which is the worst case, and then of as many companies as there are workers, set rows aside in
transactions as runs do, over an embedded PostgreSQL (or DATABASE_URL's). Prints a table, writes build/quotas.json, and
fails where the meter does not say what was set aside.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import uvloop
from rich.console import Console
from rich.table import Table

from adapters.postgres.engine import make_engine
from adapters.postgres.repositories.billing import SqlUsage
from adapters.postgres.transaction import SqlTransaction
from devstack.processes import ROOT, orderly_exit, python
from devstack.servers import servers, service_login
from domain.billing.usage import Hold
from domain.shared.identities import ClaimId, CompanyId, TaskId

OUTPUT = Path("build/quotas.json")
FLOOR = 1_000.0
_PERIOD = "2026-01"
_COMPANY = """
    INSERT INTO companies (id, account_id, account_name, status, time_zone, created_at)
    VALUES ($1, $1, 'Ромашка', 'active', 'Europe/Moscow', now())
"""


async def _companies(service_url: str, count: int) -> list[CompanyId]:
    connection = await asyncpg.connect(service_url, server_settings={"role": "skladsheets_app"})
    made = [CompanyId(uuid4()) for _ in range(count)]
    for company_id in made:
        async with connection.transaction():
            await connection.execute("SELECT set_config('app.company_id', $1, true)", str(company_id))
            await connection.execute(_COMPANY, company_id)
    await connection.close()
    return made


async def _measure(service_url: str, companies: Sequence[CompanyId], workers: int, reserves: int) -> dict[str, Any]:
    engine = make_engine(service_url)
    transaction, usage = SqlTransaction(engine), SqlUsage()
    seconds: list[float] = []

    async def work(company_id: CompanyId, share: int) -> None:
        task, claim = TaskId(uuid4()), ClaimId(uuid4())
        for number in range(share):
            began = time.perf_counter()
            async with transaction(company_id):
                await usage.reserve(Hold(company_id, task, claim, number, _PERIOD, 1), 10**9)
            seconds.append(time.perf_counter() - began)

    share = reserves // workers
    await asyncio.gather(*(work(company_id, 1) for company_id in companies))  # connections are made
    seconds.clear()
    began = time.perf_counter()
    await asyncio.gather(*(work(companies[number % len(companies)], share) for number in range(workers)))
    took = time.perf_counter() - began
    reserved = 0
    for company_id in companies:
        async with transaction(company_id):
            reserved += (await usage.meter(company_id, _PERIOD)).reserved
    await engine.dispose()
    return {
        "companies": len(companies),
        "a_second": round(len(seconds) / took),
        "median_ms": round(statistics.median(seconds) * 1000, 2),
        "p99_ms": round(statistics.quantiles(seconds, n=100)[98] * 1000, 2),
        "right": reserved == share * workers + len(companies),
    }


async def _both(service_url: str, workers: int, reserves: int) -> list[dict[str, Any]]:
    return [
        await _measure(service_url, await _companies(service_url, count), workers, reserves) for count in (1, workers)
    ]


def main() -> int:
    """Measures; fails where the sums are wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quotas", description=__doc__)
    parser.add_argument("--workers", type=int, default=64)
    parser.add_argument("--reserves", type=int, default=12_800, help="how many, of all workers together")
    arguments = parser.parse_args()
    with orderly_exit(), servers() as running:
        environment = {**os.environ, "MIGRATION_DATABASE_URL": running.database_url}
        subprocess.run([*python("entrypoints.cli.main"), "migrate"], cwd=ROOT, env=environment, check=True)
        measured = uvloop.run(_both(service_login(running.database_url), arguments.workers, arguments.reserves))
    what = f"{arguments.workers} workers, {arguments.reserves:,} reserves"
    table = Table(title=what, caption=f"{platform.machine()}, {os.cpu_count()} cores; floor {FLOOR:,.0f} a second")
    for heading in ("companies", "reserves a second", "median", "p99"):
        table.add_column(heading, justify="right")
    for one in measured:
        figures = (f"{one['a_second']:,}", f"{one['median_ms']} ms", f"{one['p99_ms']} ms")
        table.add_row(str(one["companies"]), *figures)
    Console(width=100).print(table)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps({"what": what, "measured": measured}, indent=2))
    return 0 if all(one["right"] for one in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
