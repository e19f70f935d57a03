"""What comes after the first export: few rows that changed, none at all, a replacement, new versions appended."""

from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.full_export import CHANGED, FullExport, Measured, medians

FLOORS = {
    "append, first export": "≤ 20 writes, ≤ 3 reads",
    "upsert, rows changed": "≤ 2 reads, ≤ 2 writes, < 3 s CPU",
    "upsert, nothing changed": "no write",
}


class Changing:
    """Runs of three exports of one account that have all rows already."""

    def __init__(self, bench: FullExport, orders: int) -> None:
        self._bench = bench
        self._orders = orders
        self.changed = min(CHANGED, orders)
        self.runs: dict[str, list[Measured]] = {}
        self.wrong: list[str] = []

    def measure(self, rounds: int) -> dict[str, Any]:
        """Medians over the rounds, by kind of run. Limits have to be off; `wrong` tells what the sheets show amiss."""
        bench = self._bench
        configs = {
            strategy: bench.describe(strategy, strategy=strategy) for strategy in ("upsert", "append", "replace")
        }
        for strategy, config_id in configs.items():
            self._run(f"{strategy}, first export", config_id)
        for number in range(rounds):
            bench.change(self.changed, seed=10 + number)
            self._run("upsert, rows changed", configs["upsert"])
            self._run("upsert, nothing changed", configs["upsert"])
            self._run("append, new versions", configs["append"])
            self._run("replace", configs["replace"])
        self.wrong += bench.check(configs["upsert"]) + bench.check(configs["replace"])
        self._check_appended(configs["append"], self._orders + rounds * self.changed)
        for config_id in configs.values():
            bench.drop(config_id)
        return {name: medians(runs) | {"written": runs[-1].written} for name, runs in self.runs.items()}

    def _run(self, name: str, config_id: str) -> None:
        self.runs.setdefault(name, []).append(self._bench.run(name, config_id))

    def _check_appended(self, config_id: str, rows: int) -> None:
        values = self._bench.cells(config_id, "A:A")
        keys = {row[0] for row in values[1:]}
        if len(values) - 1 != rows or len(keys) != self._orders:
            self.wrong.append(
                f"append: {len(values) - 1} rows of {len(keys)} orders, where {rows} of {self._orders} are right"
            )


def show(console: Console, figures: dict[str, Any], changed: int) -> None:
    """The figures as a table."""
    table = Table(
        title=f"after the first export, limits off, medians; each time {changed:,} orders had changed",
        caption="CPU is the worker's; calls are writes and reads at Google, and requests to MoySklad.",
    )
    table.add_column("run")
    for heading in ("runs", "read", "written", "seconds", "CPU s", "writes", "reads", "MoySklad"):
        table.add_column(heading, justify="right")
    table.add_column("floor")
    for name, told in figures.items():
        table.add_row(
            name,
            f"{told['runs']}",
            f"{told['rows']:,.0f}",
            f"{told['written']:,}",
            f"{told['seconds']:.2f}",
            f"{told['worker_cpu_seconds']:.2f}",
            f"{told['writes']:g}",
            f"{told['reads']:g}",
            f"{told['moysklad']:g}",
            FLOORS.get(name, ""),
        )
    console.print(table)
