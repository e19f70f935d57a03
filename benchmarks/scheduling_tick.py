"""The measured process: a scheduler as the service runs it, which looks at what has come due, again and again."""

import json
import os
import resource
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import uvloop

from adapters.observability.logs import configure_logs
from adapters.observability.metrics import Metrics
from application.bus import Application
from application.exports.commands.book_due_exports import BookDueExports
from domain.exports.schedule import offset
from domain.shared.identities import ConfigId
from entrypoints.composition.scheduling import scheduler_application
from entrypoints.settings import read_settings

SPREAD = timedelta(minutes=5)
_MAKE_DUE = """
    UPDATE export_configs SET cron = due.cron, next_nominal_at = due.nominal, next_due_at = due.start
    FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[]) AS due (id, cron, nominal, start)
    WHERE export_configs.id = due.id
"""
_BOOKED = """
    SELECT (SELECT count(*) FROM export_tasks), (SELECT count(*) FROM occurrences WHERE outcome = 'ran'),
        (SELECT count(*) FROM outbox), (SELECT count(*) FROM export_configs WHERE next_due_at <= now())
"""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What the process is to do. `ids` are those exports that are to come due, `due` of them for each tick."""

    ids: list[UUID]
    due: int
    ticks: int
    report: str


async def _measure(plan: Plan) -> dict[str, Any]:
    settings = read_settings(os.environ)
    beside = await asyncpg.connect(settings.database_url, server_settings={"role": "skladsheets_system"})
    idle, busy, cpu = [], [], []
    async with scheduler_application(settings, Metrics()) as application:
        await application.execute(BookDueExports())
        at_rest = _peak_mb()
        for number in range(plan.ticks):
            idle.append(await _tick(application, 0))
            chosen = plan.ids[number * plan.due : (number + 1) * plan.due]
            await _make_due(beside, chosen)
            before = time.process_time()
            busy.append(await _tick(application, plan.due))
            cpu.append(time.process_time() - before)
        found = tuple(await beside.fetchrow(_BOOKED) or ())
    await beside.close()
    expected = plan.due * plan.ticks
    return {
        "idle": idle,
        "busy": busy,
        "cpu": cpu,
        "rest_mb": at_rest,
        "peak_mb": _peak_mb(),
        "right": found == (expected, expected, expected, 0),
    }


async def _tick(application: Application, expected: int) -> float:
    began = time.perf_counter()
    booked = await application.execute(BookDueExports())
    seconds = time.perf_counter() - began
    if booked != expected:
        raise SystemExit(f"{booked} exports were booked, where {expected} had come due")
    return seconds


async def _make_due(beside: "asyncpg.Connection[Any]", chosen: list[UUID]) -> None:
    """They run daily, all at the same minute of Moscow's wall clock, and their windows are just over."""
    nominal = datetime.now(UTC).replace(second=0, microsecond=0) - SPREAD - timedelta(minutes=1)
    local = nominal + timedelta(hours=3)
    crons = [f"{local.minute} {local.hour} * * *"] * len(chosen)
    starts = [nominal + offset(ConfigId(config), SPREAD) for config in chosen]
    await beside.execute(_MAKE_DUE, chosen, crons, [nominal] * len(chosen), starts)


def _peak_mb() -> float:
    """The most memory so far. Linux keeps it by process; elsewhere what getrusage says may be the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return round(int(line.split()[1]) / 1024, 1)
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_048_576, 1)


def main() -> None:
    """Carries out the plan in the file that SCHEDULING_PLAN names."""
    plan = msgspec.json.decode(Path(os.environ["SCHEDULING_PLAN"]).read_bytes(), type=Plan)
    configure_logs("scheduler", "WARNING")
    Path(plan.report).write_text(json.dumps(uvloop.run(_measure(plan))))


if __name__ == "__main__":
    main()
