"""`skladsheets simulate`: how an installation would keep up with so many companies, before there are any."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import click
import msgspec

from application.simulation.findings import findings_of
from application.simulation.model import simulated
from application.simulation.scenario import START, Demand, Installation, Kind, Scenario
from application.simulation.sizing import WANTED, Needed, Seek, Sizing
from domain.exports.schedule import Terms
from domain.exports.sharing import Shares
from entrypoints.cli.simulation_tables import assumptions, lines_of, needed_lines
from entrypoints.composition import offline

_WHOLE = click.IntRange(1)
_SMALL = click.IntRange(1, 64)
_AMOUNT = click.FloatRange(0)


class Mix(click.ParamType[Any]):
    """`value=weight` several times, with commas between."""

    name = "mix"

    def __init__(self, known: Sequence[str] = ()) -> None:
        self._known = known

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Pairs of the value and its weight."""
        found: list[tuple[str | int, int]] = []
        for part in str(value).split(","):
            name, _, weight = (text.strip() for text in part.partition("="))
            if not weight.isdecimal() or not self._fits(name):
                self.fail(f"{part!r}: {self._meaning()}", param, ctx)
            found.append((name if self._known else int(name), int(weight)))
        if not sum(weight for _, weight in found):
            self.fail("one weight at least has to be more than 0", param, ctx)
        return tuple(found)

    def _fits(self, name: str) -> bool:
        return name in self._known if self._known else name.isdecimal() and 1 <= int(name) <= 100

    def _meaning(self) -> str:
        if self._known:
            return f"write KIND=WEIGHT, where KIND is one of {', '.join(self._known)}, as in {self._known[0]}=40"
        return "write COUNT=WEIGHT with a count from 1 to 100, as in 1=60,2=40"


@click.command()
@click.option("--companies", default=1_000, show_default=True, type=_WHOLE)
@click.option(
    "--exports", default="1=60,2=25,4=15", show_default=True, type=Mix(), help="Exports of a company: weights."
)
@click.option(
    "--kind",
    "kinds",
    default="hourly=40,daily=30,fresh=30",
    show_default=True,
    type=Mix([kind.value for kind in Kind]),
    help="Schedules: on the hour, daily at 09:00, or with a freshness target.",
)
@click.option("--freshness", default=20, show_default=True, type=click.IntRange(10, 44640), help="The target, minutes.")
@click.option("--on-time", default=15, show_default=True, type=_WHOLE, help="Minutes in which a cron's run has to end.")
@click.option(
    "--changes", default=10.0, show_default=True, type=_AMOUNT, help="Changed objects of a company in an hour."
)
@click.option("--rows", default=20_000, show_default=True, type=_WHOLE, help="Rows of a first export.")
@click.option(
    "--backfills",
    default=0.02,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Share of companies that begin one.",
)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 4096))
@click.option("--threads", default=8, show_default=True, type=_SMALL, help="WORKER_THREADS.")
@click.option(
    "--clients", default=1, show_default=True, type=_WHOLE, help="OAuth clients, each of a project of its own."
)
@click.option("--project-requests", default=285, show_default=True, type=_WHOLE, help="GOOGLE_PROJECT_REQUESTS.")
@click.option("--user-requests", default=57, show_default=True, type=_WHOLE, help="GOOGLE_USER_REQUESTS.")
@click.option("--company-runs", default=4, show_default=True, type=_SMALL, help="COMPANY_RUNS.")
@click.option("--company-backfills", default=2, show_default=True, type=_SMALL, help="COMPANY_BACKFILLS.")
@click.option("--spread", default=300, show_default=True, type=click.IntRange(0), help="SCHEDULE_SPREAD_SECONDS.")
@click.option(
    "--hours",
    default=2.0,
    show_default=True,
    type=click.FloatRange(0, 240, min_open=True),
    help="How long schedules come due, from 08:00 in Moscow on; what was booked is carried out to its end.",
)
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0), help="The same seed gives the same answer."
)
@click.option(
    "--seek",
    default=Seek.PROJECTS.value,
    show_default=True,
    type=click.Choice([seek.value for seek in Seek]),
    help="Where under 99 percent are within their targets: what is looked for, beside workers.",
)
@click.option(
    "--json", "file", type=click.File("w", encoding="utf-8", lazy=True), help="Write everything there; - for stdout."
)
def simulate(file: Any, seek: str, **chosen: Any) -> None:
    """Model an installation: freshness of exports, use of quotas and workers, and what it would need.

    The service's own rules for schedules, turns and budgets run over a clock that jumps from event to event; nobody is
    asked. 10,000 companies take one to four minutes for two hours, and some more where something is looked for.
    """
    scenario, calendar, began = _scenario(chosen), offline.calendar(), time.monotonic()
    quiet = file is not None and file.name == "-"
    findings = findings_of(simulated(scenario, calendar))
    needed: Needed | None = None
    if findings.share_within_target < WANTED and seek != Seek.NOTHING.value:
        needed = Sizing(scenario, calendar, lambda told: click.echo(told, err=True)).find(Seek(seek), findings)
    seconds = time.monotonic() - began
    if not quiet:
        for line in [
            *lines_of(scenario, findings),
            "",
            *needed_lines(scenario, findings, needed),
            "",
            *assumptions(scenario),
        ]:
            click.echo(line)
        click.echo(f"\ntook {seconds:.0f} s")
    if file is not None:
        told = {"findings": findings, "needed": _needed(needed), "assumed": assumptions(scenario)}
        file.write(msgspec.json.format(msgspec.json.encode(told), indent=2).decode() + "\n")


def _scenario(chosen: dict[str, Any]) -> Scenario:
    demand = Demand(
        companies=chosen["companies"],
        exports=chosen["exports"],
        kinds=tuple((Kind(kind), weight) for kind, weight in chosen["kinds"]),
        target=timedelta(minutes=chosen["freshness"]),
        on_time=timedelta(minutes=chosen["on_time"]),
        changes=chosen["changes"],
        rows=chosen["rows"],
        backfills=chosen["backfills"],
    )
    if chosen["clients"] > demand.companies:
        raise click.BadParameter("there cannot be more clients than companies", param_hint="--clients")
    installation = Installation(
        workers=chosen["workers"],
        threads=chosen["threads"],
        projects=chosen["clients"],
        project_requests=chosen["project_requests"],
        user_requests=chosen["user_requests"],
        shares=Shares(chosen["company_runs"], chosen["company_backfills"]),
        terms=Terms(timedelta(minutes=5), timedelta(seconds=chosen["spread"])),
    )
    return Scenario(demand=demand, installation=installation, hours=chosen["hours"], seed=chosen["seed"], start=START)


def _needed(needed: Needed | None) -> dict[str, Any] | None:
    if needed is None:
        return None
    installation = needed.installation
    return {
        "enough": needed.enough,
        "projects": installation.projects,
        "project_requests": installation.project_requests,
        "workers": installation.workers,
        "threads": installation.threads,
        "shares": asdict(installation.shares),
        "trials": needed.trials,
        "findings": needed.findings,
    }
