"""Reading customer orders from MoySklad, with its limits on and off, beside what people would use instead."""

import json
import os
import subprocess
import sys
from typing import Any

import httpx
import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.full_export import COLUMNS
from benchmarks.readers import ReadPlan
from devstack.people import Vendors
from devstack.stack import Stack

UNITS_PER_SECOND = 45 / 3
OTHERS_ROWS = 3_000
"""The others read fewer rows: at their pace all of them would take minutes. Figures are a row's."""


class Reading:
    """Readings of one account, each in a process of its own."""

    def __init__(self, running: Stack, account_id: str, orders: int) -> None:
        self._vendors = Vendors(running)
        self._api_url = running.environment["MOYSKLAD_API_URL"]
        self._account = f"/accounts/{account_id}"
        self._control = self._api_url.partition("/api/")[0] + "/_control"
        self._orders = orders
        self._app = self._vendors.moysklad("/apps", {"endpointBase": "http://127.0.0.1:9"})["appId"]

    def measure(self) -> dict[str, Any]:
        """With MoySklad's limits: ours, whole. Without: everybody, each with as many rows as is bearable."""
        figures: dict[str, Any] = {"limits on": self._limited()}
        self._vendors.moysklad("/settings", {"quotas": False})
        figures["limits off"] = [self._read("skladsheets", 0, paced=False)]
        figures["limits off"] += [self._read(way, OTHERS_ROWS, paced=False) for way in ("httpx + json", "official SDK")]
        return figures

    def _limited(self) -> dict[str, Any]:
        """The whole reading, in units and in time."""
        self._vendors.moysklad("/settings", {"quotas": True})
        httpx.delete(f"{self._control}/limits").raise_for_status()
        self._vendors.forget_requests()
        told = self._read("skladsheets", 0, paced=True)
        counted = httpx.get(f"{self._control}/limits").json()
        units = sum(self._vendors.requests("moysklad").values())
        least = units / UNITS_PER_SECOND
        return told | {
            "units": units,
            "seconds_by_units": round(least, 2),
            "ratio": round(told["seconds"] / least, 2),
            "counted": counted,
        }

    def _read(self, way: str, rows: int, *, paced: bool) -> dict[str, Any]:
        token = self._vendors.moysklad(f"{self._account}/tokens", {"kind": "app", "appId": self._app})["token"]
        plan = ReadPlan(way, self._api_url, token, rows or self._orders, list(COLUMNS), paced)
        environment = {"READ_PLAN": msgspec.json.encode(plan).decode()}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.readers"],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            check=True,
        )
        report: dict[str, Any] = json.loads(done.stdout)
        return report


def show(console: Console, figures: dict[str, Any]) -> None:
    """The figures as a table, with ratios to ours."""
    limited = figures["limits on"]
    console.print(
        f"reading {limited['rows']:,} orders x {len(COLUMNS)} columns with MoySklad's limits on: "
        f"{limited['units']} units, {limited['seconds']} s, "
        f"where the units alone require {limited['seconds_by_units']} s (x {limited['ratio']})",
        highlight=False,
    )
    table = Table(title="the same reading, limits off, each in a process of its own")
    for heading in ("way", "rows", "rows/s", "CPU µs/row", "times ours", "peak MB"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    ours = figures["limits off"][0]["cpu_us_per_row"]
    for told in figures["limits off"]:
        table.add_row(
            told["way"],
            f"{told['rows']:,}",
            f"{round(told['rows'] / told['seconds']):,}",
            str(told["cpu_us_per_row"]),
            f"{told['cpu_us_per_row'] / ours:.1f}",
            str(told["peak_mb"]),
        )
    console.print(table)
