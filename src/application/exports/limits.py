"""The sizes and times of a run."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class RunLimits:
    """`lease` is how long a silent worker keeps its task. `batch_bytes` is how much JSON goes into one write: Google
    advises 2 MB at most (Sheets API, usage limits), and the rest leaves room for the request around the rows.
    """

    lease: timedelta = timedelta(seconds=30)
    batch_bytes: int = 1_800_000
