"""Ports of the exports area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Protocol

from domain.exports.config import ExportConfig
from domain.exports.exporter import BaseExporter
from domain.exports.freshness import PastRun
from domain.exports.occurrences import Passed
from domain.exports.rows import BadRow
from domain.exports.scheduled import Scheduled
from domain.exports.target import SheetTarget
from domain.exports.task import ExportTask, RunMode, TaskError, TaskState
from domain.exports.telling import Telling
from domain.shared.cells import Cell, CellKind
from domain.shared.identities import ClaimId, CompanyId, ConfigId, TaskId


class ExporterCatalogue(Protocol):
    """The exporters that exist."""

    def get(self, key: str) -> BaseExporter:
        """Raises ExporterUnknown."""
        ...

    def all(self) -> Sequence[BaseExporter]:
        """Every exporter, in the order of their keys."""
        ...


class CronCalendar(Protocol):
    """Cron expressions on a company's wall clock."""

    def next_after(self, cron: str, time_zone: str, moment: datetime) -> datetime:
        """The first occurrence after `moment`, in UTC. Raises CronInvalid or TimeZoneUnknown."""
        ...

    def passed(self, cron: str, time_zone: str, first: datetime, until: datetime) -> Passed:
        """The occurrences from `first`, which is one, to `until`, which is not before it. However many there are, this
        takes no more than milliseconds. Raises CronInvalid or TimeZoneUnknown.
        """
        ...

    def upcoming(self, cron: str, time_zone: str, moment: datetime, count: int) -> list[datetime]:
        """The next `count` occurrences after `moment`, in UTC. Raises CronInvalid or TimeZoneUnknown."""
        ...

    def shortest_gap(self, cron: str) -> timedelta:
        """How close two occurrences in a row come on the wall clock, clock changes aside. Raises CronInvalid."""
        ...

    def zone(self, time_zone: str) -> tzinfo:
        """The IANA zone of that name, the same on every machine. Raises TimeZoneUnknown."""
        ...


class ExportConfigs(Protocol):
    """Export configurations at rest."""

    async def get(self, company_id: CompanyId, config_id: ConfigId) -> ExportConfig:
        """The configuration, locked until the end of the transaction. Raises ConfigNotFound."""
        ...

    async def put(self, config: ExportConfig) -> None:
        """Stores the configuration, new or changed."""
        ...

    async def remove(self, company_id: CompanyId, config_id: ConfigId) -> None:
        """Forgets the configuration, its tasks and its row fingerprints. Raises ConfigNotFound."""
        ...

    async def due(self, now: datetime, limit: int) -> list[Scheduled]:
        """Exports of any company whose schedule has come due, the longest due first, locked, passing over those that
        another process has locked. Needs a SystemTransaction.
        """
        ...

    async def plan(self, exports: Sequence[Scheduled]) -> None:
        """Stores of each, which has to be locked, when its schedule comes due next and `fresh_at`, and nothing else."""
        ...

    async def links(self, company_id: CompanyId) -> dict[ConfigId, ConfigId | None]:
        """Every export of the company with the one that it follows, if any. Until the end of the transaction nobody
        else is answered, so that no two changes make a cycle between them.
        """
        ...

    async def followers(self, company_id: CompanyId, config_id: ConfigId) -> list[ExportConfig]:
        """Exports of the company that follow this one and know it as existing, locked, in the order of their ids."""
        ...

    async def targets_in(self, company_id: CompanyId, spreadsheet_id: str) -> dict[ConfigId, SheetTarget]:
        """Exports of the company that have been given a tab of that spreadsheet, with their targets."""
        ...

    async def beyond(self, limits: Mapping[CompanyId, int]) -> dict[CompanyId, ConfigId]:
        """The oldest export that is beyond so many, of those companies that have more. Works in a SystemTransaction,
        or in one of the only company.
        """
        ...


class ExportTasks(Protocol):
    """Export tasks at rest."""

    async def add(self, task: ExportTask) -> None:
        """Stores a new task. Raises ExportAlreadyRunning when its export has one that is not over."""
        ...

    async def get(self, company_id: CompanyId, task_id: TaskId) -> ExportTask:
        """The task, locked until the end of the transaction. Raises TaskNotFound."""
        ...

    async def save(self, task: ExportTask) -> None:
        """Stores the changed task. Raises SpreadsheetTaken when it is claimed while another claimed task holds the same
        `write_lock`.
        """
        ...

    async def held(self, company_id: CompanyId, task_id: TaskId, claim_id: ClaimId) -> ExportTask:
        """The task, locked, if this claim still holds it. Raises ClaimLost or TaskNotFound."""
        ...

    async def still_held(self, company_id: CompanyId, task_id: TaskId, claim_id: ClaimId) -> bool:
        """Whether this claim holds the task, by what is committed: it waits for nobody who has it locked."""
        ...

    async def running(self, company_id: CompanyId, config_id: ConfigId) -> ExportTask | None:
        """The task of this export that is not over."""
        ...

    async def started_last(self, company_id: CompanyId, config_id: ConfigId) -> datetime | None:
        """When the last run of this export began; None where none ever has."""
        ...

    async def failed_last(
        self, company_id: CompanyId, since: datetime, code: str | None, limit: int
    ) -> list[ExportTask]:
        """The last tasks of exports, where those have failed since that moment, with that code if one is given; the
        oldest first.
        """
        ...

    async def unfinished(self, config_ids: Sequence[ConfigId]) -> dict[ConfigId, ExportTask]:
        """The tasks of these exports that are not over. In a SystemTransaction, of whichever companies."""
        ...

    async def add_all(self, tasks: Sequence[ExportTask]) -> None:
        """Stores new tasks of exports that are locked and have none that is not over."""
        ...

    async def past(self, company_id: CompanyId, config_id: ConfigId, limit: int) -> list[PastRun]:
        """The last runs of this export that ended, the newest first; those that read nothing aside."""
        ...

    async def stranded(self, now: datetime, sent_before: datetime, limit: int) -> list[ExportTask]:
        """Tasks that nobody works on, locked, passing over those that another process has locked.

        They are claimed with a lease that expired before `now` and do not wait for their turn again since, or the
        workers were told of them before `sent_before`. Needs a SystemTransaction.
        """
        ...

    async def resting(self, sent_before: datetime, limit: int) -> list[ExportTask]:
        """Paused tasks whose error is one of billing's, sent before that moment, the longest ago first, locked, passing
        over those that another process has locked. Needs a SystemTransaction.
        """
        ...

    async def prune(self, ended_before: datetime, limit: int, of: Sequence[CompanyId] | None = None) -> int:
        """Forgets at most `limit` tasks that ended before that moment, the oldest first, with what was told of them, of
        all companies or `of` these; those of which something is still to be told, or whose marker stands in a
        spreadsheet, stay. Answers how many went. Needs a SystemTransaction.
        """
        ...


@dataclass(frozen=True, slots=True)
class VanishedRow:
    """A row that the source no longer has: its key, and the object that it stood for or was a line of."""

    key: str
    parent: str

    @property
    def object_id(self) -> str:
        """The object that may still exist."""
        return self.parent or self.key


@dataclass(frozen=True, slots=True)
class RowTotals:
    """Rows that stand in the sheet as the source has them, rows that await removal, and removed ones that were kept."""

    live: int
    vanished: int
    kept: int


class ExportedRows(Protocol):
    """What was last written, a fingerprint a row, so that an unchanged row is not written again and a vanished one is
    noticed. Keys are row keys; a row that is a line of an object knows that object's id as its parent.
    """

    async def fingerprints(self, company_id: CompanyId, config_id: ConfigId, keys: Sequence[str]) -> dict[str, bytes]:
        """Fingerprints of those keys that were written before and still stand in the sheet as written."""
        ...

    async def remember(
        self,
        company_id: CompanyId,
        config_id: ConfigId,
        written: dict[str, bytes],
        parents: dict[str, str] | None = None,
        task_id: TaskId | None = None,
        gathering: int | None = None,
    ) -> None:
        """Notes what now stands in the sheet: rows that had vanished are back. `task_id` is the sweep that saw them.

        With `gathering` they stand in the hidden tab of that id, until they are moved.
        """
        ...

    async def lose(self, company_id: CompanyId, config_id: ConfigId, gathering: int) -> int:
        """Forgets rows that were gathered in that hidden tab and will never be moved. Answers how many."""
        ...

    async def see(
        self, company_id: CompanyId, config_id: ConfigId, keys: Sequence[str], task_id: TaskId | None
    ) -> None:
        """Notes that the source has these rows, as they stand in the sheet: none of them awaits removal any longer.
        `task_id` is the sweep that met them.
        """
        ...

    async def vanish(self, company_id: CompanyId, config_id: ConfigId, objects: Sequence[str]) -> int:
        """Notes that these objects are gone: rows with such a key or parent await removal. Answers how many rows."""
        ...

    async def vanish_lines(
        self, company_id: CompanyId, config_id: ConfigId, parents: Sequence[str], kept: Sequence[str]
    ) -> int:
        """Notes that of these objects' lines only the `kept` keys are left. Answers how many rows await removal."""
        ...

    async def unseen(
        self, company_id: CompanyId, config_id: ConfigId, task_id: TaskId, after: str, limit: int
    ) -> list[VanishedRow]:
        """Rows that the sweep has not met, in the order of their keys from `after` on."""
        ...

    async def vanished(self, company_id: CompanyId, config_id: ConfigId, limit: int) -> list[VanishedRow]:
        """Rows that await removal."""
        ...

    async def removed(self, company_id: CompanyId, config_id: ConfigId, keys: Sequence[str], *, kept: bool) -> None:
        """The removal was carried out. `kept` rows still stand in the sheet, marked or not; others are forgotten."""
        ...

    async def totals(self, company_id: CompanyId, config_id: ConfigId) -> RowTotals:
        """How many rows there are."""
        ...

    async def forget(self, company_id: CompanyId, config_id: ConfigId) -> None:
        """Forgets everything about this export's rows."""
        ...


class Tellings(Protocol):
    """What is told of runs in the spreadsheets themselves, one note for each run that has anything to tell."""

    async def get(self, company_id: CompanyId, task_id: TaskId) -> Telling | None:
        """The note, locked until the end of the transaction."""
        ...

    async def put(self, telling: Telling) -> None:
        """Stores it, new or changed."""
        ...

    async def tidy(self, company_id: CompanyId, config_id: ConfigId, before: TaskId) -> None:
        """Forgets what is over and has no problems, of this export's runs before that one."""
        ...

    async def told(self, company_id: CompanyId, config_id: ConfigId) -> list[Telling]:
        """Those of this export whose markers stand in the spreadsheet, the oldest run first."""
        ...

    async def newest(self, company_id: CompanyId, config_id: ConfigId) -> TaskId | None:
        """The last run of this export that has, or had, anything to tell."""
        ...

    async def lost(self, sent_before: datetime, limit: int) -> list[Telling]:
        """Those still due of which the workers were told before that moment, locked, passing over those that another
        process has locked. Needs a SystemTransaction.
        """
        ...


class RunWords(Protocol):
    """What is written into a company's sheets about runs, in Russian."""

    def titles(self) -> tuple[str, ...]:
        """The columns of the log, as many as a row has and in its order."""
        ...

    def mode(self, mode: RunMode) -> str:
        """What kind of run it was."""
        ...

    def state(self, state: TaskState) -> str:
        """How it ended."""
        ...

    def failure(self, error: TaskError) -> tuple[str, str]:
        """What happened, and what to do."""
        ...

    def line(self, state: TaskState, moment: datetime, rows: int | None, failure: str | None) -> str:
        """One short line: how the run ended at that moment of the company's wall clock, how many rows the table has
        now if that is known, what happened if it failed.
        """
        ...


class Formula(Protocol):
    """A compiled expression. `names` are the ids of the columns that it reads."""

    @property
    def names(self) -> frozenset[str]:
        """Ids of columns."""
        ...

    def __call__(self, cells: Mapping[str, Cell], kind: CellKind) -> Cell:
        """The value for a row, as a cell of that kind. Raises FormulaFailed."""
        ...


class Formulas(Protocol):
    """Expressions over the columns of a row, in the Common Expression Language, with bounds on time and size."""

    def compile(self, expression: str, offered: Sequence[str]) -> Formula:
        """`offered` are ids of the columns that may be read. Raises FormulaInvalid."""
        ...


class Quarantine(Protocol):
    """Rows that could not be written, with the reason, until they can."""

    async def put(self, company_id: CompanyId, config_id: ConfigId, rows: Sequence[BadRow], now: datetime) -> None:
        """Keeps the rows, each once by its key, with the latest reason."""
        ...

    async def release(self, company_id: CompanyId, config_id: ConfigId, keys: Sequence[str]) -> None:
        """These rows were written after all."""
        ...

    async def clear(self, company_id: CompanyId, config_id: ConfigId, before: datetime) -> None:
        """Forgets rows last found bad before that moment: a sweep has met everything that there is."""
        ...
