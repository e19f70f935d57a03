"""A large export of few columns: whether all of it arrives, and whether the worker's memory grows with it."""

from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks.full_export import FullExport, Measured
from benchmarks.limits import Limits
from devstack.people import Vendors
from devstack.stack import Stack

COLUMNS = ("id", "name", "moment", "updated", "state.name", "agent.name", "organization.name", "sum", "applicable")
SAMPLES = 40
PAGE = 100


class Large:
    """One export of `rows` orders from an account of its own. Limits have to be off."""

    def __init__(self, running: Stack, limits: Limits, rows: int) -> None:
        self._stack = running
        self._limits = limits
        self._vendors = Vendors(running)
        self._rows = rows
        self.wrong: list[str] = []

    def measure(self, small: FullExport) -> list[Measured]:
        """The same columns of the small account, then of the large one, each by a new worker."""
        self._limits.fresh_worker()
        measured = small.first_exports(f"{len(COLUMNS)} columns", 1, COLUMNS)
        large = FullExport(self._stack, self._rows, "large")
        large.prepare()
        self._limits.fresh_worker()
        config_id = large.describe("large", COLUMNS)
        measured.append(large.run(f"{len(COLUMNS)} columns, large", config_id))
        self._check(large, large.spreadsheet(config_id), measured[-1])
        large.drop(config_id)
        return measured

    def _check(self, large: FullExport, spreadsheet_id: str, run: Measured) -> None:
        """Every key once, as many as there are orders, and samples of orders from all over the account among them."""
        keys = self._keys(spreadsheet_id)
        found = set(keys)
        if not len(keys) == len(found) == self._rows:
            self.wrong.append(f"large: {len(keys)} rows with {len(found)} ids, not {self._rows}")
        if run.written != self._rows:
            self.wrong.append(f"large: {run.written} rows were told, not {self._rows}")
        sampled = self._sampled(large.account_id)
        self.wrong += [f"large: order {key} is missing" for key in sorted(sampled - found)[:10]]

    def _keys(self, spreadsheet_id: str) -> list[str]:
        token = self._vendors.google("/tokens", {"email": "owner@large.example"})["access_token"]
        address = f"{self._stack.google_url}/v4/spreadsheets/{spreadsheet_id}"
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(headers=headers, timeout=120, trust_env=False) as http:
            title = http.get(address, params={"fields": "sheets.properties.title"}).raise_for_status()
            tab = title.json()["sheets"][0]["properties"]["title"]
            question = {"majorDimension": "COLUMNS"}
            answer = http.get(f"{address}/values/'{tab}'!A2:A", params=question).raise_for_status()
        return [str(key) for key in answer.json()["values"][0]]

    def _sampled(self, account_id: str) -> set[str]:
        token = self._vendors.moysklad(f"/accounts/{account_id}/tokens", {"kind": "user"})["token"]
        address = f"{self._stack.environment['MOYSKLAD_API_URL']}/entity/customerorder"
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
        step = max(self._rows // SAMPLES, 1)
        found: set[str] = set()
        with httpx.Client(headers=headers, timeout=120, trust_env=False) as http:
            for offset in range(0, self._rows, step):
                question: dict[str, str | int] = {"limit": PAGE, "offset": offset, "order": "id,asc"}
                answer = http.get(address, params=question).raise_for_status()
                found |= {order["id"] for order in answer.json()["rows"]}
        return found


def show(console: Console, wide: dict[str, Any], measured: list[Measured]) -> None:
    """Peaks of memory beside one another: `wide` are the medians of the export of all columns."""
    table = Table(title="does the worker's memory grow with the export? each by a new worker, limits off")
    for heading in (
        "export",
        "rows",
        "seconds",
        "rows/s",
        "CPU µs/row",
        "writes",
        "reads",
        "worker peak MB",
        "KB/row more",
    ):
        table.add_column(heading, justify="left" if heading == "export" else "right")
    first = measured[0]
    told = [("all columns (medians)", wide), *((run.name, run.figures()) for run in measured)]
    for name, one in told:
        more = (one["worker_peak_mb"] - first.cost.peak_mb) * 1024 / max(one["rows"] - first.rows, 1)
        table.add_row(
            name,
            f"{one['rows']:,.0f}",
            f"{one['seconds']:.2f}",
            f"{one['rows_per_second']:,.0f}",
            f"{one['worker_cpu_us_per_row']}",
            f"{one['writes']:g}",
            f"{one['reads']:g}",
            f"{one['worker_peak_mb']}",
            f"{more:.2f}" if one["rows"] > first.rows else "",
        )
    console.print(table)
