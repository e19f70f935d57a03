"""What reading everything and writing it will come to, before anybody begins."""

from dataclasses import dataclass
from math import ceil

from domain.exports.spreadsheet import CELLS_LIMIT

UNITS_AT_ONCE, UNITS_A_SECOND = 45, 15
"""MoySklad's budget for one token: 45 units in 3 s (JSON API, limitations)."""
BYTES_A_CELL = 21
"""Of JSON on its way to Google: 100,000 orders with 20 columns took 41 MB (docs/TECHNICAL_SPEC.md, Targets)."""
WRITE_BYTES = 2_200_000
WRITE_SECONDS = 1.1
"""For about 2 MB; our estimate of Google's latency, beside its advice of one write to a spreadsheet in a second."""
WORKER_SECONDS = 60e-6
"""Of a worker's time for one row (docs/TECHNICAL_SPEC.md, Targets)."""
SET_OUT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """`rows` is None where nobody knows how many lines an object has; then so are `cells` and `writes`. `seconds` count
    from the first request to the last, if nobody else spends the same quotas.
    """

    objects: int
    rows: int | None
    cells: int | None
    units: int
    writes: int | None
    seconds: float
    fits: bool | None


def estimate(objects: int, units: int, rows_per_object: float | None, columns: int) -> Estimate:
    """The longest of what MoySklad's budget, Google's latency and a worker's own time require: they overlap."""
    rows = None if rows_per_object is None else round(objects * rows_per_object)
    cells = None if rows is None else rows * columns
    writes = None if cells is None else ceil(cells * BYTES_A_CELL / WRITE_BYTES)
    reading = max(units - UNITS_AT_ONCE, 0) / UNITS_A_SECOND
    writing = (writes or 0) * WRITE_SECONDS
    working = (objects if rows is None else rows) * WORKER_SECONDS
    return Estimate(
        objects=objects,
        rows=rows,
        cells=cells,
        units=units,
        writes=writes,
        seconds=round(SET_OUT_SECONDS + max(reading, writing, working), 1),
        fits=None if cells is None else cells + columns <= CELLS_LIMIT,
    )
