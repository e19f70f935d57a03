"""The vendors, and the turns that requests to them wait for: the real ledgers, asked on the model's clock."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from application.connections import google_turns, turns
from application.connections.errands import Errand, Reply
from application.connections.google_ledger import GoogleErrand, GoogleLedger
from application.connections.google_limits import GoogleLimits
from application.connections.google_ports import Spending
from application.connections.ledger import Ledger
from application.connections.limits import HEAD_START, VendorLimits
from application.connections.ports import Urgency
from application.connections.queueing import pause_of
from application.simulation.measures import Measures
from application.simulation.scenario import Costs
from application.simulation.timeline import SECOND, Process, Step, Timeline
from domain.shared.errors import VendorBusy

PATIENCE = 30 * SECOND
"""How long the adapters wait for a turn before a run is postponed (ports of the budgets)."""


class Latencies:
    """How long a vendor takes to answer, by lot."""

    def __init__(self, timeline: Timeline, costs: Costs) -> None:
        self._lots = timeline.lots
        self._jitter = costs.jitter

    def of(self, seconds: float) -> int:
        """In microseconds."""
        return round(seconds * SECOND * (1 + self._jitter * (2 * self._lots.random() - 1)))


@dataclass(slots=True, eq=False)
class _AtGoogle:
    process: Process
    errand: GoogleErrand
    latency: int
    began: int
    since: int = 0


class GoogleDesk:
    """Calls to Google, as google_turns.QueuedGoogleBudgets has them wait."""

    def __init__(self, timeline: Timeline, limits: GoogleLimits, latencies: Latencies, measures: Measures) -> None:
        self._timeline = timeline
        self._ledger = GoogleLedger(limits)
        self._latencies = latencies
        self._measures = measures
        self._count = 0

    def call(
        self, project: str, company: str, spending: Spending, urgency: Urgency, seconds: float, spreadsheet: str = ""
    ) -> Step:
        """A step that takes as long as the turn and the answer."""

        def begin(process: Process) -> None:
            self._count += 1
            errand = GoogleErrand(f"{self._count:x}", project, company, company, spending, urgency, spreadsheet)
            self._ask(_AtGoogle(process, errand, self._latencies.of(seconds), self._timeline.now))

        return begin

    def _ask(self, one: _AtGoogle) -> None:
        now = self._timeline.now
        reply = self._ledger.ask(one.errand, one.since, now)
        if reply.granted:
            self._measures.google(one.errand.project, one.errand.spending, now, now - one.began)
            self._timeline.at(now + one.latency, lambda: self._answered(one))
            return
        one.since, left = reply.since, (one.began + PATIENCE - now) / SECOND
        try:
            google_turns.refuse_in_vain(reply, left)
        except VendorBusy as busy:
            self._ledger.leave(one.errand)
            self._measures.waits[one.errand.spending.value].append(now - one.began)
            one.process.fail(busy)
            return
        self._timeline.after(pause_of(reply, left), lambda: self._ask(one))

    def _answered(self, one: _AtGoogle) -> None:
        self._ledger.settle(one.errand, None, self._timeline.now)
        one.process.go_on()


@dataclass(slots=True, eq=False)
class _AtMoySklad:
    process: Process
    errand: Errand
    latency: int
    began: int
    since: int = 0
    asked: int = 0


class MoySkladDesk:
    """Calls to MoySklad, as turns.QueuedBudgets has them wait; who waits for a slot is woken when one is free."""

    def __init__(self, timeline: Timeline, limits: VendorLimits, latencies: Latencies, measures: Measures) -> None:
        self._timeline = timeline
        # Books of different companies have nothing to do with one another; one for each needs no sweeping.
        self._ledgers: dict[str, Ledger] = defaultdict(lambda: Ledger(limits))
        self._sleepers: dict[str, list[_AtMoySklad]] = {}
        self._latencies = latencies
        self._measures = measures
        self._count = 0

    def call(self, company: str, urgency: Urgency, seconds: float) -> Step:
        """A step that takes as long as the turn and the answer of one request of one unit."""

        def begin(process: Process) -> None:
            self._count += 1
            errand = Errand(f"{self._count:x}", company, company, 1, urgency)
            self._ask(_AtMoySklad(process, errand, self._latencies.of(seconds), self._timeline.now))

        return begin

    def _ask(self, one: _AtMoySklad) -> None:
        now, company = self._timeline.now, one.errand.credential
        one.asked += 1
        reply = self._ledgers[company].ask(one.errand, one.since, now)
        if reply.granted:
            self._measures.moysklad(company, reply.cost, now, now - one.began)
            self._timeline.at(now + one.latency, lambda: self._answered(one, reply))
            return
        one.since, left = reply.since, (one.began + PATIENCE - now) / SECOND
        try:
            turns.refuse_in_vain(reply, left)
        except VendorBusy as busy:
            self._ledgers[company].leave(one.errand)
            self._measures.waits["moysklad"].append(now - one.began)
            one.process.fail(busy)
            return
        if reply.crowded:
            self._sleepers.setdefault(company, []).append(one)
        self._timeline.after(pause_of(reply, left), self._again(one))

    def _again(self, one: _AtMoySklad) -> Callable[[], None]:
        """Asks again, unless the one who waits was woken meanwhile."""
        asked = one.asked

        def again() -> None:
            if one.asked == asked:
                self._wake(one)

        return again

    def _wake(self, one: _AtMoySklad) -> None:
        sleepers = self._sleepers.get(one.errand.credential, [])
        if one in sleepers:
            sleepers.remove(one)
        if not sleepers:
            self._sleepers.pop(one.errand.credential, None)
        self._ask(one)

    def _answered(self, one: _AtMoySklad, granted: Reply) -> None:
        company = one.errand.credential
        self._ledgers[company].settle(one.errand, granted, None, self._timeline.now)
        sleepers = self._sleepers.get(company)
        if sleepers:
            self._wake(
                min(sleepers, key=lambda other: (other.since + HEAD_START[other.errand.urgency], other.errand.id))
            )
        one.process.go_on()
