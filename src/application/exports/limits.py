"""The sizes and times of a run."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class RunLimits:
    """`lease` is how long a silent worker keeps its task. `batch_bytes` is how much JSON goes into one write: whole
    pages until they are as much, a page more at most. Google advises about 2 MB and sets no limit (Sheets API, usage
    limits). `gathered_cells` is how many cells wait in a hidden tab at most before they are moved below a table in one
    request, which Google cuts off after 180 s; how long it takes to copy so many is not documented. 0: none do.
    """

    lease: timedelta = timedelta(seconds=30)
    batch_bytes: int = 2_200_000
    gathered_cells: int = 2_500_000
