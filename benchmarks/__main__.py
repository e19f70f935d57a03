"""`python -m benchmarks [--orders N] [--runs N] [--rows N]`: prints tables, writes the figures to build/bench.json."""

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import beside, changing, large, reading, whole
from benchmarks.beside import Beside
from benchmarks.changing import Changing
from benchmarks.full_export import COLUMNS, FullExport, Measured, medians
from benchmarks.large import Large
from benchmarks.limits import UNCOUNTED, UNLIMITED, Limits
from benchmarks.reading import Reading
from devstack.processes import orderly_exit
from devstack.stack import Stack, stack

OUTPUT = Path("build/bench.json")


class Bench:
    """All measurements over one account and one pair of emulators, one after another."""

    def __init__(self, running: Stack, console: Console, arguments: argparse.Namespace) -> None:
        self._stack = running
        self._console = console
        self._orders: int = arguments.orders
        self._runs: int = arguments.runs
        self._rows: int = arguments.rows
        self._began = time.monotonic()
        self._limits = Limits(running)
        self._export = FullExport(running, arguments.orders)
        self.figures: dict[str, Any] = {
            "what": f"{self._orders} customer orders x {len(COLUMNS)} columns, one worker process",
            "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}",
            "runs": {},
        }
        self.wrong: list[str] = []

    def measure(self) -> None:
        """Everything. Limits are off until the last part, so that nothing that was learnt of them stays."""
        self._say(f"{self.figures['machine']}; seeding {self._orders:,} orders …")
        self._export.prepare()
        self._limits.off()
        off = self._unlimited()
        self._read()
        self._beside(off)
        self._change()
        if self._rows:
            self._grow(off)
        self._limit(off)

    def _unlimited(self) -> dict[str, Any]:
        self._say(f"{self._runs + 1} first exports, limits off …")
        self._keep(self._export.first_exports("emulator cold", 1))
        measured = self._keep(self._export.first_exports("limits off", self._runs, check=True))
        off = self.figures["limits off"] = medians(measured)
        steps = self.figures["worker_us_per_row_by_step"] = self._export.stages()
        listed = ", ".join(f"{step} {cost}" for step, cost in steps.items())
        rest = round(off["worker_cpu_us_per_row"] - sum(steps.values()), 1)
        self._say(
            f"worker CPU in µs a row: {off['worker_cpu_us_per_row']}, of which {listed}; HTTP, PostgreSQL and "
            f"everything else {rest}"
        )
        return off

    def _read(self) -> None:
        self._say("reading from MoySklad alone …")
        self.figures["reading"] = found = Reading(self._stack, self._export.account_id, self._orders).measure()
        reading.show(self._console, found)

    def _beside(self, off: dict[str, Any]) -> None:
        self._say("what people would use instead …")
        others, wrong = Beside(self._stack, self._export, self._orders).measure()
        ours = beside.ours(off)
        self.figures["beside"] = [ours, *others]
        self.wrong += wrong
        beside.show(self._console, ours, others)

    def _change(self) -> None:
        self._say("changes, nothing, replacements and new versions …")
        changes = Changing(self._export, self._orders)
        self.figures["changing"] = found = changes.measure(self._runs)
        self.wrong += changes.wrong
        changing.show(self._console, found, changes.changed)

    def _grow(self, off: dict[str, Any]) -> None:
        self._say(f"{self._rows:,} orders …")
        grown = Large(self._stack, self._limits, self._rows)
        measured = self._keep(grown.measure(self._export))
        self.wrong += grown.wrong
        large.show(self._console, off, measured)

    def _limit(self, off: dict[str, Any]) -> None:
        self._say(f"{self._runs} first exports by upsert, as many by append, limits on …")
        self._limits.on()
        told = {}
        for strategy in ("upsert", "append"):
            measured, told[strategy] = whole.limited(self._export, self._runs, strategy)
            self._keep(measured)
        self.wrong += self._export.wrong
        self.figures["limits on"], self.figures["append, limits on"] = told["upsert"], told["append"]
        whole.show(self._console, off, told["upsert"], told["append"])

    def _keep(self, measured: list[Measured]) -> list[Measured]:
        self.figures["runs"] |= {run.name: run.figures() for run in measured}
        return measured

    def _say(self, text: str) -> None:
        """With the seconds since the beginning, so that it is seen where the time goes."""
        self._console.print(f"{time.monotonic() - self._began:4.0f} s  {text}", style="dim", highlight=False)


def main() -> int:
    """Measures; fails when a sheet is wrong, never because a figure is low."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3, help="how often what decides is measured; the medians are told")
    parser.add_argument("--rows", type=int, default=300_000, help="orders of the large export; 0 leaves it out")
    arguments = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 140)
    began = time.monotonic()
    with orderly_exit(), stack(extra={**UNLIMITED, **UNCOUNTED, "LOG_LEVEL": "WARNING"}) as running:
        bench = Bench(running, console, arguments)
        bench.measure()
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(bench.figures, indent=2, ensure_ascii=False))
    console.print(f"{(time.monotonic() - began) / 60:.1f} minutes; figures: {OUTPUT}", style="dim", highlight=False)
    for line in bench.wrong:
        console.print(f"[red]✗ {line}[/red]", highlight=False)
    return 1 if bench.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
