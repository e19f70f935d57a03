"""What is simulated, and what is assumed of the rest of the world."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from domain.exports.schedule import Terms
from domain.exports.sharing import Shares

MOSCOW = "Europe/Moscow"
START = datetime(2026, 6, 1, 5, tzinfo=UTC)
"""A Monday, 08:00 in Moscow: a usual simulation has the daily exports of 09:00 in it."""


class Kind(StrEnum):
    """The kinds of schedules that exports are given."""

    HOURLY = "hourly"
    DAILY = "daily"
    FRESH = "fresh"


CRONS = {Kind.HOURLY: "0 * * * *", Kind.DAILY: "0 9 * * *"}
"""On the hour, and at 09:00, which is when everybody wants it."""

_USUAL_TERMS = Terms(timedelta(minutes=5), timedelta(minutes=5))


@dataclass(frozen=True, slots=True)
class Costs:
    """What runs take. Seconds, bytes and rows; none of it is a promise of a vendor.

    - `pickup`: from the turn to the claim, "a few tens of milliseconds" (ADR 0029); `round` is a round of giving turns.
    - `moysklad`: one answer, 0.15 to 0.3 s by people's reports, unverified; `page` and `changed_page` are the rows of
      one answer without and with expanded links (JSON API).
    - `read`: a read at Google, unverified. `write` and `write_megabyte`: 1.1 s for 2 MB, the latency that `make bench`
      emulates.
    - `run_cpu`: of a run that finds little, from 7.8 runs a second with one worker (`make bench-fairness`). `row_cpu`,
      `row_bytes`: 62.6 µs and 41 MB for 100,000 rows of 20 columns (`make bench`).
    - `batch_bytes`: what one write holds (TECHNICAL_SPEC, limits).
    - `jitter`: each latency is drawn evenly from so much less to so much more.
    """

    pickup: float = 0.03
    round: float = 0.02
    moysklad: float = 0.25
    page: int = 1000
    changed_page: int = 100
    read: float = 0.3
    write: float = 0.3
    write_megabyte: float = 0.4
    run_cpu: float = 0.12
    row_cpu: float = 60e-6
    row_bytes: int = 410
    batch_bytes: int = 2_200_000
    jitter: float = 0.25

    @property
    def batch_rows(self) -> int:
        """Rows of one write."""
        return max(self.batch_bytes // self.row_bytes, 1)


@dataclass(frozen=True, slots=True)
class Installation:
    """What the operator decides: workers and their threads, projects and quotas, the settings of the service."""

    workers: int = 4
    threads: int = 8
    projects: int = 4
    project_requests: int = 285
    user_requests: int = 57
    shares: Shares = field(default_factory=Shares)
    terms: Terms = _USUAL_TERMS


@dataclass(frozen=True, slots=True)
class Demand:
    """What companies want. Each mix is of values and their weights.

    `changes` are the objects of a company that change in an hour; each of its exports sees a like part of them. In
    `backfills` of the companies somebody begins a first export of `rows` at some moment, by hand. An export by cron is
    on time when a run ends within `on_time` of its nominal moment, one with a target when its data never is older.
    """

    companies: int = 10_000
    exports: tuple[tuple[int, int], ...] = ((1, 60), (2, 25), (4, 15))
    kinds: tuple[tuple[Kind, int], ...] = ((Kind.HOURLY, 40), (Kind.DAILY, 30), (Kind.FRESH, 30))
    target: timedelta = timedelta(minutes=20)
    on_time: timedelta = timedelta(minutes=15)
    changes: float = 10.0
    rows: int = 20_000
    backfills: float = 0.02


@dataclass(frozen=True, slots=True)
class Scenario:
    """One question to the model. The same scenario has the same answer, to the last digit."""

    demand: Demand = field(default_factory=Demand)
    installation: Installation = field(default_factory=Installation)
    costs: Costs = field(default_factory=Costs)
    hours: float = 2.0
    start: datetime = START
    seed: int = 1
