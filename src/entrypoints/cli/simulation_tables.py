"""What a simulation found, for a terminal."""

from collections.abc import Iterator, Sequence

from application.simulation.findings import Findings, Percentiles, Use
from application.simulation.scenario import Scenario
from application.simulation.sizing import WANTED, Needed
from domain.exports.sharing import room_of


def lines_of(scenario: Scenario, findings: Findings) -> Sequence[str]:
    """The table."""
    demand, installation = scenario.demand, scenario.installation
    places, quota = room_of(installation.threads), installation.project_requests
    start = f"{scenario.start:%d.%m.%Y %H:%M} UTC"
    drained = f"the last ended {findings.drained_seconds:,.0f} s after the last hour"
    return [
        f"{demand.companies:,} companies, {scenario.hours:g} h from {start}, seed {scenario.seed}",
        f"{installation.workers} workers with {installation.threads} threads ({places.runs} places each)",
        f"{installation.projects} Google projects with {quota} reads and as many writes a minute",
        "",
        "occurrences",
        *(f"  {outcome:<28}{count:>10,}" for outcome, count in findings.occurrences.items()),
        f"  {'runs booked / ended':<28}{findings.runs_booked:>10,} / {findings.runs_ended:,}  ({drained})",
        *([f"  {'runs that did not end':<28}{findings.runs_left:>10,}"] if findings.runs_left else []),
        "",
        "within target",
        *(
            f"  {kind:<28}{kept.share:>10.2%}   {kept.kept:,} of {kept.exports:,} exports, each time"
            for kind, kept in findings.kept.items()
        ),
        f"  {'all':<28}{findings.share_within_target:>10.2%}",
        "",
        f"{'':<30}{'count':>10}{'p50':>10}{'p95':>10}{'p99':>10}{'longest':>10}",
        *_spans("age before it is renewed", findings.ages),
        *_spans("cron: nominal time to end", findings.lateness),
        *(line for lane, spans in findings.delays.items() for line in _spans(f"{lane}: booking to start", spans)),
        *(line for lane, spans in findings.lengths.items() for line in _spans(f"{lane}: booking to end", spans)),
        *(line for kind, spans in findings.waits.items() for line in _spans(f"{kind}: wait for a turn", spans)),
        "",
        f"queue                         {findings.queue_mean:,.0f} runs on average, {findings.queue_longest:,} at most",
        "requests that had to wait     " + _counts(findings.waited_requests),
        "runs put off                  " + (_counts(findings.postponed) or "none"),
        "",
        f"{'':<30}{'mean':>10}{'10 min':>10}{'peak':>10}",
        *_uses(findings.uses),
        "",
        f"bound by {findings.bound_by}",
    ]


def needed_lines(scenario: Scenario, findings: Findings, needed: Needed | None) -> Sequence[str]:
    """The answer."""
    installation = scenario.installation
    quotas = f"{installation.projects} projects of {installation.project_requests} a minute"
    met = f"target met for {findings.share_within_target:.2%} of the exports"
    told = [f"{met} with {quotas} and {installation.workers} workers"]
    if needed is not None:
        found = needed.installation
        verb = "would be met" if needed.enough else f"would not reach {WANTED:.0%}: only be met"
        told.append(
            f"it {verb} for {needed.findings.share_within_target:.2%} with {found.projects} projects of "
            f"{found.project_requests} a minute and {found.workers} workers ({needed.trials} trials)"
        )
    elif findings.share_within_target < WANTED:
        told.append("nothing else was tried (--seek nothing)")
    return told


def assumptions(scenario: Scenario) -> list[str]:
    """What the answer rests on."""
    costs = scenario.costs
    return [
        "assumed, and no more certain than that:",
        f"  MoySklad answers in {costs.moysklad} s; a read at Google takes {costs.read} s, a write",
        f"  {costs.write} s and {costs.write_megabyte} s a MB, give or take {costs.jitter:.0%}; not promised.",
        f"  A run costs {costs.run_cpu} s of a worker's core (make bench-fairness), a row",
        f"  {costs.row_cpu * 1e6:.0f} us (make bench). A worker has a core to itself.",
        "  A run that finds nothing: 2 requests to MoySklad, 1 read. Else 2 reads, and 1 write for each 2.2 MB.",
        f"  A first run: a request for each {costs.page:,} rows, 2 reads, a write for the header and for each 2.2 MB.",
        "  Companies differ in how many exports they have, are all in Moscow's time zone, and have each a Google",
        "  user, and a spreadsheet for each export. Changes come evenly.",
        "  Left out: failures, reconciliations, daily full readings, logs in sheets, the weight of 4 of drafts at",
        "  MoySklad, other integrations that spend a company's budgets, PostgreSQL and Redis, rounds of turns that",
        "  take longer than 20 ms.",
    ]


def _spans(name: str, spans: Percentiles) -> Iterator[str]:
    if spans.count:
        numbers = (spans.p50, spans.p95, spans.p99, spans.longest)
        yield f"{name:<30}{spans.count:>10,}" + "".join(f"{number:>8,.1f} s" for number in numbers)


def _uses(uses: Sequence[Use]) -> Iterator[str]:
    """Of the projects, which are alike, the busiest one, by reads and by writes."""
    for kind in ("Google reads", "Google writes"):
        alike = [use for use in uses if use.resource.startswith(kind)]
        yield _use(max(alike, key=lambda use: use.busy), f" (busiest of {len(alike)})")
    rest = [use for use in uses if not use.resource.startswith("Google")]
    for use in rest:
        yield _use(use)


def _use(use: Use, remark: str = "") -> str:
    peak = "" if use.peak is None else f"{use.peak:>10.1%}"
    return f"{use.resource.partition(' (')[0]:<30}{use.mean:>10.1%}{use.busy:>10.1%}{peak}{remark}"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
