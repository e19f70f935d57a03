"""`python -m benchmarks.history [--tasks N]`: lists, single runs and the sweep of old ones over millions of runs.

PostgreSQL is a built-in one, or the one that DATABASE_URL and REDIS_URL name. Exits with 1 where a query looks at the
table without an index.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.table import Table
from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from adapters.postgres.engine import make_engine
from adapters.postgres.repositories.tasks import SqlExportTasks
from adapters.postgres.transaction import SqlSystemTransaction, SqlTransaction, connection
from adapters.postgres.views.exports import SqlExportViews
from application.delivery.commands.purge_expired import TASKS_AT_ONCE
from devstack.processes import ROOT, base_environment, orderly_exit, python
from devstack.servers import postgres, service_login
from domain.shared.identities import CompanyId, ConfigId, TaskId

COMPANIES = 1000
EXPORTS = 10
"""Of each company."""

DAYS = 120
"""Over which the runs are spread, the newest just now; ninety of them are kept."""

KEPT = timedelta(days=90)
ASKED = 300
PAGE = 51
"""What a page of fifty asks for, to know whether another follows."""

_NEWEST = datetime(2026, 6, 1, tzinfo=UTC)
_REBUILT = (
    "ix_export_tasks_of_config", "ix_export_tasks_ended_at",
    "uq_export_tasks_one_per_config", "uq_export_tasks_one_writer",
    "ix_export_tasks_claimed", "ix_export_tasks_dispatched", "ix_export_tasks_waiting",
)  # fmt: skip

_FILL = """
    WITH made AS (
        SELECT i, CAST(:newest AS timestamptz) - (:tasks - i) * CAST(:step AS interval) AS booked, md5(i::text) AS lot
        FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS i
    )
    INSERT INTO export_tasks (
        id, company_id, config_id, mode, trigger, write_lock, booked_at, sent_at, state, failures, crashes, counts,
        error, started_at, ended_at, timeline
    )
    SELECT
        (lpad(to_hex((extract(epoch FROM booked) * 1000)::bigint), 12, '0') || '7' || substr(lot, 1, 3) || '8'
            || substr(lot, 4, 15))::uuid,
        companies.id, export_configs.id, 'incremental', 'schedule', 'lock', booked, booked,
        CASE WHEN i % 50 = 0 THEN 'failed' ELSE 'finished' END, 0, 0, CAST(:counts AS jsonb),
        CASE WHEN i % 50 = 0 THEN CAST(:error AS jsonb) END, booked, booked + interval '20 seconds',
        CAST(:timeline AS jsonb)
    FROM made
    JOIN bench_exports ON bench_exports.place = (i * 7919) % :exports
    JOIN export_configs ON export_configs.id = bench_exports.config_id
    JOIN companies ON companies.id = export_configs.company_id
"""
_COMPANIES_AND_EXPORTS = (
    """
    INSERT INTO companies (id, account_id, account_name, status, time_zone, created_at)
    SELECT gen_random_uuid(), gen_random_uuid(), 'company ' || i, 'active', 'Europe/Moscow', now()
    FROM generate_series(1, CAST(:companies AS int)) AS i
    """,
    """
    INSERT INTO export_configs (
        id, company_id, name, exporter_key, columns, conditions, strategy, title, tab, created_at
    )
    SELECT gen_random_uuid(), companies.id, 'export', 'customerorder', '[]', '[]', 'upsert', 'title', 'tab', now()
    FROM companies, generate_series(1, CAST(:exports AS int))
    """,
    """
    CREATE TABLE bench_exports AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS place, company_id, id AS config_id FROM export_configs
    """,
    "CREATE UNIQUE INDEX ON bench_exports (place)",
    "ANALYZE",
)
_COUNTS = {
    "total": 40, "read": 40, "unchanged": 30, "updated": 8, "appended": 2, "removed": 0, "bad": 0, "write_requests": 1,
    "units": 3, "window_units": 0, "source_rows": 0, "sheet_rows": 0, "repaired": 0,
}  # fmt: skip
_ERROR = {"code": "vendors.failed", "details": {"vendor": "google", "status": 503}}
_WORK = [1.204, 0.031, 0.874, 0.012, 1, 10, 3, 1, [["google", "user", 1, 0.4]]]
_TIMELINE = [["2026-01-01T00:00:00Z", "2026-01-01T00:00:20Z", "finished", None, None, 1, _WORK]], 0, None


@dataclass(slots=True)
class Found:
    """One kind of query: milliseconds of each, and the plan of the last."""

    name: str
    times: list[float] = field(default_factory=list)
    scans: set[str] = field(default_factory=set)
    buffers: int = 0

    def percentile(self, of_hundred: int) -> float:
        """Milliseconds."""
        return quantiles(self.times, n=100, method="inclusive")[of_hundred - 1]

    def figures(self) -> dict[str, Any]:
        """What is reported."""
        return {
            "queries": len(self.times),
            "p50_ms": round(self.percentile(50), 2),
            "p99_ms": round(self.percentile(99), 2),
            "scans": sorted(self.scans),
            "pages_touched": self.buffers,
        }

    @property
    def wrong(self) -> bool:
        """Whether the runs were looked through one by one."""
        return any(scan == "Seq Scan on export_tasks" for scan in self.scans) or not self.scans


class Watcher:
    """Remembers the last statement that the service's own code has sent, to have it explained."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.statement: tuple[str, Any] | None = None
        self.listening = True
        event.listen(engine.sync_engine, "before_cursor_execute", self._note)

    def _note(self, _: Any, __: Any, statement: str, parameters: Any, ___: Any, ____: Any) -> None:
        if self.listening and "export_tasks" in statement:
            self.statement = statement, parameters

    async def explain(self, found: Found) -> None:
        """In the transaction in which it was sent, so that row-level security is part of the plan."""
        if self.statement is None:
            return
        self.listening = False
        statement, parameters = self.statement
        answer = await connection().exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters)
        told = answer.scalar_one()
        plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
        found.buffers = plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0)
        found.scans |= set(_scans(plan))
        self.listening = True


def _scans(plan: dict[str, Any]) -> list[str]:
    own = []
    if plan.get("Relation Name") == "export_tasks" or "export_tasks" in plan.get("Index Name", ""):
        by = plan.get("Index Name")
        own.append(f"{plan['Node Type']} by {by}" if by else f"{plan['Node Type']} on {plan['Relation Name']}")
    return own + [scan for child in plan.get("Plans", ()) for scan in _scans(child)]


class History:
    """A database full of runs."""

    def __init__(self, owner: AsyncEngine, service: AsyncEngine, tasks: int, companies: int = COMPANIES) -> None:
        self._owner = owner
        self._transaction = SqlTransaction(service)
        self._system = SqlSystemTransaction(service)
        self._watcher = Watcher(service)
        self._views = SqlExportViews()
        self._tasks = tasks
        self._companies = companies
        self._chance = random.Random(1)
        self._exports: list[tuple[CompanyId, ConfigId]] = []

    async def fill(self, say: Callable[[str], None]) -> None:
        """Rows first, indexes afterwards, as nobody would do by hand."""
        async with self._owner.begin() as opened:
            for statement in _COMPANIES_AND_EXPORTS:
                await opened.execute(text(statement), {"companies": self._companies, "exports": EXPORTS})
            definitions = (
                await opened.execute(
                    text("SELECT indexdef FROM pg_indexes WHERE indexname = ANY(:names)"), {"names": list(_REBUILT)}
                )
            ).scalars()
            rebuild = list(definitions)
            for name in _REBUILT:
                await opened.execute(text(f"DROP INDEX {name}"))
            found = await opened.execute(text("SELECT company_id, config_id FROM bench_exports"))
            self._exports = [(CompanyId(row.company_id), ConfigId(row.config_id)) for row in found]
        step = timedelta(days=DAYS) / self._tasks
        for first in range(1, self._tasks + 1, 250_000):
            last = min(first + 249_999, self._tasks)
            async with self._owner.begin() as opened:
                await opened.execute(
                    text(_FILL),
                    {
                        "newest": _NEWEST,
                        "tasks": self._tasks,
                        "step": step,
                        "first": first,
                        "last": last,
                        "exports": len(self._exports),
                        "counts": _json(_COUNTS),
                        "error": _json(_ERROR),
                        "timeline": _json(_TIMELINE),
                    },
                )
            say(f"{last:,} runs")
        say("indexes …")
        async with self._owner.begin() as opened:
            for statement in rebuild:
                await opened.execute(text(statement))
        async with self._owner.connect() as opened:
            free = await opened.execution_options(isolation_level="AUTOCOMMIT")
            await free.execute(text("VACUUM (ANALYZE) export_tasks"))

    async def sizes(self) -> dict[str, int]:
        """Megabytes of the table and of each index."""
        query = """
            SELECT 'table' AS name, pg_table_size('export_tasks') AS size
            UNION ALL SELECT indexname, pg_relation_size(indexname::regclass) FROM pg_indexes
            WHERE tablename = 'export_tasks'
        """
        async with self._owner.connect() as opened:
            return {row.name: row.size // 1_000_000 for row in await opened.execute(text(query))}

    async def measure(self, asked: int = ASKED) -> list[Found]:
        """Each kind of question, of companies, exports and pages drawn by lot."""
        kinds = {
            "a company's runs, first page": lambda: self._list(whole=True, deep=False),
            "a company's runs, a later page": lambda: self._list(whole=True, deep=True),
            "an export's runs, first page": lambda: self._list(whole=False, deep=False),
            "an export's runs, a later page": lambda: self._list(whole=False, deep=True),
            "one run with its history": self._one,
        }
        return [await self._timed(name, ask, asked) for name, ask in kinds.items()]

    async def purge(self, most: int) -> tuple[Found, int]:
        """Batches of the sweep, as the service makes them; and how many runs went."""
        tasks, found, gone = SqlExportTasks(), Found(f"forgetting {TASKS_AT_ONCE:,} old runs"), 0
        for _ in range(most):
            began = time.perf_counter()
            async with self._system():
                went = await tasks.prune(_NEWEST - KEPT, TASKS_AT_ONCE)
            found.times.append((time.perf_counter() - began) * 1000)
            gone += went
            if went < TASKS_AT_ONCE:
                break
        async with self._system():
            await tasks.prune(_NEWEST - KEPT, TASKS_AT_ONCE)
            await self._watcher.explain(found)
        return found, gone

    async def _timed(self, name: str, ask: Callable[[], Any], asked: int) -> Found:
        found = Found(name)
        for number in range(asked):
            async with ask() as asking:
                began = time.perf_counter()
                await asking()
                found.times.append((time.perf_counter() - began) * 1000)
                if number == asked - 1:
                    await self._watcher.explain(found)
        return found

    @asynccontextmanager
    async def _list(self, *, whole: bool, deep: bool) -> Any:
        company, export = self._chance.choice(self._exports)
        before = TaskId(_id_at(_NEWEST - timedelta(days=self._chance.uniform(1, DAYS)))) if deep else None
        async with self._transaction(company):
            yield lambda: self._views.tasks(company, None if whole else export, before, PAGE)

    @asynccontextmanager
    async def _one(self) -> Any:
        company, export = self._chance.choice(self._exports)
        async with self._transaction(company):
            found = await self._views.tasks(company, export, None, PAGE)
            wanted = self._chance.choice(found).id

            def ask() -> Awaitable[Any]:
                return self._views.task(company, wanted)

            yield ask


def _id_at(moment: datetime) -> UUID:
    """The first identity of that millisecond."""
    return UUID(int=int(moment.timestamp() * 1000) << 80 | 0x7 << 76 | 0b10 << 62)


def _json(value: object) -> str:
    return json.dumps(value)


@asynccontextmanager
async def opened(database_url: str, tasks: int, companies: int = COMPANIES) -> Any:
    """The history of a database that has just been migrated. Its owner has to be one whom row-level security lets by,
    and takes its time: an index of ten million rows needs more than the service grants any statement.
    """
    owner = create_async_engine(make_url(database_url).set(drivername="postgresql+asyncpg"), pool_size=1)
    service = make_engine(service_login(database_url), pool_size=2)
    try:
        yield History(owner, service, tasks, companies)
    finally:
        await service.dispose()
        await owner.dispose()


def show(console: Console, found: list[Found], sizes: dict[str, int], tasks: int) -> None:
    """A table."""
    table = Table(title=f"{tasks:,} runs of {COMPANIES:,} companies with {EXPORTS} exports each; MB: {sizes}")
    for column in ("question", "p50 ms", "p99 ms", "pages", "plan"):
        table.add_column(column)
    for one in found:
        told = one.figures()
        row = (told["p50_ms"], told["p99_ms"], told["pages_touched"], ", ".join(told["scans"]))
        table.add_row(one.name, *map(str, row))
    console.print(table)


async def _measure(database_url: str, tasks: int, console: Console) -> int:
    async with opened(database_url, tasks) as history:
        began = time.monotonic()
        await history.fill(lambda what: console.print(f"{time.monotonic() - began:6.1f} s  {what}"))
        found = await history.measure()
        sizes = await history.sizes()
        purge, gone = await history.purge(100)
        show(console, [*found, purge], sizes, tasks)
        console.print(f"{gone:,} runs were forgotten in {len(purge.times)} batches")
        wrong = [one.name for one in (*found, purge) if one.wrong]
        for name in wrong:
            console.print(f"[red]no index is used: {name}[/red]")
    return int(bool(wrong))


def main() -> int:
    """Fills, measures, shows."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history")
    parser.add_argument("--tasks", type=int, default=1_000_000, help="how many runs; 10000000 takes some 12 GB of disk")
    arguments = parser.parse_args()
    console = Console()
    with orderly_exit(), postgres() as database_url:
        environment = {**base_environment(), "MIGRATION_DATABASE_URL": database_url}
        subprocess.run(python("entrypoints.cli.main", "migrate"), env=environment, cwd=ROOT, check=True)
        return asyncio.run(_measure(database_url, arguments.tasks, console))


if __name__ == "__main__":
    sys.exit(main())
