"""A run in a worker: its requests and what it computes, in the order in which a real one needs them."""

from collections.abc import Callable
from dataclasses import dataclass

from application.connections.google_ports import Spending
from application.connections.ports import Urgency
from application.simulation.desks import GoogleDesk, MoySkladDesk
from application.simulation.measures import Measures, spread_out
from application.simulation.office import Run
from application.simulation.population import changes_of
from application.simulation.scenario import Costs
from application.simulation.timeline import SECOND, Aside, Process, Step, Stopped, Timeline, Work
from domain.exports.sharing import Lane

_MEGABYTE = 1_000_000


@dataclass(slots=True, eq=False)
class Worker:
    """A process with one core, which it spends on one thing after another."""

    runs: int = 0
    free_at: int = 0

    def compute(self, timeline: Timeline, measures: Measures, seconds: float) -> Step:
        """A step that takes the core for so long."""

        def begin(process: Process) -> None:
            start, needed = max(timeline.now, self.free_at), round(seconds * SECOND)
            spread_out(measures.cpu, start, start + needed)
            self.free_at = start + needed
            timeline.at(self.free_at, process.go_on)

        return begin


class Running:
    """Makes the work of runs."""

    def __init__(
        self, timeline: Timeline, costs: Costs, google: GoogleDesk, moysklad: MoySkladDesk, measures: Measures
    ) -> None:
        self._timeline = timeline
        self._costs = costs
        self._google = google
        self._moysklad = moysklad
        self._measures = measures

    def work(self, run: Run, worker: Worker) -> Work:
        """What the run does from its claim on. Raises VendorBusy, and Stopped where it was asked to make room."""
        return self._first(run, worker) if run.task.lane is Lane.BACKFILL else self._incremental(run, worker)

    def _incremental(self, run: Run, worker: Worker) -> Work:
        """A look at the spreadsheet, what changed, the trash; and if anything did, the keys and the write."""
        costs = self._costs
        compute, read, ask = self._computing(worker), self._reading(run), self._asking(run)
        yield compute(costs.run_cpu)
        yield read()
        changed = changes_of(run.export, self._timeline.lots, self._timeline.now)
        for _ in range(max(_parts(changed, costs.changed_page), 1) + 1):
            yield ask()
        if changed:
            yield compute(changed * costs.row_cpu)
            yield read()
            for rows in _batches(changed, costs.batch_rows):
                yield self._write(run, rows)

    def _first(self, run: Run, worker: Worker) -> Work:
        """Everything, page by page; each batch is written while the next one is read. What is written stays written."""
        costs = self._costs
        compute, read, ask = self._computing(worker), self._reading(run), self._asking(run)
        yield compute(costs.run_cpu)
        yield read()
        if not run.written:
            yield self._write(run, 1)  # the tab, its header and formats
        yield read()
        writing: Aside | None = None
        sent = run.written
        for rows in _batches(run.export.rows - run.written, costs.batch_rows):
            for page in _batches(rows, costs.page):
                yield ask()
                yield compute(page * costs.row_cpu)
            if writing is not None:
                yield writing.join
                run.written = sent
                if run.task.yielding:
                    raise Stopped
            writing = Aside(self._timeline, self._written(run, rows))
            sent += rows
        if writing is not None:
            yield writing.join
            run.written = sent

    def _written(self, run: Run, rows: int) -> Work:
        yield self._write(run, rows)

    def _computing(self, worker: Worker) -> Callable[[float], Step]:
        return lambda seconds: worker.compute(self._timeline, self._measures, seconds)

    def _asking(self, run: Run) -> Callable[[], Step]:
        urgency = self._urgency(run)
        return lambda: self._moysklad.call(run.export.company, urgency, self._costs.moysklad)

    def _reading(self, run: Run) -> Callable[[], Step]:
        urgency, export = self._urgency(run), run.export
        return lambda: self._google.call(export.project, export.company, Spending.READ, urgency, self._costs.read)

    def _write(self, run: Run, rows: int) -> Step:
        export, costs = run.export, self._costs
        seconds = costs.write + costs.write_megabyte * rows * costs.row_bytes / _MEGABYTE
        return self._google.call(
            export.project, export.company, Spending.WRITE, self._urgency(run), seconds, str(export.scheduled.id)
        )

    @staticmethod
    def _urgency(run: Run) -> Urgency:
        return Urgency.BACKFILL if run.task.lane is Lane.BACKFILL else Urgency.ROUTINE


def _parts(whole: int, most: int) -> int:
    return -(-whole // most)


def _batches(rows: int, most: int) -> list[int]:
    full, rest = divmod(max(rows, 0), most)
    return [most] * full + ([rest] if rest else [])
