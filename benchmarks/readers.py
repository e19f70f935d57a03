"""`python -m benchmarks.readers`: one reading in a process of its own, told as JSON. The plan comes in READ_PLAN.

Three ways of reading the same customer orders with the names of their counterparties, states and organizations: this
project's source, the vendor's official SDK, and httpx with the standard library's json, as one would write it in an
afternoon: expanded pages of 100, waiting when told to.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import msgspec
import psutil

from adapters.moysklad.catalogue import ScannedExporters
from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.gateway import MoySkladSource
from application.connections.ports import MoySkladKey, Urgency
from application.exports.vendor_ports import Reading
from domain.exports.columns import ChosenColumn

EXPAND = "agent,state,organization"
PAGE = 100


class ReadPlan(msgspec.Struct):
    """Who reads what: `rows` orders at most, by `way`; without `paced` nobody limits the requests."""

    way: str
    api_url: str
    token: str
    rows: int
    columns: list[str]
    paced: bool = True


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What it took. CPU is the process's own, in microseconds a row; memory is the peak, in MB; before reading too."""

    way: str
    rows: int
    seconds: float
    cpu_us_per_row: float
    peak_mb: float
    start_mb: float


def main() -> int:
    """Reads and reports."""
    plan = msgspec.json.decode(os.environ["READ_PLAN"], type=ReadPlan)
    ways: dict[str, Callable[[ReadPlan], int]] = {
        "skladsheets": _ours,
        "httpx + json": _by_hand,
        "official SDK": _by_sdk,
    }
    read = ways[plan.way]
    start_mb = peak_mb()
    began, cpu = time.perf_counter(), time.process_time()
    rows = read(plan)
    seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    report = ReadReport(plan.way, rows, round(seconds, 2), round(spent * 1e6 / rows, 1), peak_mb(), start_mb)
    sys.stdout.write(json.dumps(asdict(report)))
    return 0


def _ours(plan: ReadPlan) -> int:
    return asyncio.run(_read_ours(plan))


async def _read_ours(plan: ReadPlan) -> int:
    exporter = ScannedExporters().get("customerorder")
    columns = exporter.resolve(tuple(ChosenColumn(column, column) for column in plan.columns), ())
    reading = Reading(exporter, columns, (), None, ZoneInfo("Europe/Moscow"), datetime.now(UTC))
    key = MoySkladKey(plan.token, UUID(int=1), Urgency.BACKFILL)
    limits = {} if plan.paced else {"units": 1_000_000, "parallel": 8}
    rows = 0
    async with MoySkladClient(plan.api_url, plan.api_url, **limits) as client:  # type: ignore[arg-type]
        async for page in MoySkladSource(client).read(key, reading):
            rows += len(page.rows)
    return rows


def _by_hand(plan: ReadPlan) -> int:
    headers = {"Authorization": f"Bearer {plan.token}", "Accept-Encoding": "gzip"}
    rows: list[list[object]] = []
    with httpx.Client(base_url=plan.api_url, headers=headers, timeout=60, trust_env=False) as http:
        while len(rows) < plan.rows:
            question: dict[str, str | int] = {
                "limit": PAGE,
                "offset": len(rows),
                "expand": EXPAND,
                "order": "updated,asc;id,asc",
            }
            answer = http.get("/entity/customerorder", params=question)
            if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
                time.sleep(int(answer.headers.get("X-Lognex-Retry-After", "1000")) / 1000)
                continue
            answer.raise_for_status()
            found = json.loads(answer.content)["rows"]
            rows += [[_at(order, column.split(".")) for column in plan.columns] for order in found]
            if len(found) < PAGE:
                break
    return len(rows)


def _at(value: object, path: list[str]) -> object:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _by_sdk(plan: ReadPlan) -> int:
    import moysklad_remap_12_sdk as sdk  # noqa: PLC0415 - half a minute that only this way has to pay

    began, cpu = time.perf_counter(), time.process_time()
    configuration = sdk.Configuration(host=plan.api_url, access_token=plan.token)
    rows: list[list[object]] = []
    with sdk.ApiClient(configuration) as client:
        client.default_headers["Accept-Encoding"] = "gzip"
        orders = sdk.CustomerOrdersApi(client)
        while len(rows) < plan.rows:
            try:
                page = orders.get_customer_order_list(limit=PAGE, offset=len(rows), expand=EXPAND)
            except sdk.ApiException as refused:
                if refused.status != httpx.codes.TOO_MANY_REQUESTS:
                    raise
                time.sleep(int((refused.headers or {}).get("X-Lognex-Retry-After", "1000")) / 1000)
                continue
            found = page.rows or []
            rows += [[_attribute(order, column.split(".")) for column in plan.columns] for order in found]
            if len(found) < PAGE:
                break
    seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    report = ReadReport(plan.way, len(rows), round(seconds, 2), round(spent * 1e6 / len(rows), 1), peak_mb(), 0.0)
    sys.stdout.write(json.dumps(asdict(report)))
    sys.exit(0)


def _attribute(value: object, path: list[str]) -> object:
    for step in path:
        value = getattr(value, "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in step), None)
    return value


def peak_mb() -> float:
    """Linux keeps the high-water mark of the process itself; elsewhere the present size has to do."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return round(int(line.split()[1]) / 1024, 1)
    return round(psutil.Process().memory_info().rss / 1_048_576, 1)


if __name__ == "__main__":
    sys.exit(main())
