"""Exports by what people would use instead, each in a process of its own, over the same data and emulators."""

import json
import os
import subprocess
import sys
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.full_export import COLUMNS, FullExport, amiss
from benchmarks.limits import Bound
from benchmarks.vendors_side import VendorsSide
from benchmarks.writers import WritePlan
from devstack.people import Vendors
from devstack.stack import Stack

OWNER = "by.hand@bench.example"
ROWS = {
    "requests + gspread, with care": 100_000,
    "requests + pandas + gspread-dataframe": 5_000,
    "official SDK + gspread": 3_000,
    "one request a row": 500,
}
"""How many rows each exports: at their pace all of them would take minutes. Figures are a row's."""

COMPARED = {"requests + gspread, with care", "official SDK + gspread"}
"""Those that mean to show the very cells that we show; the others let Sheets read texts as it likes."""

WHOLE = 100_000


class Beside:
    """The others' exports of one account."""

    def __init__(self, running: Stack, bench: FullExport, orders: int) -> None:
        self._bench = bench
        self._vendors = Vendors(running)
        self._side = VendorsSide(running)
        self._api_url = running.environment["MOYSKLAD_API_URL"]
        self._google_url = running.google_url
        self._account = f"/accounts/{bench.account_id}"
        self._orders = orders
        self._app = self._vendors.moysklad("/apps", {"endpointBase": "http://127.0.0.1:9"})["appId"]

    def measure(self) -> tuple[list[dict[str, Any]], list[str]]:
        """The figures of each way, and what is wrong with the sheets they left. Limits have to be off."""
        expected = self._bench.expected()
        told, wrong = [], []
        for way, rows in ROWS.items():
            figures, complaints = self._export(way, min(rows, self._orders), expected)
            told.append(figures)
            wrong += complaints
        return told, wrong

    def _export(self, way: str, rows: int, expected: dict[str, list[Any]]) -> tuple[dict[str, Any], list[str]]:
        token = self._vendors.moysklad(f"{self._account}/tokens", {"kind": "app", "appId": self._app})["token"]
        google_token = self._vendors.google("/tokens", {"email": OWNER})["access_token"]
        plan = WritePlan(way, rows, self._api_url, token, self._google_url, google_token)
        self._vendors.forget_requests()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.writers"],
            env={**os.environ, "WRITE_PLAN": msgspec.json.encode(plan).decode()},
            stdout=subprocess.PIPE,
            check=True,
        )
        figures: dict[str, Any] = json.loads(done.stdout)
        asked = sum(self._vendors.requests("moysklad").values())
        at_google = self._vendors.requests("google")
        calls = {"moysklad": asked, "writes": at_google.get("write", 0), "reads": at_google.get("read", 0)}
        scale = WHOLE / figures["rows"]
        bound = Bound.of(asked * scale, calls["writes"] * scale)
        wrong = self._check(figures, expected)
        self._side.drop(OWNER, figures["spreadsheet_id"])
        return figures | {"calls": calls, f"bound_{WHOLE}_rows": bound.seconds}, wrong

    def _check(self, figures: dict[str, Any], expected: dict[str, list[Any]]) -> list[str]:
        way, values = figures["way"], self._side.cells(OWNER, figures["spreadsheet_id"])
        keys = {row[0] for row in values[1:]}
        wrong = []
        if not len(values) - 1 == len(keys) == figures["rows"]:
            wrong.append(f"{len(values) - 1} rows with {len(keys)} ids, not {figures['rows']}")
        if way in COMPARED:
            wrong += amiss(values, COLUMNS, {key: row for key, row in expected.items() if key in keys})
        return [f"{way}: {line}" for line in wrong]


def ours(off: dict[str, Any]) -> dict[str, Any]:
    """The medians of whole exports with limits off, in the others' terms."""
    calls = {"moysklad": off["moysklad"], "writes": off["writes"], "reads": off["reads"]}
    scale = WHOLE / off["rows"]
    return {
        "way": "skladsheets, whole service",
        "rows": round(off["rows"]),
        "seconds": off["seconds"],
        "cpu_us_per_row": off["worker_cpu_us_per_row"],
        "peak_mb": off["worker_peak_mb"],
        "calls": calls,
        f"bound_{WHOLE}_rows": Bound.of(calls["moysklad"] * scale, calls["writes"] * scale).seconds,
    }


def show(console: Console, mine: dict[str, Any], others: list[dict[str, Any]]) -> None:
    """The others beside `mine`, which is what `ours` says."""
    table = Table(
        title=f"the same {len(COLUMNS)} columns into the same emulators, limits off, each in a process of its own",
        caption="CPU is the process's own after its imports, ours that of the worker with all its bookkeeping. Calls "
        "are MoySklad's, and Google's writes and reads. The last column is what the vendors' limits and a write "
        f"latency of {Bound.of(0, 1).latency} s alone would require for {WHOLE:,} rows. Fewer rows than {WHOLE:,} were "
        "exported where all would take too long; who keeps all rows in memory would need more for them.",
    )
    for heading in ("way", "rows", "rows/s", "CPU µs/row", "times ours", "peak MB", "calls", f"{WHOLE:,} rows, s"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for told in (mine, *others):
        calls = told["calls"]
        table.add_row(
            told["way"],
            f"{told['rows']:,}",
            f"{round(told['rows'] / told['seconds']):,}",
            str(told["cpu_us_per_row"]),
            f"{told['cpu_us_per_row'] / mine['cpu_us_per_row']:.1f}",
            str(told["peak_mb"]),
            f"{calls['moysklad']:g}, {calls['writes']:g} + {calls['reads']:g}",
            f"≥ {told[f'bound_{WHOLE}_rows']:,.0f}",
        )
    console.print(table)
