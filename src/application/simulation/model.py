"""A whole installation, put together of the real handlers and ledgers over simulated ports."""

from datetime import timedelta
from typing import Any, cast

from application.connections.google_limits import GoogleLimits
from application.connections.limits import VendorLimits
from application.exports.commands.book_due_exports import BookDueExports, BookDueExportsHandler
from application.exports.commands.dispatch_runs import DispatchRuns, DispatchRunsHandler
from application.exports.commands.make_room import MakeRoom, MakeRoomHandler
from application.exports.dispatching import Places
from application.exports.ports import CronCalendar
from application.exports.run_command import send_to_worker
from application.simulation.desks import GoogleDesk, Latencies, MoySkladDesk
from application.simulation.measures import Measures, spread_out
from application.simulation.office import Floor, Run, SameAllowances, Shelf
from application.simulation.population import Export, Population, settle
from application.simulation.queue import NoTransaction, RunQueue
from application.simulation.running import Running, Worker
from application.simulation.scenario import Kind, Scenario
from application.simulation.timeline import SECOND, DrawnIds, Process, Stopped, Timeline, VirtualClock, answer_of, stamp
from domain.exports.freshness import PastRun, next_run
from domain.exports.schedule import FreshnessSchedule
from domain.exports.sharing import Lane, Room, room_of
from domain.exports.task import ExportTask, RunMode, Trigger
from domain.shared.errors import VendorBusy
from domain.shared.identities import ClaimId, TaskId

LEASE = timedelta(days=1)
"""Nobody dies here, so that leases need no renewal."""

PATIENCE = 6 * 3600 * SECOND
"""So long after the last hour runs that have not ended are waited for."""

TICK = 1.0
"""How often a scheduler looks (entrypoints.scheduler)."""


class Model:
    """Schedules come due for the hours of the scenario; then everything that was booked is carried out."""

    def __init__(self, scenario: Scenario, calendar: CronCalendar) -> None:
        self.scenario = scenario
        self.measures = Measures()
        self.timeline = timeline = Timeline(scenario.start, scenario.seed)
        self.began = timeline.now
        self.until = timeline.now + round(scenario.hours * 3600 * SECOND)
        self.people: Population = settle(scenario, timeline, calendar)
        installation, costs = scenario.installation, scenario.costs
        limits = GoogleLimits(user=installation.user_requests, project=installation.project_requests)
        latencies = Latencies(timeline, costs)
        self._terms = installation.terms
        self._shelf = Shelf(timeline, self.people.exports, self._terms, self.until, self.measures)
        self._queue = RunQueue(timeline, self._deliver, self._notify)
        self._workers = [Worker() for _ in range(installation.workers)]
        self._floor = Floor(sum((room_of(installation.threads) for _ in self._workers), Room(0, 0)))
        self._running = Running(
            timeline,
            costs,
            GoogleDesk(timeline, limits, latencies, self.measures),
            MoySkladDesk(timeline, VendorLimits(), latencies, self.measures),
            self.measures,
        )
        self._hire(calendar)
        self._dispatching = False
        self.left = 0

    def _hire(self, calendar: CronCalendar) -> None:
        """The handlers ask no more of their ports than the shelf, the floor and the queue have; mypy cannot know that,
        and what they did ask beyond it would end the simulation.
        """
        clock, ids, alone = VirtualClock(self.timeline), DrawnIds(self.timeline), cast("Any", NoTransaction())
        shelf, floor, queue = cast("Any", self._shelf), cast("Any", self._floor), cast("Any", self._queue)
        places = Places(floor, floor, self.scenario.installation.shares)
        allowances = SameAllowances(self._terms)
        self._book = BookDueExportsHandler(
            alone, shelf, shelf, shelf, shelf, allowances, calendar, queue, cast("Any", ids), clock
        )
        self._dispatch = DispatchRunsHandler(alone, places, queue, queue, floor, queue, queue, clock)
        self._make_room = MakeRoomHandler(alone, places, queue, floor, clock)

    def run(self) -> None:
        """From the first occurrence to the end of the last run, or until PATIENCE is over: with a quota of a request or
        two a minute a run that needs three never ends.
        """
        for moment, export in self.people.firsts:
            self.timeline.at(moment, lambda export=export: self._begin_by_hand(export))  # type: ignore[misc]
        # Schedulers tick at no round moment.
        self.timeline.after(TICK * self.timeline.lots.random(), self._tick)
        self.timeline.run(self.until + PATIENCE)
        for run in self._shelf.runs.values():
            run.export.late += 1
        self.left = len(self._shelf.runs)

    # The scheduler and the relay ------------------------------------------------------------------------------------

    def _tick(self) -> None:
        if self._shelf.has_due:
            answer_of(self._book(BookDueExports()))
        if self._queue.depth(Lane.BACKFILL.value):
            answer_of(self._make_room(MakeRoom()))
        if self.timeline.now < self.until:
            self.measures.depths.append(self._queue.waits)
        if self.timeline.now < self.until or self._shelf.runs:
            self.timeline.after(TICK, self._tick)

    def _notify(self) -> None:
        """Something is due, or a place is free."""
        if self._dispatching or not self._queue.waits:
            return
        if any(self._floor.left(lane) and self._queue.depth(lane.value) for lane in Lane):
            self._dispatching = True
            self.timeline.after(self.scenario.costs.round, self._give_turns)

    def _give_turns(self) -> None:
        self._dispatching = False
        if answer_of(self._dispatch(DispatchRuns())):
            self._notify()

    def _begin_by_hand(self, export: Export) -> None:
        now = self.timeline.moment()
        task = ExportTask(
            id=TaskId(self.timeline.id()),
            company_id=export.scheduled.company_id,
            config_id=export.scheduled.id,
            mode=RunMode.INCREMENTAL,
            trigger=Trigger.MANUAL,
            write_lock="",
            booked_at=now,
            sent_at=now,
            lane=Lane.BACKFILL,
        )
        self._shelf.begin(task, export)
        answer_of(send_to_worker(cast("Any", self._queue), task, now))

    # The workers ----------------------------------------------------------------------------------------------------

    def _deliver(self, task_id: TaskId) -> None:
        """The turn has come: whichever worker has the most threads free takes the run."""
        run = self._shelf.runs[task_id]
        worker = min(self._workers, key=lambda one: one.runs)
        worker.runs += 1
        self._floor.occupy(run)
        self.timeline.after(self.scenario.costs.pickup, lambda: self._claim(run, worker))

    def _claim(self, run: Run, worker: Worker) -> None:
        now = self.timeline.now
        if run.task.started_at is None:
            self.measures.delays[run.task.lane.value].append(now - stamp(run.task.booked_at))
        run.task.claim(ClaimId(self.timeline.id()), self.timeline.moment(), LEASE)
        work = self._running.work(run, worker)
        Process(work, lambda error: self._over(run, worker, now, error)).go_on()

    def _over(self, run: Run, worker: Worker, since: int, error: Exception | None) -> None:
        worker.runs -= 1
        self._floor.leave(run)
        spread_out(self.measures.places, since, self.timeline.now)
        if error is None:
            self._finish(run)
        else:
            self._put_back(run, error)
        self._notify()

    def _finish(self, run: Run) -> None:
        """As RunExportHandler and Succession do it."""
        now, moment, export = self.timeline.now, self.timeline.moment(), run.export
        run.task.finish(moment)
        self._shelf.end(run)
        export.past.appendleft(PastRun(run.task.state, run.task.booked_at, moment))
        self.measures.lengths[run.task.lane.value].append(now - stamp(run.task.booked_at))
        self._judge(run, now)
        if run.task.started_at is not None:
            export.scheduled.fresh_at = run.task.started_at
            export.read_at = stamp(run.task.started_at)
        schedule = export.scheduled.schedule
        if isinstance(schedule, FreshnessSchedule):
            shortest = self._terms.shortest
            due = next_run(schedule.target, shortest, export.scheduled.fresh_at, list(export.past), moment)
            export.scheduled.schedule = FreshnessSchedule(schedule.target, due)
            self._shelf.put(export.scheduled)

    def _judge(self, run: Run, now: int) -> None:
        if run.export.kind is Kind.FRESH:
            self.measures.ages.append(now - run.export.read_at)
            run.export.judge(now - run.export.read_at)
        elif run.nominal_at is not None:
            self.measures.lateness.append(now - run.nominal_at)
            run.export.judge(now - run.nominal_at)

    def _put_back(self, run: Run, error: Exception) -> None:
        """As RunExportHandler postpones what a vendor has no turn for, or what is asked to make room."""
        until = self.timeline.moment()
        if isinstance(error, VendorBusy):
            until += timedelta(seconds=error.retry_after)
            self.measures.postponed[str(error.details.get("vendor", "moysklad"))] += 1
        elif isinstance(error, Stopped):
            self.measures.postponed["handed over"] += 1
        run.task.postpone(until, self.timeline.moment())
        answer_of(send_to_worker(cast("Any", self._queue), run.task, until))


def simulated(scenario: Scenario, calendar: CronCalendar) -> Model:
    """The model after everything has happened."""
    model = Model(scenario, calendar)
    model.run()
    return model
