"""`python -m benchmarks [--orders N] [--runs N]`: prints a table, and writes the figures to build/bench.json."""

import argparse
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.full_export import CHANGED, COLUMNS, FullExport, Measured, median
from benchmarks.reading import Reading, show
from devstack.processes import orderly_exit
from devstack.stack import stack

OUTPUT = Path("build/bench.json")
UNLIMITED = {"MOYSKLAD_UNITS": "1000000", "MOYSKLAD_PARALLEL": "8", "LOG_LEVEL": "WARNING"}


def main() -> int:
    """Measures; fails when a sheet is wrong, never because a figure is low."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3, help="measured first exports; the medians are told")
    arguments = parser.parse_args()
    console = Console()
    with orderly_exit(), stack(extra=UNLIMITED) as running:
        bench = FullExport(running, arguments.orders)
        console.print(f"seeding {arguments.orders:,} orders …", style="dim")
        bench.prepare()
        first = bench.run("first export, emulator cold", bench.describe("cold"))
        repeated, config_id = [], ""
        for number in range(arguments.runs):
            config_id = bench.describe(f"warm {number}")
            repeated.append(bench.run(f"first export, run {number + 1}", config_id))
        wrong = bench.check(config_id)
        stages = bench.stages()
        reading = Reading(running, bench.account_id, arguments.orders).measure()
        bench.change(CHANGED)
        changed = bench.run(f"{CHANGED:,} orders changed", config_id)
        wrong += bench.check(config_id)
        unchanged = bench.run("only the overlap", config_id)
    runs = [first, *repeated, changed, unchanged]
    figures = _figures(runs, repeated, arguments.orders) | {"worker_us_per_row_by_step": stages, "reading": reading}
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(figures, indent=2, ensure_ascii=False))
    _print(console, runs, figures)
    show(console, reading)
    for line in wrong:
        console.print(f"[red]✗ {line}[/red]", highlight=False)
    return 1 if wrong else 0


def _figures(runs: list[Measured], repeated: list[Measured], orders: int) -> dict[str, Any]:
    return {
        "what": f"{orders} customer orders x {len(COLUMNS)} columns, one worker process, vendor quotas off",
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}",
        "median": {
            figure: round(median(repeated, figure), 2)
            for figure in ("rows_per_second", "worker_cpu_us_per_row", "worker_peak_mb", "seconds")
        },
        "runs": {run.name: run.figures() for run in runs},
    }


def _print(console: Console, runs: list[Measured], figures: dict[str, Any]) -> None:
    table = Table(title=figures["what"], caption=figures["machine"])
    table.add_column("run")
    for heading in ("rows read", "written", "seconds", "rows/s", "worker µs/row", "worker peak MB"):
        table.add_column(heading, justify="right")
    for run in runs:
        told = run.figures()
        numbers = (told["rows"], told["written"], told["seconds"], told["rows_per_second"])
        table.add_row(
            run.name, *(f"{number:,}" for number in numbers), f"{told['worker_cpu_us_per_row']}", f"{run.cost.peak_mb}"
        )
    console.print(table)
    for run in runs:
        cpu = ", ".join(f"{name} {spent:.2f}" for name, spent in run.cost.cpu.items() if spent >= 0.01)
        google = " and ".join(f"{count} {kind}s" for kind, count in sorted(run.google.items()))
        requests = f"{sum(run.moysklad.values())} requests to MoySklad, {google} at Google"
        console.print(f"{run.name}: {requests}; CPU seconds: {cpu}", highlight=False, style="dim")
    middle = figures["median"]
    console.print(
        f"median of the first exports: {middle['rows_per_second']:,.0f} rows/s, "
        f"{middle['worker_cpu_us_per_row']} µs of worker CPU a row, peak {middle['worker_peak_mb']} MB",
        highlight=False,
    )
    steps = figures["worker_us_per_row_by_step"]
    listed = ", ".join(f"{step} {cost}" for step, cost in steps.items())
    rest = round(middle["worker_cpu_us_per_row"] - sum(steps.values()), 1)
    console.print(f"of which, in µs a row: {listed}; HTTP, PostgreSQL and everything else {rest}", highlight=False)
    console.print(f"figures: {OUTPUT}", style="dim")


if __name__ == "__main__":
    sys.exit(main())
