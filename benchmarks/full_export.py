"""Exports of customer orders by the whole service with one worker."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks import stages
from benchmarks.measuring import Cost, Meter
from benchmarks.vendors_side import VendorsSide
from devstack.expectation import differences, expected_rows
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

    @property
    def writes(self) -> int:
        """Calls against Google's write quota."""
        return self.google.get("write", 0)

    @property
    def reads(self) -> int:
        """Calls against Google's read quota."""
        return self.google.get("read", 0)

    def figures(self) -> dict[str, Any]:
        """What is reported of it. Microseconds are the worker's CPU for each row read."""
        worker = self.cost.cpu.get("worker", 0.0)
        return {
            "rows": self.rows,
            "written": self.written,
            "seconds": round(self.cost.seconds, 2),
            "rows_per_second": round(self.rows / self.cost.seconds),
            "worker_cpu_us_per_row": round(worker * 1e6 / self.rows, 1) if self.rows else None,
            "worker_cpu_seconds": worker,
            "worker_peak_mb": self.cost.peak_mb,
            "cpu_seconds": self.cost.cpu,
            "requests_moysklad": self.moysklad,
            "requests_google": self.google,
            "writes": self.writes,
            "reads": self.reads,
        }


class FullExport:
    """Runs of one company's exports, measured one after another."""

    def __init__(self, running: Stack, orders: int, account: str = "bench") -> None:
        self._stack = running
        self._orders = orders
        self._vendors = Vendors(running)
        self._side = VendorsSide(running)
        self._meter = Meter(running)
        self._administrator = Administrator(running, self._vendors, account)
        self._expected: dict[str, list[Any]] | None = None
        self.wrong: list[str] = []

    def prepare(self) -> None:
        """Seeds the account, installs the app, connects Google."""
        size = {"orders": self._orders, "counterparties": 10_000, "products": 50, "positionsPerOrder": 1, "seed": 1}
        self._side.seed(self.account_id, size)
        self._administrator.install()
        self._administrator.sign_in()
        self._administrator.connect_google()

    @property
    def account_id(self) -> str:
        """The account that is exported from."""
        return self._administrator.account_id

    def describe(self, name: str, columns: Sequence[str] = COLUMNS, strategy: str = "upsert") -> str:
        """A new export into a spreadsheet of its own."""
        config = self._administrator.create_export(
            {
                "name": name,
                "exporter": "customerorder",
                "columns": [{"id": column} for column in columns],
                "strategy": strategy,
            }
        )
        return str(config["id"])

    def first_exports(
        self,
        name: str,
        runs: int,
        columns: Sequence[str] = COLUMNS,
        strategy: str = "upsert",
        *,
        check: bool = False,
    ) -> list[Measured]:
        """So many exports of everything, each into a new spreadsheet, which goes afterwards. With `check`, `wrong`
        tells what the last of them showed amiss.
        """
        measured = []
        for number in range(1, runs + 1):
            config_id = self.describe(f"{name} {number}", columns, strategy)
            measured.append(self.run(f"{name}, run {number}", config_id))
            if check and number == runs:
                self.wrong += self.check(config_id)
            self.drop(config_id)
        return measured

    def cells(self, config_id: str, columns: str = "A:ZZ") -> list[list[Any]]:
        """The export's rows as Google has them, header first."""
        return self._side.cells(self._administrator.email, self._spreadsheet(config_id), columns)

    def _spreadsheet(self, config_id: str) -> str:
        return str(self._administrator.config(config_id)["target"]["spreadsheetId"])

    def drop(self, config_id: str) -> None:
        """The export's spreadsheet is deleted."""
        self._side.drop(self._administrator.email, self._spreadsheet(config_id))

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

    def change(self, count: int, seed: int = 3) -> None:
        """Somebody edits that many orders; which ones, `seed` decides."""
        self._expected = None
        account = f"/accounts/{self._administrator.account_id}"
        self._vendors.moysklad(f"{account}/touch", {"type": "customerorder", "count": count, "seed": seed})

    def check(self, config_id: str) -> list[str]:
        """What is wrong with the sheet: every row, a few columns."""
        titles = [column["title"] for column in self._administrator.config(config_id)["columns"]]
        return amiss(self.cells(config_id), titles, self.expected())

    def expected(self) -> dict[str, list[Any]]:
        """What a few columns of each order should show, by its id; asked for again only after a change."""
        if self._expected is None:
            self._expected = expected_rows(self._side.orders(self.account_id), list(CHECKED))
        return self._expected


def amiss(values: list[list[Any]], titles: Sequence[str], expected: dict[str, list[Any]]) -> list[str]:
    """What is wrong with a sheet of COLUMNS, header first: every row, a few columns."""
    places = [COLUMNS.index(column) for column in CHECKED]
    cut = [[row[place] if place < len(row) else None for place in places] for row in values]
    return differences(cut, [titles[place] for place in places], expected)


FIGURES = (
    "seconds", "rows", "rows_per_second", "worker_cpu_us_per_row", "worker_cpu_seconds", "worker_peak_mb", "writes",
    "reads",
)  # fmt: skip


def medians(runs: Sequence[Measured]) -> dict[str, Any]:
    """The median of each figure over the runs, and the highest peak. A run that read nothing has no cost of a row."""
    told = [run.figures() for run in runs]
    return {
        figure: round(statistics.median(one[figure] for one in told), 2)
        for figure in FIGURES
        if all(one[figure] is not None for one in told)
    } | {
        "worker_peak_mb": max(run.cost.peak_mb for run in runs),
        "runs": len(told),
        "moysklad": statistics.median(sum(one["requests_moysklad"].values()) for one in told),
    }
