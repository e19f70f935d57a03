"""A worker tells of a run in the spreadsheet itself: a row in the log of runs, a line in the status cell."""

from dataclasses import dataclass
from datetime import timedelta

from application.connections.ports import Urgency
from application.connections.vendor_access import GoogleAccess
from application.exports.ports import CronCalendar, ExportConfigs, ExportedRows, ExportTasks, RunWords, Tellings
from application.exports.run_report import RunReport
from application.exports.sheet_calls import SheetCalls
from application.exports.sheets import DropMarker
from application.exports.telling import Plan, SheetTelling
from application.exports.tidings import TellSheet, Tidings
from application.exports.untold import UntoldRuns
from application.exports.vendor_ports import Spreadsheets
from application.messages import Outcome
from application.ports import Clock, Locks, Transaction
from application.tenants.ports import Companies
from domain.exports.config import ConfigNotFound, ExportConfig, WriteStrategy
from domain.exports.spreadsheet import TabMissing, TabTitleTaken
from domain.exports.task import ExportTask, RunMode, TaskError, TaskNotFound, TaskState
from domain.exports.telling import Telling, TellingState
from domain.shared.errors import ConnectionBroken, SkladSheetsError, VendorBusy, VendorFailed

_LEFT_ALONE = "left alone"
_LEASE = timedelta(minutes=1)
_LOOKS = 3
"""How often a spreadsheet is looked at that changes between the look and the batch."""


@dataclass(frozen=True, slots=True)
class _Story:
    """What has to be told: `spreadsheet_id` is where, `told` are tellings whose markers stand there. `newest` is false
    where a later run has ended already, whose line the status cell is to show.
    """

    spreadsheet_id: str
    report: RunReport
    telling: Telling
    told: tuple[Telling, ...]
    newest: bool


class TellSheetHandler:
    """Looks at the spreadsheet once and writes one atomic batch, which bears a marker of the run's own: told twice, it
    works once, whatever failed in between. The run's outcome stands, whatever becomes of this.
    """

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        configs: ExportConfigs,
        tasks: ExportTasks,
        rows: ExportedRows,
        tellings: Tellings,
        tidings: Tidings,
        untold: UntoldRuns,
        google: GoogleAccess,
        spreadsheets: Spreadsheets,
        words: RunWords,
        calendar: CronCalendar,
        locks: Locks,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._configs = configs
        self._tasks = tasks
        self._rows = rows
        self._tellings = tellings
        self._tidings = tidings
        self._untold = untold
        self._google = google
        self._spreadsheets = spreadsheets
        self._words = words
        self._calendar = calendar
        self._locks = locks
        self._clock = clock

    async def __call__(self, command: TellSheet) -> Outcome:
        """Raises only what nobody foresaw, after noting it; it is tried again."""
        async with self._locks.hold(f"telling:{command.company_id}", _LEASE):
            try:
                story = await self._load(command)
            except (ConfigNotFound, TaskNotFound) as gone:
                return Outcome(state=_LEFT_ALONE, error=gone.code)
            if story is None:
                return Outcome(state=_LEFT_ALONE)
            try:
                plan = await self._tell(story)
            except SkladSheetsError as refused:
                return await self._put_off(command, story, refused)
            except Exception as unforeseen:
                failed = VendorFailed(kind=type(unforeseen).__name__)
                await self._put_off(command, story, failed)
                raise
            return await self._note(command, story, plan)

    async def _load(self, command: TellSheet) -> _Story | None:
        """None where nothing has to be told, or everything has been. Raises ConfigNotFound or TaskNotFound."""
        company_id = command.company_id
        async with self._transaction(company_id):
            config = await self._configs.get(company_id, command.config_id)
            telling = await self._due(command)
            if telling is None or config.target.spreadsheet_id is None:
                return None
            task = await self._tasks.get(company_id, command.task_id)
            company = await self._companies.get(company_id)
            told = await self._tellings.told(company_id, config.id)
            newest = await self._tellings.newest(company_id, config.id)
            rows = await self._count(config, task)
        report = RunReport(config, task, self._calendar.zone(company.time_zone), rows, self._words)
        return _Story(config.target.spreadsheet_id, report, telling, tuple(told), newest == task.id)

    async def _due(self, command: TellSheet) -> Telling | None:
        telling = await self._tellings.get(command.company_id, command.task_id)
        return telling if telling is not None and telling.state is TellingState.DUE else None

    async def _count(self, config: ExportConfig, task: ExportTask) -> int | None:
        """How many rows the table has; a history has more than is known of it, and an old version others."""
        known = config.strategy is not WriteStrategy.APPEND and task.mode is not RunMode.RESTORE
        if not known or task.state is not TaskState.FINISHED or config.status_cell is None:
            return None
        totals = await self._rows.totals(config.company_id, config.id)
        return totals.live + totals.vanished + totals.kept

    async def _tell(self, story: _Story) -> Plan:
        """Raises what Spreadsheets raises."""
        calls = SheetCalls(self._google, self._spreadsheets, story.telling.company_id, Urgency.ROUTINE)
        for _ in range(_LOOKS - 1):
            try:
                return await self._look_and_tell(calls, story)
            except (TabTitleTaken, TabMissing):
                continue  # somebody has made or deleted the tab meanwhile
        return await self._look_and_tell(calls, story)

    async def _look_and_tell(self, calls: SheetCalls, story: _Story) -> Plan:
        marker, spreadsheet_id = story.telling.marker, story.spreadsheet_id
        found = await calls.read(lambda key: self._spreadsheets.inspect(key, spreadsheet_id))
        plan = await SheetTelling(calls, found, story.report, marker).plan(status=story.newest)
        if plan.steps:
            steps = [*plan.steps, *(DropMarker(one.marker) for one in story.told)]
            await calls.write(lambda key: self._spreadsheets.apply(key, spreadsheet_id, steps, marker, None))
        return plan

    async def _note(self, command: TellSheet, story: _Story, plan: Plan) -> Outcome:
        company_id = command.company_id
        async with self._transaction(company_id):
            config = await self._configs.get(company_id, command.config_id)
            telling = await self._due(command)
            if telling is None:
                return Outcome(state=_LEFT_ALONE)
            problems = tuple(plan.problems)
            if plan.steps:
                telling.tell(problems)
                config.status_made = plan.made
                await self._configs.put(config)
                for earlier in story.told:
                    earlier.unmarked()
                    await self._tellings.put(earlier)
            else:
                telling.give_up(problems)
            await self._tellings.put(telling)
            await self._untold.noted(config, telling)
            await self._tellings.tidy(company_id, config.id, command.task_id)
        return Outcome(state=telling.state, error=problems[0].code if problems else None)

    async def _put_off(self, command: TellSheet, story: _Story, error: SkladSheetsError) -> Outcome:
        """What is only passing is tried again later; anything else is given up, and people find it beside the run, if
        that did not fail of the same.
        """
        now, noted = self._clock.now(), TaskError(error.code, error.details)
        async with self._transaction(command.company_id):
            telling = await self._due(command)
            if telling is None:
                return Outcome(state=_LEFT_ALONE, error=error.code)
            again = None
            if isinstance(error, VendorBusy) and not telling.overdue(now):
                again = now + timedelta(seconds=error.retry_after)
            elif isinstance(error, VendorFailed):
                again = telling.stumble(noted, now)
            if again is not None:
                await self._tidings.send(telling, again)
            else:
                ended = story.report.task.error
                telling.give_up(() if ended is not None and ended.code == noted.code else (noted,))
                await self._tellings.put(telling)
            if not isinstance(error, ConnectionBroken):  # that is announced where it is found out
                await self._untold.noted(story.report.config, telling)
        return Outcome(state=telling.state, error=error.code)
