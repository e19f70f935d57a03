"""What a simulation found, as it is told."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import timedelta

import msgspec

from application.connections.google_ports import Spending
from application.connections.limits import VendorLimits
from application.simulation.measures import MINUTE, Measures, busiest, most_in, percentile
from application.simulation.model import Model
from application.simulation.population import Export
from application.simulation.scenario import Kind, Scenario
from application.simulation.timeline import SECOND
from domain.exports.sharing import room_of

BUSY_MINUTES = 10
"""So long a resource has to be used up before it is said to be what bounds everything."""
USED_UP = 0.9


class Percentiles(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds."""

    count: int
    p50: float
    p95: float
    p99: float
    longest: float

    @classmethod
    def of(cls, moments: Iterable[int]) -> "Percentiles":
        """Of microseconds."""
        values = sorted(moments)
        p50, p95, p99, longest = (percentile(values, share) for share in (0.5, 0.95, 0.99, 1.0))
        return cls(count=len(values), p50=p50, p95=p95, p99=p99, longest=longest)


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a resource was used: shares of what there is, on average, in the busiest ten minutes, and in the
    busiest minute, where one is counted.
    """

    resource: str
    mean: float
    busy: float
    peak: float | None = None


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Exports that were always within their target, of those that were looked at."""

    exports: int
    kept: int

    @property
    def share(self) -> float:
        """1 where there were none to look at."""
        return self.kept / self.exports if self.exports else 1.0


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is told. Ages are those that data had just before newer data stood in the sheet; lateness is from
    the nominal moment of a cron to the end of its run.
    """

    scenario: dict[str, object]
    share_within_target: float
    kept: dict[str, Kept]
    ages: Percentiles
    lateness: Percentiles
    occurrences: dict[str, int]
    runs_booked: int
    runs_ended: int
    runs_left: int
    drained_seconds: float
    delays: dict[str, Percentiles]
    lengths: dict[str, Percentiles]
    waits: dict[str, Percentiles]
    waited_requests: dict[str, int]
    postponed: dict[str, int]
    queue_mean: float
    queue_longest: int
    uses: list[Use]
    bound_by: str


def findings_of(model: Model) -> Findings:
    """After the simulation is over."""
    measures, scenario = model.measures, model.scenario
    exports = model.people.exports
    kept = {kind.value: kept_of(one for one in exports if one.kind is kind) for kind in Kind}
    every = kept_of(exports)
    uses = list(_uses(model))
    return Findings(
        scenario=_told(scenario),
        share_within_target=every.share,
        kept={kind: one for kind, one in kept.items() if one.exports},
        ages=Percentiles.of(measures.ages),
        lateness=Percentiles.of(measures.lateness),
        occurrences=dict(sorted(measures.outcomes.items())),
        runs_booked=measures.booked,
        runs_ended=measures.ended,
        runs_left=model.left,
        drained_seconds=max(model.timeline.now - model.until, 0) / SECOND,
        delays={lane: Percentiles.of(found) for lane, found in sorted(measures.delays.items())},
        lengths={lane: Percentiles.of(found) for lane, found in sorted(measures.lengths.items())},
        waits={kind: Percentiles.of(found) for kind, found in sorted(measures.waits.items())},
        waited_requests={kind: sum(map(bool, found)) for kind, found in sorted(measures.waits.items())},
        postponed=dict(sorted(measures.postponed.items())),
        queue_mean=sum(measures.depths) / max(len(measures.depths), 1),
        queue_longest=max(measures.depths, default=0),
        uses=uses,
        bound_by=_bound(uses, measures),
    )


def kept_of(exports: Iterable[Export]) -> Kept:
    """Of those of which a run ended, or should have."""
    looked_at = [one for one in exports if one.kept or one.late]
    return Kept(exports=len(looked_at), kept=sum(1 for one in looked_at if not one.late))


def _uses(model: Model) -> Iterable[Use]:
    measures, scenario = model.measures, model.scenario
    installation, minutes = scenario.installation, scenario.hours * 60
    for spending in Spending:
        for number in range(1, installation.projects + 1):
            grants = measures.grants.get((f"project-{number}", spending.value), [])
            each_minute = Counter(moment // MINUTE for moment in grants)
            inside = sum(1 for moment in grants if moment < model.until)
            yield Use(
                resource=f"Google {spending.value}s of project-{number}",
                mean=inside / (installation.project_requests * minutes),
                busy=busiest(each_minute, BUSY_MINUTES) / (installation.project_requests * BUSY_MINUTES),
                peak=most_in(grants, MINUTE) / installation.project_requests,
            )
    yield _use_of("worker CPU", measures.cpu, installation.workers, model)
    places = installation.workers * room_of(installation.threads).runs
    yield _use_of("places of workers", measures.places, places, model)
    limits = VendorLimits()
    budget = limits.units * MINUTE / SECOND / limits.window
    yield Use(
        resource="MoySklad units of a company (the busiest in its busiest minute)",
        mean=measures.units / (budget * minutes * scenario.demand.companies),
        busy=measures.busiest / budget,
        peak=measures.busiest / budget,
    )


def _use_of(resource: str, used: Counter[int], many: int, model: Model) -> Use:
    inside = sum(time for minute, time in used.items() if minute < model.until // MINUTE)
    return Use(
        resource=resource,
        mean=inside / (many * (model.until - model.began)),
        busy=busiest(used, BUSY_MINUTES) / (many * BUSY_MINUTES * MINUTE),
        peak=busiest(used, 1) / (many * MINUTE),
    )


def _bound(uses: Sequence[Use], measures: Measures) -> str:
    """What is used up for ten minutes; quotas before places, since runs keep their places while they wait for them."""
    short = [use for use in uses if use.busy >= USED_UP and "MoySklad" not in use.resource]
    quotas = sorted({" ".join(use.resource.split()[:2]) for use in short if use.resource.startswith("Google")})
    if quotas:
        return " and ".join(f"{quota} of a project" for quota in quotas)
    if short:
        return short[0].resource
    bursts = [use for use in uses if use.peak is not None and use.peak >= USED_UP and use.resource.startswith("Google")]
    if bursts and sum(map(sum, measures.waits.values())) > SECOND * len(measures.lengths):
        return "bursts that use up a minute of Google's quota"
    return "nothing: requests and computing take the time"


def _told(scenario: Scenario) -> dict[str, object]:
    return {name: _plain(value) for name, value in asdict(scenario).items()}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
