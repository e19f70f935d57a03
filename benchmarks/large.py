"""A large export of few columns: whether all of it arrives, and whether the worker's memory grows with it."""

from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.full_export import FullExport, Measured
from benchmarks.limits import Limits
from benchmarks.vendors_side import VendorsSide
from devstack.stack import Stack

COLUMNS = ("id", "name", "moment", "updated", "state.name", "agent.name", "organization.name", "sum", "applicable")
SAMPLES = 40
PAGE = 100


class Large:
    """One export of `rows` orders from an account of its own. Limits have to be off."""

    def __init__(self, running: Stack, limits: Limits, rows: int) -> None:
        self._stack = running
        self._limits = limits
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
        self._check(large, config_id, measured[-1])
        large.drop(config_id)
        return measured

    def _check(self, large: FullExport, config_id: str, run: Measured) -> None:
        """Every key once, as many as there are orders, and samples of orders from all over the account among them."""
        keys = [row[0] for row in large.cells(config_id, "A2:A")]
        found = set(keys)
        if not len(keys) == len(found) == self._rows:
            self.wrong.append(f"large: {len(keys)} rows with {len(found)} ids, not {self._rows}")
        if run.written != self._rows:
            self.wrong.append(f"large: {run.written} rows were told, not {self._rows}")
        side, step = VendorsSide(self._stack), max(self._rows // SAMPLES, 1)
        for offset in range(0, self._rows, step):
            missing = side.order_ids(large.account_id, offset, PAGE) - found
            self.wrong += [f"large: order {key} is missing" for key in sorted(missing)[:3]]


def show(console: Console, wide: dict[str, Any], measured: list[Measured]) -> None:
    """Peaks of memory beside one another: `wide` are the medians of the export of all columns."""
    table = Table(
        title="does the worker's memory grow with the export? each by a new worker, limits off",
        caption="The large account is new to MoySklad's emulator, which makes each page for the first time: its rows/s "
        "are the emulator's. The last column is the peak above that of the smaller export of the same columns.",
    )
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
