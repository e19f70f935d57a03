"""Export configurations, tasks, and fingerprints of what was written."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from adapters.memory.rows import require_system
from adapters.memory.store import Fingerprint, MemoryStore, QuarantinedRow
from application.exports.ports import RowTotals, VanishedRow
from domain.exports.config import ConfigNotFound, ExportConfig
from domain.exports.freshness import PastRun
from domain.exports.rows import BadRow
from domain.exports.schedule import AfterSchedule
from domain.exports.scheduled import Scheduled
from domain.exports.spreadsheet import SpreadsheetTaken
from domain.exports.target import SheetTarget
from domain.exports.task import BILLING, ClaimLost, ExportAlreadyRunning, ExportTask, RunMode, TaskNotFound, TaskState
from domain.exports.telling import TellingState
from domain.shared.identities import ClaimId, CompanyId, ConfigId, TaskId

_AWAITS_REMOVAL = 1
_KEPT = 2


class MemoryExportConfigs:
    """See application.exports.ports.ExportConfigs."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._rows = store.export_configs

    async def get(self, company_id: CompanyId, config_id: ConfigId) -> ExportConfig:
        """See the port."""
        config = self._rows.find(config_id)
        if config is None or config.company_id != company_id:
            raise ConfigNotFound(config=str(config_id))
        return config

    async def put(self, config: ExportConfig) -> None:
        """See the port."""
        self._rows.put(config)

    async def remove(self, company_id: CompanyId, config_id: ConfigId) -> None:
        """See the port."""
        await self.get(company_id, config_id)
        self._store.exported_rows.remove_where(lambda row: row.config_id == config_id)
        self._store.quarantined_rows.remove_where(lambda row: row.config_id == config_id)
        self._store.occurrences.remove_where(lambda entry: entry.config_id == config_id)
        self._store.change_marks.remove_where(lambda row: row.config_id == config_id)
        self._store.export_watches.remove_where(lambda row: row.watch.config_id == config_id)
        self._store.run_tellings.remove_where(lambda telling: telling.config_id == config_id)
        self._store.export_tasks.remove_where(lambda task: task.config_id == config_id)
        self._rows.remove(config_id)

    async def due(self, now: datetime, limit: int) -> list[Scheduled]:
        """See the port."""
        require_system()
        waiting = [
            (config.next_due_at, config.id, config)
            for config in self._rows.all()
            if config.next_due_at is not None and config.next_due_at <= now
        ]
        return [config.scheduled() for _, _, config in sorted(waiting, key=lambda one: one[:2])[:limit]]

    async def plan(self, exports: Sequence[Scheduled]) -> None:
        """See the port."""
        for planned in exports:
            config = self._rows.find(planned.id)
            if config is not None:
                config.schedule, config.fresh_at = planned.schedule, planned.fresh_at
                self._rows.put(config)

    async def links(self, company_id: CompanyId) -> dict[ConfigId, ConfigId | None]:
        """See the port."""
        own = [config for config in self._rows.all() if config.company_id == company_id]
        return {config.id: _followed(config) for config in own}

    async def targets_in(self, company_id: CompanyId, spreadsheet_id: str) -> dict[ConfigId, SheetTarget]:
        """See the port."""
        return {
            config.id: config.target
            for config in self._rows.all()
            if (config.company_id, config.target.spreadsheet_id) == (company_id, spreadsheet_id)
            and config.target.sheet_id is not None
        }

    async def beyond(self, limits: Mapping[CompanyId, int]) -> dict[CompanyId, ConfigId]:
        """See the port."""
        found = {}
        for company_id, limit in limits.items():
            own = sorted(config.id for config in self._rows.all() if config.company_id == company_id)
            if len(own) > limit:
                found[company_id] = own[limit]
        return found

    async def followers(self, company_id: CompanyId, config_id: ConfigId) -> list[ExportConfig]:
        """See the port."""
        found = [
            config
            for config in self._rows.all()
            if config.company_id == company_id
            and isinstance(config.schedule, AfterSchedule)
            and (config.schedule.after, config.schedule.removed) == (config_id, False)
        ]
        return sorted(found, key=lambda config: config.id)


class MemoryExportTasks:
    """See application.exports.ports.ExportTasks."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.export_tasks
        self._tellings = store.run_tellings

    async def add(self, task: ExportTask) -> None:
        """See the port."""
        if self._rows.breaks_unique(task, lambda other: not other.ended and other.config_id == task.config_id):
            raise ExportAlreadyRunning(config=str(task.config_id))
        self._rows.put(task)

    async def get(self, company_id: CompanyId, task_id: TaskId) -> ExportTask:
        """See the port."""
        task = self._rows.find(task_id)
        if task is None or task.company_id != company_id:
            raise TaskNotFound(task=str(task_id))
        return task

    async def save(self, task: ExportTask) -> None:
        """See the port."""
        if self._rows.find(task.id) is None:
            return
        claimed = task.state is TaskState.CLAIMED
        if claimed and self._rows.breaks_unique(
            task, lambda other: other.state is TaskState.CLAIMED and other.write_lock == task.write_lock
        ):
            raise SpreadsheetTaken(spreadsheet=task.write_lock)
        self._rows.put(task)

    async def held(self, company_id: CompanyId, task_id: TaskId, claim_id: ClaimId) -> ExportTask:
        """See the port."""
        task = await self.get(company_id, task_id)
        if task.claim_id != claim_id:
            raise ClaimLost(task=str(task_id))
        return task

    async def still_held(self, company_id: CompanyId, task_id: TaskId, claim_id: ClaimId) -> bool:
        """See the port."""
        task = self._rows.find(task_id)
        return task is not None and (task.company_id, task.claim_id) == (company_id, claim_id)

    async def running(self, company_id: CompanyId, config_id: ConfigId) -> ExportTask | None:
        """See the port."""
        own = (company_id, config_id)
        unfinished = (task for task in self._rows.all() if not task.ended)
        return next((task for task in unfinished if (task.company_id, task.config_id) == own), None)

    async def started_last(self, company_id: CompanyId, config_id: ConfigId) -> datetime | None:
        """See the port."""
        own = [task for task in self._rows.all() if (task.company_id, task.config_id) == (company_id, config_id)]
        begun = sorted((task.id, task.started_at) for task in own if task.started_at is not None)
        return begun[-1][1] if begun else None

    async def failed_last(
        self, company_id: CompanyId, since: datetime, code: str | None, limit: int
    ) -> list[ExportTask]:
        """See the port."""
        own = [task for task in self._rows.all() if task.company_id == company_id]
        last = {task.config_id: task for task in sorted(own, key=lambda task: task.id)}.values()
        failed = [
            (task.ended_at, task)
            for task in last
            if task.state is TaskState.FAILED and task.ended_at is not None and task.ended_at >= since
        ]
        wanted = [one for one in failed if code is None or (one[1].error is not None and one[1].error.code == code)]
        return [task for _, task in sorted(wanted, key=lambda one: one[0])[:limit]]

    async def unfinished(self, config_ids: Sequence[ConfigId]) -> dict[ConfigId, ExportTask]:
        """See the port."""
        wanted = set(config_ids)
        return {task.config_id: task for task in self._rows.all() if not task.ended and task.config_id in wanted}

    async def add_all(self, tasks: Sequence[ExportTask]) -> None:
        """See the port."""
        for task in tasks:
            await self.add(task)

    async def past(self, company_id: CompanyId, config_id: ConfigId, limit: int) -> list[PastRun]:
        """See the port."""
        own = (company_id, config_id)
        ended = [
            (task.id, PastRun(task.state, task.booked_at, task.ended_at))
            for task in self._rows.all()
            if (task.company_id, task.config_id) == own
            and task.ended_at is not None
            and task.mode is not RunMode.RESTORE
        ]
        return [run for _, run in sorted(ended, key=lambda one: one[0], reverse=True)[:limit]]

    async def resting(self, sent_before: datetime, limit: int) -> list[ExportTask]:
        """See the port."""
        require_system()
        found = [
            task
            for task in self._rows.all()
            if task.state is TaskState.PAUSED and task.error is not None and task.error.code.startswith(BILLING)
        ]
        return sorted((one for one in found if one.sent_at < sent_before), key=lambda one: one.sent_at)[:limit]

    async def stranded(self, now: datetime, sent_before: datetime, limit: int) -> list[ExportTask]:
        """See the port."""
        require_system()
        found = [
            task for task in self._rows.all() if _left_behind(task, now, sent_before) or _forgotten(task, sent_before)
        ]
        return sorted(found, key=lambda task: task.sent_at)[:limit]

    async def prune(self, ended_before: datetime, limit: int, of: Sequence[CompanyId] | None = None) -> int:
        """See the port."""
        require_system()
        ended = [
            (task.ended_at, task.id)
            for task in self._rows.all()
            if task.ended_at is not None and task.ended_at < ended_before and not self._concerns(task.id)
            if of is None or task.company_id in of
        ]
        for _, task_id in sorted(ended)[:limit]:
            self._rows.remove(task_id)
            self._tellings.remove(task_id)
        return len(ended[:limit])

    def _concerns(self, task_id: TaskId) -> bool:
        telling = self._tellings.find(task_id)
        return telling is not None and telling.state is not TellingState.OVER


class MemoryExportedRows:
    """See application.exports.ports.ExportedRows."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.exported_rows

    async def fingerprints(self, company_id: CompanyId, config_id: ConfigId, keys: Sequence[str]) -> dict[str, bytes]:
        """See the port."""
        found = [self._rows.find((config_id, key)) for key in keys]
        return {
            row.row_key: row.fingerprint
            for row in found
            if row is not None and row.company_id == company_id and row.gone < _KEPT
        }

    async def remember(
        self,
        company_id: CompanyId,
        config_id: ConfigId,
        written: dict[str, bytes],
        parents: dict[str, str] | None = None,
        task_id: TaskId | None = None,
        gathering: int | None = None,
    ) -> None:
        """See the port."""
        known = parents or {}
        for key, fingerprint in written.items():
            before = self._rows.find((config_id, key))
            seen_by = task_id if task_id is not None or before is None else before.seen_by
            parent = known.get(key, "")
            self._rows.put(Fingerprint(company_id, config_id, key, fingerprint, parent, 0, seen_by, gathering))

    async def lose(self, company_id: CompanyId, config_id: ConfigId, gathering: int) -> int:
        """See the port."""
        own = (company_id, config_id, gathering)
        return self._rows.remove_where(lambda row: (row.company_id, row.config_id, row.gathering) == own)

    async def see(
        self, company_id: CompanyId, config_id: ConfigId, keys: Sequence[str], task_id: TaskId | None
    ) -> None:
        """See the port."""
        del company_id
        for row in filter(None, [self._rows.find((config_id, key)) for key in keys]):
            self._rows.put(row._replace(gone=0, seen_by=task_id if task_id is not None else row.seen_by))

    async def vanish(self, company_id: CompanyId, config_id: ConfigId, objects: Sequence[str]) -> int:
        """See the port."""
        wanted = set(objects)
        return self._mark(
            row
            for row in self._own(company_id, config_id)
            if row.row_key in wanted or (row.parent and row.parent in wanted)
        )

    async def vanish_lines(
        self, company_id: CompanyId, config_id: ConfigId, parents: Sequence[str], kept: Sequence[str]
    ) -> int:
        """See the port."""
        wanted, left = set(parents), set(kept)
        return self._mark(
            row for row in self._own(company_id, config_id) if row.parent in wanted and row.row_key not in left
        )

    async def unseen(
        self, company_id: CompanyId, config_id: ConfigId, task_id: TaskId, after: str, limit: int
    ) -> list[VanishedRow]:
        """See the port."""
        found = [
            VanishedRow(row.row_key, row.parent)
            for row in self._own(company_id, config_id)
            if row.gone == 0 and row.seen_by != task_id and row.row_key > after
        ]
        return sorted(found, key=lambda row: row.key)[:limit]

    async def vanished(self, company_id: CompanyId, config_id: ConfigId, limit: int) -> list[VanishedRow]:
        """See the port."""
        found = [
            VanishedRow(row.row_key, row.parent)
            for row in self._own(company_id, config_id)
            if row.gone == _AWAITS_REMOVAL
        ]
        return sorted(found, key=lambda row: row.key)[:limit]

    async def removed(self, company_id: CompanyId, config_id: ConfigId, keys: Sequence[str], *, kept: bool) -> None:
        """See the port."""
        del company_id
        for row in filter(None, [self._rows.find((config_id, key)) for key in keys]):
            if row.gone == _AWAITS_REMOVAL and kept:
                self._rows.put(row._replace(gone=_KEPT))
            elif row.gone == _AWAITS_REMOVAL:
                self._rows.remove((config_id, row.row_key))

    async def totals(self, company_id: CompanyId, config_id: ConfigId) -> RowTotals:
        """See the port."""
        gone = [row.gone for row in self._own(company_id, config_id)]
        return RowTotals(gone.count(0), gone.count(_AWAITS_REMOVAL), gone.count(_KEPT))

    async def forget(self, company_id: CompanyId, config_id: ConfigId) -> None:
        """See the port."""
        own = (company_id, config_id)
        self._rows.remove_where(lambda row: (row.company_id, row.config_id) == own)

    def _own(self, company_id: CompanyId, config_id: ConfigId) -> list[Fingerprint]:
        own = (company_id, config_id)
        return [row for row in self._rows.all() if (row.company_id, row.config_id) == own]

    def _mark(self, rows: Iterable[Fingerprint]) -> int:
        standing = [row for row in rows if row.gone == 0]
        for row in standing:
            self._rows.put(row._replace(gone=_AWAITS_REMOVAL))
        return len(standing)


class MemoryQuarantine:
    """See application.exports.ports.Quarantine."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.quarantined_rows

    async def put(self, company_id: CompanyId, config_id: ConfigId, rows: Sequence[BadRow], now: datetime) -> None:
        """See the port."""
        for row in rows:
            self._rows.put(QuarantinedRow(company_id, config_id, row.key, row.code, dict(row.details), now))

    async def release(self, company_id: CompanyId, config_id: ConfigId, keys: Sequence[str]) -> None:
        """See the port."""
        del company_id
        for key in keys:
            self._rows.remove((config_id, key))

    async def clear(self, company_id: CompanyId, config_id: ConfigId, before: datetime) -> None:
        """See the port."""
        own = (company_id, config_id)
        self._rows.remove_where(lambda row: (row.company_id, row.config_id) == own and row.found_at < before)


def _followed(config: ExportConfig) -> ConfigId | None:
    return config.schedule.after if isinstance(config.schedule, AfterSchedule) else None


def _left_behind(task: ExportTask, now: datetime, sent_before: datetime) -> bool:
    if task.state is not TaskState.CLAIMED or task.lease_until is None or task.lease_until > now:
        return False
    return task.sent_at <= task.lease_until or _told_before(task, sent_before)


def _forgotten(task: ExportTask, sent_before: datetime) -> bool:
    return task.state is TaskState.BOOKED and _told_before(task, sent_before)


def _told_before(task: ExportTask, moment: datetime) -> bool:
    return task.dispatched_at is not None and task.dispatched_at <= moment
