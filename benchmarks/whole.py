"""The whole export by the service: limits off, and limits on beside what the limits alone would make it take."""

from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.full_export import COLUMNS, FullExport, Measured, medians
from benchmarks.limits import WRITE_LATENCY, Bound


def limited(bench: FullExport, runs: int, strategy: str) -> tuple[list[Measured], dict[str, Any]]:
    """First exports with limits on, their medians, and the bound. Limits have to be on."""
    measured = bench.first_exports(f"{strategy}, limits on", runs, strategy=strategy, check=True)
    told = medians(measured)
    bound = Bound.of(told["moysklad"], told["writes"])
    parts = {"units": bound.units, "latency": bound.latency, "quota": bound.quota}
    ratio = round(told["seconds"] / bound.seconds, 3)
    return measured, told | {"bound_seconds": bound.seconds, "bound_parts": parts, "ratio": ratio}


def show(console: Console, off: dict[str, Any], on: dict[str, Any], appended: dict[str, Any]) -> None:
    """All of them beside the floors."""
    parts = on["bound_parts"]
    table = Table(
        title=f"first export of {off['rows']:,.0f} orders x {len(COLUMNS)} columns, one worker, medians",
        caption="Limits on: MoySklad's 45 units in 3 s, Google's 60 reads and 60 writes a minute for a user and 300 "
        f"for a project, and a latency of {WRITE_LATENCY} s for each write at Google. The bound is the longest "
        f"of (for upsert): units beyond the first 45 at 15 a second ({parts['units']} s), writes x latency "
        f"({parts['latency']} s), writes beyond the first 60 at one a second ({parts['quota']} s).",
    )
    for heading in ("figure", "limits off", "limits on", "append, limits on", "floor"):
        table.add_column(heading, justify="left" if heading in {"figure", "floor"} else "right")
    rows = (
        ("rows/s", "rows_per_second", ",.0f", "≥ 25,000, limits off"),
        ("worker CPU, µs a row", "worker_cpu_us_per_row", ".1f", "≤ 40, limits off"),
        ("worker peak, MB", "worker_peak_mb", ".1f", "< 250"),
        ("writes at Google", "writes", "g", "≤ 20"),
        ("reads at Google", "reads", "g", "≤ 3"),
        ("requests to MoySklad", "moysklad", "g", ""),
        ("seconds", "seconds", ".2f", ""),
        ("bound, seconds", "bound_seconds", ".2f", ""),
        ("times the bound", "ratio", ".2f", "≤ 1.25, limits on"),
        ("runs", "runs", "g", ""),
    )
    for name, figure, form, floor in rows:
        table.add_row(name, *(format(one[figure], form) if figure in one else "" for one in (off, on, appended)), floor)
    console.print(table)
