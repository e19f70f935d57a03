"""The export of 100,000 customer orders x 20 columns with one worker, vendor quotas off."""

import statistics
from dataclasses import dataclass
from typing import Any

from benchmarks import stages
from benchmarks.measuring import Cost, Meter
from devstack.expectation import EXPAND, differences, expected_rows
from devstack.people import Administrator, Vendors
from devstack.stack import Stack

COLUMNS = (
    "id", "name", "moment", "updated", "created", "state.name", "agent.name", "organization.name", "sum", "vatSum",
    "payedSum", "shippedSum", "invoicedSum", "reservedSum", "applicable", "positions.meta.size", "description",
    "shipmentAddress", "deliveryPlannedMoment", "meta.uuidHref",
)  # fmt: skip
CHANGED = 1000
CHECKED = tuple(column for column in COLUMNS if column in {"id", "name", "moment", "state.name", "agent.name", "sum"})


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of the service."""

    name: str
    rows: int
    written: int
    cost: Cost
    moysklad: dict[str, int]
    google: dict[str, int]

    def figures(self) -> dict[str, Any]:
        """What is reported of it. Microseconds are the worker's CPU for each row read."""
        worker = self.cost.cpu.get("worker", 0.0)
        return {
            "rows": self.rows,
            "written": self.written,
            "seconds": round(self.cost.seconds, 2),
            "rows_per_second": round(self.rows / self.cost.seconds),
            "worker_cpu_us_per_row": round(worker * 1e6 / self.rows, 1) if self.rows else None,
            "worker_peak_mb": self.cost.peak_mb,
            "cpu_seconds": self.cost.cpu,
            "requests_moysklad": self.moysklad,
            "requests_google": self.google,
        }


class FullExport:
    """Runs of one company's export, measured one after another."""

    def __init__(self, running: Stack, orders: int) -> None:
        self._stack = running
        self._orders = orders
        self._vendors = Vendors(running)
        self._meter = Meter(running)
        self._administrator = Administrator(running, self._vendors, "bench")

    def prepare(self) -> None:
        """Seeds the account, installs the app, connects Google, switches the vendors' quotas off."""
        self._vendors.moysklad("/settings", {"quotas": False})
        self._vendors.google("/settings", {"quotas": False})
        size = {"orders": self._orders, "counterparties": 10_000, "products": 50, "positionsPerOrder": 1, "seed": 1}
        self._vendors.moysklad(f"/accounts/{self._administrator.account_id}/seed", size)
        self._administrator.install()
        self._administrator.sign_in()
        self._administrator.connect_google()

    @property
    def account_id(self) -> str:
        """The account that is exported from."""
        return self._administrator.account_id

    def describe(self, name: str) -> str:
        """A new export of 20 columns into a spreadsheet of its own."""
        columns = [{"id": column} for column in COLUMNS]
        config = self._administrator.create_export({"name": name, "exporter": "customerorder", "columns": columns})
        return str(config["id"])

    def run(self, name: str, config_id: str) -> Measured:
        """One measured run, from the request that starts it to its end."""
        self._vendors.forget_requests()
        self._meter.start()
        task = self._administrator.run(config_id)
        cost = self._meter.stop()
        counts = task["counts"]
        return Measured(
            name,
            counts["read"],
            counts["updated"] + counts["appended"],
            cost,
            self._vendors.requests("moysklad"),
            self._vendors.requests("google"),
        )

    def stages(self) -> dict[str, float]:
        """Where the worker's time goes: microseconds a row for each step by itself."""
        account = f"/accounts/{self._administrator.account_id}"
        token = self._vendors.moysklad(f"{account}/tokens", {"kind": "user"})["token"]
        return stages.measure(self._stack.environment["MOYSKLAD_API_URL"], token, COLUMNS)

    def change(self, count: int) -> None:
        """Somebody edits that many orders."""
        account = f"/accounts/{self._administrator.account_id}"
        self._vendors.moysklad(f"{account}/touch", {"type": "customerorder", "count": count, "seed": 3})

    def check(self, config_id: str) -> list[str]:
        """What is wrong with the sheet: every row, a few columns."""
        config = self._administrator.config(config_id)
        places = [COLUMNS.index(column) for column in CHECKED]
        account = self._administrator.account_id
        orders = self._vendors.moysklad(f"/accounts/{account}/objects/customerorder?expand={EXPAND}")
        values = self._vendors.sheet(config["target"]["spreadsheetId"])["values"]
        cut = [[row[place] if place < len(row) else None for place in places] for row in values]
        titles = [config["columns"][place]["title"] for place in places]
        return differences(cut, titles, expected_rows(orders, list(CHECKED)))


def median(runs: list[Measured], figure: str) -> float:
    """The median of one figure over the runs."""
    return statistics.median(float(run.figures()[figure]) for run in runs)
