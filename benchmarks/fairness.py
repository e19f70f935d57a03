"""`python -m benchmarks.fairness [--queued N] [--seconds N]`: how long a small export waits behind a large company's.

Three measurements: giving turns while one company has so many runs queued; the delay of a small company's runs while
another's backfills keep every place open to them busy, through real processes; and how many short runs a second one,
two and four workers carry out.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from rich.console import Console
from rich.table import Table

from adapters.postgres.engine import make_engine
from adapters.postgres.repositories.delivery import SqlFailedMessages, SqlOutboxQueue
from adapters.postgres.repositories.dispatch import SqlRunPlaces, SqlTurns, SqlWorkers
from adapters.postgres.transaction import SqlSystemTransaction
from adapters.system.clock import SystemClock
from application.exports.commands.dispatch_runs import DispatchRuns, DispatchRunsHandler
from application.exports.dispatching import Places
from application.ports import OutboxMessage
from benchmarks.limits import UNCOUNTED, UNLIMITED
from benchmarks.vendors_side import VendorsSide
from devstack.people import Administrator, Vendors
from devstack.processes import orderly_exit
from devstack.servers import servers, service_login
from devstack.stack import Stack, migrate, stack
from domain.exports.sharing import Room, Shares

ROUNDS = 40
BACKFILLS, BACKFILLED = 12, 30_000
COMPANIES, EXPORTS, ORDERS = 10, 10, 50

_COMPANY = (
    "INSERT INTO companies (id, account_id, account_name, status, time_zone, created_at)"
    " VALUES ($1, $2, 'x', 'active', 'Europe/Moscow', now())"
)
_CONFIGS = """
    INSERT INTO export_configs (id, company_id, name, exporter_key, columns, conditions, strategy, title, tab,
                                created_at)
    SELECT gen_random_uuid(), $1, 'x', 'customerorder', '[]', '[]', 'upsert', 'x', 'x', now()
    FROM generate_series(1, $2)
"""
_TASKS = """
    INSERT INTO export_tasks (id, company_id, config_id, mode, trigger, write_lock, booked_at, sent_at, state, failures,
                              crashes, counts)
    SELECT gen_random_uuid(), $1, id, 'incremental', 'schedule', id::text, now(), now(), 'booked', 0, 0, '{}'
    FROM export_configs WHERE company_id = $1
"""
_OUTBOX = """
    INSERT INTO outbox (id, company_id, tag, body, headers, once_key, deliver_after, created_at, lane)
    SELECT gen_random_uuid(), $1, 'exports.run',
           convert_to(json_build_object('type', 'exports.run', 'company_id', $1::uuid, 'task_id', id)::text, 'UTF8'),
           '{}', 'run:' || id, now(), now(), 'live'
    FROM export_tasks WHERE company_id = $1
"""
_TURN = "INSERT INTO turns (company_id, lane, due_at) VALUES ($1, 'live', now())"


class Taken:
    """A queue that keeps what it is handed."""

    def __init__(self) -> None:
        self.messages: list[OutboxMessage] = []

    async def publish(self, messages: Sequence[OutboxMessage]) -> None:
        """See application.ports.Publisher."""
        self.messages.extend(messages)


async def deep_queue(queued: int) -> dict[str, Any]:
    """One company has that many runs queued, twenty others one each. How long giving turns takes, and how many turns
    had to be given until all of the others were served.
    """
    with servers() as running:
        migrate(running.database_url)
        owner = await asyncpg.connect(running.database_url)
        crowd = uuid4()
        small = [uuid4() for _ in range(20)]
        for company, runs in ((crowd, queued), *((one, 1) for one in small)):
            await owner.execute(_COMPANY, company, uuid4())
            await owner.execute(_CONFIGS, company, runs)
            await owner.execute(_TASKS, company)
            await owner.execute(_OUTBOX, company)
            await owner.execute(_TURN, company)
        await owner.execute("ANALYZE")
        engine = make_engine(service_login(running.database_url))
        transaction, workers, taken = SqlSystemTransaction(engine), SqlWorkers(), Taken()
        async with transaction():
            await workers.report(uuid4(), Room(6, 4), datetime.now(UTC))
        places, clock = SqlRunPlaces(), SystemClock()
        handler = DispatchRunsHandler(
            transaction,
            Places(places, workers, Shares()),
            SqlTurns(),
            SqlOutboxQueue(),
            places,
            taken,
            SqlFailedMessages(),
            clock,
        )
        seconds, left, turns = [], set(small), None
        for number in range(ROUNDS):
            began = time.perf_counter()
            await handler(DispatchRuns())
            seconds.append(time.perf_counter() - began)
            left -= {UUID(str(message.company_id)) for message in taken.messages}
            if not left and turns is None:
                turns = len(taken.messages)
            # One run ends.
            told = taken.messages[number].body
            await owner.execute("UPDATE export_tasks SET state = 'finished' WHERE id = $1", _task_of(told))
        await owner.close()
        await engine.dispose()
    return {
        "queued": queued,
        "round_ms_median": round(statistics.median(seconds) * 1000, 1),
        "round_ms_max": round(max(seconds) * 1000, 1),
        "turns_until_twenty_others_were_served": turns,
    }


def _task_of(body: bytes) -> UUID:
    return UUID(body.decode().split('"task_id"')[1].split('"')[1])


def beside_backfills(seconds: float, workers: int) -> dict[str, Any]:
    """A small company's run is started every second while another's backfills wait in a row."""
    with stack(workers=workers, extra={**UNLIMITED, **UNCOUNTED, "LOG_LEVEL": "WARNING"}) as running:
        large, small = _company(running, "large", BACKFILLED), _company(running, "small", 100)
        config = _export(small, "small")
        small.run(config)
        for number in range(BACKFILLS):
            large.start(_export(large, f"large {number}"))
        time.sleep(3)
        delays, until = [], time.monotonic() + seconds
        while time.monotonic() < until:
            task = small.run(config)
            delays.append((_moment(task["startedAt"]) - _moment(task["bookedAt"])).total_seconds())
            time.sleep(0.5)
        ended = [task for task in _tasks(large) if task["endedAt"] is not None]
    return {
        "workers": workers,
        "runs": len(delays),
        "backfills_still_going": BACKFILLS - len(ended),
        "delay_p50": round(statistics.median(delays), 3),
        "delay_p95": round(sorted(delays)[max(int(len(delays) * 0.95) - 1, 0)], 3),
        "delay_max": round(max(delays), 3),
    }


def throughput(workers: int) -> dict[str, Any]:
    """Short runs of several companies, all started at once."""
    with stack(workers=workers, extra={**UNLIMITED, **UNCOUNTED, "LOG_LEVEL": "WARNING"}) as running:
        companies = [_company(running, f"company {number}", ORDERS) for number in range(COMPANIES)]
        exports = [(one, _export(one, f"export {at}")) for one in companies for at in range(EXPORTS)]
        for one, config in exports:
            one.start(config)
        _all_ended(companies)
        began = time.monotonic()
        for one, config in exports:
            one.start(config)
        _all_ended(companies)
        seconds = time.monotonic() - began
    return {"workers": workers, "runs": len(exports), "runs_per_second": round(len(exports) / seconds, 1)}


def _company(running: Stack, name: str, orders: int) -> Administrator:
    made = Administrator(running, Vendors(running), name.replace(" ", "-"))
    size = {"orders": orders, "counterparties": 100, "products": 20, "positionsPerOrder": 1, "seed": 1}
    VendorsSide(running).seed(made.account_id, size)
    made.install()
    made.sign_in()
    made.connect_google()
    return made


def _export(company: Administrator, name: str) -> str:
    columns = [{"id": column} for column in ("id", "name", "moment", "sum", "agent.name", "updated")]
    return str(company.create_export({"name": name, "exporter": "customerorder", "columns": columns})["id"])


def _tasks(company: Administrator) -> list[dict[str, Any]]:
    """The newest runs; a page holds all that are made here."""
    found: list[dict[str, Any]] = company.call("GET", "/api/v1/tasks?limit=100")["items"]
    return found


def _all_ended(companies: Sequence[Administrator]) -> None:
    for company in companies:
        while any(task["endedAt"] is None for task in _tasks(company)):
            time.sleep(0.05)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _show(console: Console, title: str, rows: Sequence[dict[str, Any]]) -> None:
    table = Table(title=title)
    for name in rows[0]:
        table.add_column(name.replace("_", " "))
    for row in rows:
        table.add_row(*map(str, row.values()))
    console.print(table)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fairness", description=__doc__)
    parser.add_argument("--queued", type=int, default=100_000, help="runs that the large company has queued")
    parser.add_argument("--seconds", type=float, default=30, help="how long the small company starts runs")
    arguments = parser.parse_args()
    console = Console(width=140)
    with orderly_exit():
        _show(console, "giving turns", [asyncio.run(deep_queue(arguments.queued))])
        _show(console, "a small run beside backfills", [beside_backfills(arguments.seconds, n) for n in (1, 2)])
        _show(console, "short runs", [throughput(workers) for workers in (1, 2, 4)])


if __name__ == "__main__":
    main()
