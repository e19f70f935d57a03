"""`python -m benchmarks.rest [--rate N] [--seconds N]`: how fast the REST API answers reads.

A database of 1,000 companies with 50 exports each and four runs of each export; one API process; reads drawn by lot, of
all companies: an export, a run, a page of runs of one export, a page of exports, and the plan. First at a steady rate,
each request timed from the moment at which it was to be sent; then as many as 32 connections can have one after the
other. Then each kind of read by itself, for what it costs the API in CPU: a number that holds on a busy machine too.
Beside it stands what the machine can do: the same load upon a bare server that answers at once, and upon one that asks
PostgreSQL for one export, as the API does, and does nothing else (`benchmarks.rest_yardstick`).
For each part is told whose the processor was: the API's, the generator's, PostgreSQL's and Valkey's, in percents of a
core. Requests are counted by address and company and logged as they are at home, with rates that nobody reaches;
`--counted no` and `--log-level WARNING` leave that out.

Prints a table and writes build/rest.json; fails where an answer is not 200.
"""

import argparse
import json
import os
import platform
import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from rich.console import Console
from rich.table import Table

from adapters.system.ids import SystemIds
from adapters.vault.access_tokens import SignedAccessTokens
from application.tenants.ports import Identity
from benchmarks.api import PUBLIC_URL, ApiProcesses
from benchmarks.limits import PLENTY, UNCOUNTED
from benchmarks.load import milliseconds
from benchmarks.rest_load import Plan, Reads
from benchmarks.shares import shares, taken
from devstack.postgres import with_connection
from devstack.processes import orderly_exit
from domain.shared.identities import CompanyId, MemberId, SessionId
from domain.tenants.member import Role

OUTPUT = Path("build/rest.json")
BARE, ASKING = "a bare server", "a bare server that asks"
COMPANIES, EXPORTS, RUNS = 1_000, 50, 4
CONNECTIONS = 32
FLOOR, MOST = 1_000.0, 50.0
V1 = "/api/v1"
_SERVERS = ("postgres", "valkey-server")

_COLUMNS = [
    {"id": name, "title": f"Столбец {name}"} for name in ("id", "name", "moment", "sum", "agent.name", "state.name")
]
_CONFIGS = """
    INSERT INTO export_configs (id, company_id, name, exporter_key, columns, conditions, strategy, spreadsheet_id,
        title, tab, sheet_id, cron, time_zone, next_due_at, next_nominal_at, created_at)
    SELECT id, company_id, 'Заказы', 'customerorder', $3::jsonb, '[]', 'upsert', 'spreadsheet', 'Заказы', 'Заказы', 7,
        '0 9 * * *', 'Europe/Moscow', now() + interval '1 day', now() + interval '1 day', now()
    FROM unnest($1::uuid[], $2::uuid[]) AS made (id, company_id)
"""
_TASKS = """
    INSERT INTO export_tasks (id, company_id, config_id, mode, trigger, write_lock, booked_at, sent_at, state, failures,
        crashes, counts, started_at, ended_at)
    SELECT id, company_id, config_id, 'incremental', 'schedule', 'lock', now(), now(), 'finished', 0, 0, $4::jsonb,
        now(), now()
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS made (id, company_id, config_id)
"""
_COMPANIES = """
    INSERT INTO companies (id, account_id, account_name, status, time_zone, created_at)
    SELECT id, id, 'Ромашка', 'active', 'Europe/Moscow', now() FROM unnest($1::uuid[]) AS made (id)
"""
_COUNTS = dict.fromkeys(
    ("total", "read", "unchanged", "updated", "appended", "removed", "bad", "write_requests", "units", "window_units",
     "source_rows", "sheet_rows", "repaired"), 5
)  # fmt: skip


class Filled:
    """The database: companies, and the paths that there are to read."""

    def __init__(self, companies: int) -> None:
        ids = SystemIds()
        self.companies = [ids.new() for _ in range(companies)]
        self.configs = [(ids.new(), company) for company in self.companies for _ in range(EXPORTS)]
        self.tasks = [(ids.new(), company, config) for config, company in self.configs for _ in range(RUNS)]

    async def fill(self, connection: asyncpg.Connection) -> None:
        """Stores everything."""
        await connection.execute(_COMPANIES, self.companies)
        columns, counts = json.dumps(_COLUMNS), json.dumps(_COUNTS)
        await connection.execute(_CONFIGS, *map(list, zip(*self.configs, strict=True)), columns)
        for first in range(0, len(self.tasks), 20_000):
            part = self.tasks[first : first + 20_000]
            await connection.execute(_TASKS, *map(list, zip(*part, strict=True)), counts)
        await connection.execute("ANALYZE")

    def yardsticks(self) -> list[Reads]:
        """What `benchmarks.rest_yardstick` is asked."""
        some = [f"/asked/{company}/{config}" for config, company in self.configs[::50]]
        nobody = [0] * len(some)
        return [
            Reads(name=BARE, of_hundred=100, paths=["/bare"], whose=[0]),
            Reads(name=ASKING, of_hundred=100, paths=some, whose=nobody),
        ]

    def kinds(self) -> list[Reads]:
        """What is read how often."""
        place = {company: number for number, company in enumerate(self.companies)}
        some = self.configs[::50]
        runs = self.tasks[:: 50 * RUNS]

        def reads(of_hundred: int, name: str, told: list[tuple[str, UUID]]) -> Reads:
            return Reads(
                name=name,
                of_hundred=of_hundred,
                paths=[path for path, _ in told],
                whose=[place[who] for _, who in told],
            )

        return [
            reads(35, "an export", [(f"{V1}/export-configs/{config}", company) for config, company in some]),
            reads(35, "a run", [(f"{V1}/tasks/{task}", company) for task, company, _ in runs]),
            reads(
                15,
                "10 runs of an export",
                [(f"{V1}/export-configs/{config}/tasks?limit=10", who) for config, who in some],
            ),
            reads(5, "20 exports", [(f"{V1}/export-configs?limit=20", company) for company in self.companies]),
            reads(10, "the plan", [(f"{V1}/plan", company) for company in self.companies]),
        ]


def _tokens(api: ApiProcesses, companies: list[UUID]) -> list[str]:
    signer = SignedAccessTokens({"s1": api.session_key}, PUBLIC_URL)
    now = datetime.now(UTC)
    return [
        signer.issue(
            Identity(
                company_id=CompanyId(company),
                member_id=MemberId(uuid4()),
                session_id=SessionId(uuid4()),
                role=Role.ADMIN,
                locale="ru",
            ),
            now,
            now + timedelta(hours=1),
        )
        for company in companies
    ]


def _measure(given: argparse.Namespace, settings: dict[str, str]) -> list[dict[str, Any]]:
    rate, seconds = given.rate, given.seconds
    with ExitStack() as resources:
        resources.enter_context(orderly_exit())
        api, filled = ApiProcesses(resources, 1, settings), Filled(given.companies)
        with_connection(api.owner, filled.fill)
        tokens, told = _tokens(api, filled.companies), []
        every, sticks = filled.kinds(), filled.yardsticks()
        beside = api.also("benchmarks.rest_yardstick")
        for name, wanted, lasts, kinds in (
            ("to warm up", 0.0, 5.0, every),
            ("steady", rate, seconds, every),
            *((f"{kind.name}, steady", rate, seconds / 3, [kind]) for kind in sticks),
            ("at most", 0.0, seconds / 2, every),
            *((kind.name, 0.0, seconds / 6, [kind]) for kind in (*every, *sticks)),
        ):
            also = kinds[0] in sticks
            plan = Plan(
                ports=beside if also else api.ports,
                rate=wanted,
                seconds=lasts,
                connections=given.connections,
                report=api.report_file(),
                kinds=kinds,
                tokens=tokens,
            )
            before, of_all = api.cpu(also=also), taken()
            report = api.end(api.begin("benchmarks.rest_load", plan), plan)
            whose = taken()
            spent = api.cpu(also=also) - before
            found = sorted(report.latencies) or [0.0]
            told.append(
                {
                    "what": name,
                    "asked": plan.rate,
                    "per_second": round(len(report.latencies) / lasts),
                    "answers": {str(status): count for status, count in report.statuses.items() if count},
                    "ms": milliseconds(found),
                    "api_cpu_us": round(spent / max(len(report.latencies), 1) * 1e6),
                    "percent_of_a_core": {
                        "api": round(spent / lasts * 100),
                        "generator": round(report.cpu_seconds / lasts * 100),
                        **{name: share for name, share in shares(of_all, whose, lasts).items() if name in _SERVERS},
                    },
                }
            )
        return told[1:]


def main() -> int:
    """The exit code: 1 where an answer was not 200."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rest", description=__doc__)
    parser.add_argument("--rate", type=float, default=FLOOR)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--companies", type=int, default=COMPANIES)
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    parser.add_argument("--counted", choices=("yes", "no"), default="yes")
    parser.add_argument("--log-level", default="INFO")
    given = parser.parse_args()
    settings = {**(PLENTY if given.counted == "yes" else UNCOUNTED), "LOG_LEVEL": given.log_level}
    told = _measure(given, settings)
    table = Table(
        title=f"{given.companies:,} companies, {EXPORTS} exports each, one API process, {given.connections} connections"
    )
    for heading in ("", "asked for a second", "answered", "p50", "p99", "max", "CPU of the API", "% of a core"):
        table.add_column(heading, justify="right")
    for one in told:
        asked = f"{one['asked']:,.0f}" if one["asked"] else "all"
        ms = [f"{one['ms'][name]} ms" for name in ("p50", "p99", "max")]
        whose = ", ".join(f"{name} {share}" for name, share in one["percent_of_a_core"].items())
        table.add_row(one["what"], asked, f"{one['per_second']:,}", *ms, f"{one['api_cpu_us']} µs", whose)
    table.caption = f"{platform.machine()}, {os.cpu_count()} cores; floors {FLOOR:,.0f} a second, p99 {MOST:.0f} ms"
    Console(width=160).print(table)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps({"what": table.title, "measured": told}, indent=2))
    wrong = [one["answers"] for one in told if set(one["answers"]) != {"200"}]
    for answers in wrong:
        print(f"not every answer was 200: {answers}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
