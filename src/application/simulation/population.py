"""Companies and their exports, drawn by lot."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp, sqrt
from random import Random
from typing import TypeVar

from application.exports.ports import CronCalendar
from application.simulation.scenario import CRONS, MOSCOW, Demand, Kind, Scenario
from application.simulation.timeline import SECOND, Timeline, stamp
from domain.exports.freshness import REMEMBERED, PastRun, next_run
from domain.exports.schedule import CronSchedule, FreshnessSchedule, Terms, chosen_spread
from domain.exports.scheduled import Scheduled
from domain.shared.identities import CompanyId, ConfigId

_HOUR = 3600 * SECOND
_MANY = 50
ValueT = TypeVar("ValueT")


@dataclass(slots=True, eq=False)
class Export:
    """An export and what is known of its sheet. `read_at` is when the last run that went well began to read; `changes`
    are those of an hour. `rows` are those of a first run. `promised` is how old its data may be, or how long after
    its nominal moments its runs may end. `late` counts the times when it was not kept.
    """

    scheduled: Scheduled
    project: str
    kind: Kind | None
    read_at: int
    promised: int
    changes: float = 0.0
    rows: int = 0
    late: int = 0
    kept: int = 0
    past: deque[PastRun] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    @property
    def company(self) -> str:
        """Whose budgets its runs spend."""
        return str(self.scheduled.company_id)

    def judge(self, took: int) -> None:
        """Its data got so old, or its run ended so long after the nominal moment."""
        if took <= self.promised:
            self.kept += 1
        else:
            self.late += 1


@dataclass(frozen=True, slots=True)
class Population:
    """Everybody. `firsts` are exports that are begun by hand, each with its moment."""

    exports: Sequence[Export]
    firsts: Sequence[tuple[int, Export]]


def settle(scenario: Scenario, timeline: Timeline, calendar: CronCalendar) -> Population:
    """Draws the companies. Their exports have run before, so that nothing comes due because all begin at once."""
    demand, terms = scenario.demand, scenario.installation.terms
    crons = {kind: _Cron.of(cron, calendar, terms, timeline.moment()) for kind, cron in CRONS.items()}
    exports: list[Export] = []
    firsts: list[tuple[int, Export]] = []
    span = round(scenario.hours * _HOUR)
    for number in range(demand.companies):
        company_id, project = CompanyId(timeline.id()), f"project-{number % scenario.installation.projects + 1}"
        count = drawn(timeline.lots, demand.exports)
        for _ in range(count):
            kind = drawn(timeline.lots, demand.kinds)
            export = _fresh(timeline, company_id, project, demand, terms)
            if kind in crons:
                export = crons[kind].export(timeline, company_id, project, kind, demand)
            export.changes = demand.changes / count
            exports.append(export)
        if timeline.lots.random() < demand.backfills:
            moment = timeline.now + timeline.lots.randrange(max(span, 1))
            unread = Scheduled(ConfigId(timeline.id()), company_id, None, "", unread=True)
            firsts.append((moment, Export(unread, project, None, moment, span, rows=demand.rows)))
    return Population(exports, firsts)


@dataclass(frozen=True, slots=True)
class _Cron:
    schedule: CronSchedule
    gap: timedelta

    @classmethod
    def of(cls, cron: str, calendar: CronCalendar, terms: Terms, now: datetime) -> "_Cron":
        gap = calendar.shortest_gap(cron)
        following = calendar.next_after(cron, MOSCOW, now)
        return cls(CronSchedule(cron, MOSCOW, following, chosen_spread(None, gap, terms)), gap)

    def export(self, timeline: Timeline, company_id: CompanyId, project: str, kind: Kind, demand: Demand) -> Export:
        scheduled = Scheduled(ConfigId(timeline.id()), company_id, self.schedule, "")
        read_at = stamp(self.schedule.nominal_at - self.gap)
        return Export(scheduled, project, kind, read_at, demand.on_time // timedelta(microseconds=1))


def _fresh(timeline: Timeline, company_id: CompanyId, project: str, demand: Demand, terms: Terms) -> Export:
    """Somewhere between two runs, evenly."""
    now = timeline.moment()
    period = next_run(demand.target, terms.shortest, now, (), now) - now
    read_at = timeline.now - timeline.lots.randrange(max(period // timedelta(microseconds=1), 1))
    due = next_run(demand.target, terms.shortest, now - timedelta(microseconds=timeline.now - read_at), (), now)
    scheduled = Scheduled(ConfigId(timeline.id()), company_id, FreshnessSchedule(demand.target, due), "")
    return Export(scheduled, project, Kind.FRESH, read_at, demand.target // timedelta(microseconds=1))


def drawn(lots: Random, mix: Sequence[tuple[ValueT, int]]) -> ValueT:
    """One of the values, by their weights."""
    return lots.choices([value for value, _ in mix], [weight for _, weight in mix])[0]


def happened(lots: Random, expected: float) -> int:
    """How often something happened that happens so often on average, each time by itself (Poisson; where that is many
    times, as a normal distribution has it).
    """
    if expected > _MANY:
        return max(round(lots.gauss(expected, sqrt(expected))), 0)
    reached, least, count = lots.random(), exp(-expected), 0
    while reached > least:
        reached *= lots.random()
        count += 1
    return count


def changes_of(export: Export, lots: Random, now: int) -> int:
    """Objects that changed since the export last read."""
    return happened(lots, export.changes * max(now - export.read_at, 0) / _HOUR)
