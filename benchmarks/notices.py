"""`python -m benchmarks.notices`: how fast notices reach their chats, and how often Telegram has to ask to wait.

Real PostgreSQL, Valkey, relay, scheduler and workers; an emulated Telegram that enforces its limits by the real clock,
so that the whole takes seven minutes. With `--scale 0.5` a second of these limits lasts half a second, for the emulator
and for us alike: twice as much to do in a second, which two cores shared by all these processes may not manage. Passes
when 90 percent of the pace was reached that we allow ourselves (25 messages a second), every chat got its messages once
and in order, and not one in a hundred was refused with 429. Prints a table and writes build/notices.json.
"""

import argparse
import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from rich.console import Console
from rich.table import Table

from devstack.people import Administrator, Vendors
from devstack.postgres import with_connection
from devstack.processes import orderly_exit
from devstack.stack import Stack, stack
from domain.dealers.pacing import Pace

OUTPUT = Path("build/notices.json")
FIRST_CHAT = 900_000_001
SHARE = 0.9
MOST_REFUSED = 0.01


def main() -> None:
    """Measures, prints, and fails where it should."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.notices", description=__doc__)
    parser.add_argument("--dealers", type=int, default=5_000)
    parser.add_argument("--notices", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--scale", type=float, default=1.0, help="real seconds in a second of Telegram's limits")
    arguments = parser.parse_args()
    with (
        orderly_exit(),
        stack(workers=arguments.workers, extra={"TELEGRAM_PACE_SCALE": str(arguments.scale)}) as running,
    ):
        found = _measure(running, arguments)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(found, indent=2), encoding="utf-8")
    _show(found)
    sys.exit(0 if found["passed"] else 1)


def _measure(running: Stack, arguments: argparse.Namespace) -> dict[str, Any]:
    control = f"{running.telegram_url}/_control"
    with httpx.Client(trust_env=False, timeout=60) as http:
        http.post(f"{control}/settings", json={"windowScale": arguments.scale}).raise_for_status()
        crowd = {"first": FIRST_CHAT, "count": arguments.dealers}
        http.post(f"{control}/crowd", json=crowd).raise_for_status()
        administrator = Administrator(running, Vendors(running), "romashka")
        administrator.install()
        owner = running.servers.database_url
        company = with_connection(owner, lambda connection: _store(connection, arguments))
        while with_connection(owner, lambda connection: _open(connection, company)) > 0:
            time.sleep(0.5)
        seconds = with_connection(owner, lambda connection: _took(connection, company))
        refused = http.get(f"{control}/limits").json()["refused"]
        told = _told(http, control, arguments)
    states = with_connection(owner, lambda connection: _states(connection, company))
    pace = Pace().bot / arguments.scale
    rate = arguments.notices / seconds
    once = told["once"] and states.get("sent", 0) == arguments.notices
    return {
        "dealers": arguments.dealers,
        "notices": arguments.notices,
        "workers": arguments.workers,
        "scale": arguments.scale,
        "seconds": round(seconds, 1),
        "seconds at Telegram's clock": round(seconds / arguments.scale, 1),
        "messages a second at Telegram's clock": round(rate * arguments.scale, 2),
        "share of the pace": round(rate / pace, 3),
        "refused with 429": refused,
        "states": states,
        "each once, in order": once,
        "passed": once and rate >= SHARE * pace and refused <= MOST_REFUSED * arguments.notices,
    }


async def _store(connection: Any, arguments: argparse.Namespace) -> UUID:
    company: UUID = await connection.fetchval("SELECT id FROM companies LIMIT 1")
    # Overdue, so that the scheduler finds them, as it would after all of Redis was lost.
    due, now = datetime.now(UTC) - timedelta(minutes=3), datetime.now(UTC)
    columns = [
        "company_id",
        "id",
        "dealer_id",
        "binding_id",
        "channel",
        "recipient",
        "kind",
        "once_key",
        "text",
        "plain",
        "about",
        "due_at",
        "try_at",
        "queued_at",
        "state",
        "failures",
        "reason",
        "message_id",
    ]
    rows = []
    for number in range(arguments.notices):
        chat = str(FIRST_CHAT + number % arguments.dealers)
        moment = due + timedelta(microseconds=number)
        texts = (f"<b>Заказ № {number}</b>", f"Заказ № {number}", "")
        over = ("queued", 0, "", "")
        whose = (company, uuid4(), uuid4(), uuid4(), "telegram", chat, "order_created", str(number))
        rows.append((*whose, *texts, moment, due, now, *over))
    await connection.copy_records_to_table("notices", records=rows, columns=columns)
    return company


async def _open(connection: Any, company: UUID) -> int:
    query = "SELECT count(*) FROM notices WHERE company_id = $1 AND state IN ('queued', 'sending')"
    return int(await connection.fetchval(query, company))


async def _took(connection: Any, company: UUID) -> float:
    """From the first delivery to the last, by the ledger."""
    query = "SELECT extract(epoch FROM max(ended_at) - min(ended_at)) FROM notices WHERE company_id = $1"
    return float(await connection.fetchval(query, company))


async def _states(connection: Any, company: UUID) -> dict[str, int]:
    query = "SELECT state, count(*) AS many FROM notices WHERE company_id = $1 GROUP BY state"
    return {row["state"]: row["many"] for row in await connection.fetch(query, company)}


def _told(http: httpx.Client, control: str, arguments: argparse.Namespace) -> dict[str, bool]:
    """Whether every chat got what was for it, once and in order."""
    for place in range(arguments.dealers):
        messages = http.get(f"{control}/chats/{FIRST_CHAT + place}/messages").json()
        numbers = [int(one["text"].rpartition(" ")[2]) for one in messages]
        if numbers != list(range(place, arguments.notices, arguments.dealers)):
            return {"once": False}
    return {"once": True}


def _show(found: dict[str, Any]) -> None:
    table = Table("what", "measured")
    for name, value in found.items():
        table.add_row(name, str(value))
    Console().print(table)


if __name__ == "__main__":
    main()
