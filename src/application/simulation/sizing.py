"""How much an installation needs, found by trying."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil

from application.connections.google_ports import Spending
from application.exports.ports import CronCalendar
from application.simulation.findings import Findings, findings_of
from application.simulation.model import simulated
from application.simulation.scenario import Installation, Scenario

WANTED = 0.99
"""The share of exports that has to be within its target."""
SAMPLE = 2500
"""Trials are made with about so many companies and their share of everything; what was found is tried with all."""
_AMPLE_WORKERS = 8
"""For one project: with many more places than that, runs would give up waiting for each other."""
_NOISE = 0.002
"""So much a sample may fall short of what all companies come to: more workers would not mend that."""
_QUOTA_SAMPLE = 1000
_QUOTA_STEP = 10
_MOST_TRIALS = 3


class Seek(StrEnum):
    """What may be had more of, beside workers."""

    PROJECTS = "projects"
    QUOTA = "quota"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Needed:
    """An installation and what it does for the companies. `enough` says whether that is what was wanted."""

    installation: Installation
    findings: Findings
    enough: bool
    trials: int


class Sizing:
    """Tries installations. `told` hears of each trial."""

    def __init__(self, scenario: Scenario, calendar: CronCalendar, told: Callable[[str], None]) -> None:
        self._scenario = scenario
        self._calendar = calendar
        self._told = told
        self._trials = 0

    def find(self, seek: Seek, first: Findings) -> Needed:
        """The fewest projects, or the smallest quota of each project, and the fewest workers with which enough exports
        are within their targets. Projects are alike, since companies are spread over them evenly. `first` is what the
        scenario itself came to: what was spent there is needed at least.
        """
        had = self._scenario.installation
        spent = max(
            sum(use.mean for use in first.uses if use.resource.startswith(f"Google {spending.value}s"))
            for spending in Spending
        )
        if seek is Seek.PROJECTS:
            low = min(max(ceil(spent), 1), self._scenario.demand.companies)
            count = least(low, had.projects, self._scenario.demand.companies, self._enough_projects)
            found = replace(had, projects=count)
        else:
            low = max(ceil(spent * had.project_requests / had.projects / _QUOTA_STEP), 1)
            tens = least(low, -(-had.project_requests // _QUOTA_STEP), 1_000_000, self._enough_quota)
            found = replace(had, project_requests=tens * _QUOTA_STEP)
        found = replace(found, workers=self._workers(found))
        return self._confirmed(found, seek)

    def _enough_projects(self, projects: int) -> bool:
        """One of them with its companies, and more workers than it could occupy."""
        installation = replace(self._scenario.installation, projects=1, workers=_AMPLE_WORKERS)
        companies = ceil(self._scenario.demand.companies / projects)
        return self._try(installation, companies, f"{projects} projects") >= WANTED

    def _enough_quota(self, tens: int) -> bool:
        """A part of one project with as large a part of its companies."""
        had, requests = self._scenario.installation, tens * _QUOTA_STEP
        companies = ceil(self._scenario.demand.companies / had.projects)
        part = min(_QUOTA_SAMPLE / companies, 1)
        quota = max(int(requests * part), 1)
        installation = replace(had, projects=1, project_requests=quota, workers=_AMPLE_WORKERS)
        return self._try(installation, ceil(companies * part), f"a quota of {requests}") >= WANTED

    def _workers(self, found: Installation) -> int:
        companies = self._scenario.demand.companies
        projects = min(max(round(found.projects * SAMPLE / companies), 1), found.projects)
        share = projects / found.projects

        def share_with(workers: int) -> float:
            installation = replace(found, projects=projects, workers=workers)
            return self._try(installation, ceil(companies * share), f"{workers / share:.0f} workers")

        ample = projects * _AMPLE_WORKERS
        wanted = min(WANTED, share_with(ample) - _NOISE)
        guess = max(round(found.workers * share), 1)
        return ceil(least(1, guess, ample, lambda workers: share_with(workers) >= wanted) / share)

    def _try(self, installation: Installation, companies: int, what: str) -> float:
        self._trials += 1
        demand = replace(self._scenario.demand, companies=max(companies, 1))
        model = simulated(replace(self._scenario, demand=demand, installation=installation), self._calendar)
        share = findings_of(model).share_within_target
        self._told(f"tried {what} with {companies} companies: {share:.1%} of the exports within their targets")
        return share

    def _confirmed(self, found: Installation, seek: Seek) -> Needed:
        """With all companies. What a sample promised too much is added to a little, a few times."""
        for left in reversed(range(_MOST_TRIALS)):
            self._trials += 1
            findings = findings_of(simulated(replace(self._scenario, installation=found), self._calendar))
            share = findings.share_within_target
            self._told(f"tried with all companies: {share:.1%} of the exports within their targets")
            if share >= WANTED or not left:
                return Needed(found, findings, share >= WANTED, self._trials)
            found = replace(found, workers=ceil(found.workers * 1.1))
            if seek is Seek.PROJECTS:
                found = replace(found, projects=found.projects + 1)
            else:
                found = replace(found, project_requests=ceil(found.project_requests * 1.05))
        raise AssertionError("the last trial always answers")


def least(low: int, guess: int, high: int, enough: Callable[[int], bool]) -> int:
    """The least number from `low` to `high` that is enough, going on from a guess; `high` where none is. More is never
    worse but for noise, so that halving finds it.
    """
    below, number = low - 1, min(max(guess, low), high)
    while not enough(number):
        below = number
        if number == high:
            return high
        number = min(number * 2, high)
    above = number
    while above - below > 1:
        number = (above + below) // 2
        if enough(number):
            above = number
        else:
            below = number
    return above
