"""Exports and tasks as people see them."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

import msgspec

from adapters.memory.rows import require_system
from adapters.memory.store import MemoryStore, StoredWatch
from application.exports.views import (
    BadRowView,
    ColumnChoiceView,
    ConditionView,
    ConfigView,
    CountsView,
    FailureView,
    FreshnessView,
    OccurrenceView,
    TargetView,
    TaskStory,
    TaskView,
    following_view,
    personal_view,
    schedule_view,
    share,
    timeline_view,
)
from domain.exports.config import ExportConfig
from domain.exports.occurrences import Occurrence
from domain.exports.schedule import FreshnessSchedule
from domain.exports.task import ExportTask, TaskError
from domain.shared.identities import CompanyId, ConfigId, TaskId


class MemoryFreshnessViews:
    """See application.exports.views.FreshnessViews."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def targets(self) -> list[FreshnessView]:
        """See the port."""
        require_system()
        active = {company.id for company in self._store.companies.all() if company.active}
        return [
            FreshnessView(
                company_id=config.company_id,
                config_id=config.id,
                target_seconds=int(config.schedule.target.total_seconds()),
                fresh_at=config.fresh_at,
                created_at=config.created_at,
            )
            for config in self._store.export_configs.all()
            if isinstance(config.schedule, FreshnessSchedule) and config.company_id in active
        ]


class MemoryExportViews:
    """See application.exports.views.ExportViews."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def configs(self, company_id: CompanyId, before: ConfigId | None, limit: int) -> list[ConfigView]:
        """See the port."""
        found = [
            config
            for config in self._store.export_configs.all()
            if config.company_id == company_id and (before is None or config.id < before)
        ]
        return [self._config(config) for config in sorted(found, key=lambda config: config.id, reverse=True)[:limit]]

    async def config(self, company_id: CompanyId, config_id: ConfigId) -> ConfigView | None:
        """See the port."""
        config = self._store.export_configs.find(config_id)
        return None if config is None or config.company_id != company_id else self._config(config)

    async def tasks(
        self, company_id: CompanyId, config_id: ConfigId | None, before: TaskId | None, limit: int
    ) -> list[TaskView]:
        """See the port."""
        found = [
            task
            for task in self._store.export_tasks.all()
            if task.company_id == company_id
            and (config_id is None or task.config_id == config_id)
            and (before is None or task.id < before)
        ]
        return [self._task(task) for task in sorted(found, key=lambda task: task.id, reverse=True)[:limit]]

    async def quarantine(
        self, company_id: CompanyId, config_id: ConfigId, after: str | None, limit: int
    ) -> list[BadRowView]:
        """See the port."""
        found = [
            BadRowView(key=row.row_key, code=row.code, details=dict(row.details), found_at=row.found_at)
            for row in self._store.quarantined_rows.all()
            if (row.company_id, row.config_id) == (company_id, config_id) and (after is None or row.row_key > after)
        ]
        return sorted(found, key=lambda row: row.key)[:limit]

    async def task(self, company_id: CompanyId, task_id: TaskId) -> TaskView | None:
        """See the port."""
        task = self._store.export_tasks.find(task_id)
        if task is None or task.company_id != company_id:
            return None
        return msgspec.structs.replace(self._task(task), story=self._story(task))

    def _story(self, task: ExportTask) -> TaskStory:
        config, since = self._store.export_configs.find(task.config_id), task.started_at
        bad = [
            row
            for row in self._store.quarantined_rows.all()
            if row.config_id == task.config_id and since is not None and row.found_at >= since
        ]
        return TaskStory(
            timeline=timeline_view(task.timeline),
            sheet_url=None if config is None else config.target.address(),
            quarantined=len(bad),
        )

    async def occurrences(
        self, company_id: CompanyId, config_id: ConfigId, before: datetime | None, limit: int
    ) -> list[OccurrenceView]:
        """See the port."""
        found = [
            _occurrence(entry)
            for entry in self._store.occurrences.all()
            if (entry.company_id, entry.config_id) == (company_id, config_id)
            and (before is None or entry.nominal_at < before)
        ]
        return sorted(found, key=lambda view: view.nominal_at, reverse=True)[:limit]

    def _config(self, config: ExportConfig) -> ConfigView:
        company = self._store.companies.find(config.company_id)
        zone = company.time_zone if company is not None else "UTC"
        return _config(config, zone, self._store.export_watches.find(config.id))

    def _task(self, task: ExportTask) -> TaskView:
        telling = self._store.run_tellings.find(task.id)
        return _task(task, () if telling is None else telling.problems)


def _config(config: ExportConfig, time_zone: str, watch: StoredWatch | None) -> ConfigView:
    target = config.target
    return ConfigView(
        id=config.id,
        name=config.name,
        exporter=config.exporter_key,
        columns=[
            ColumnChoiceView(
                id=column.id,
                title=column.title,
                constant=column.constant,
                expression=column.expression,
                kind=column.kind,
            )
            for column in config.columns
        ],
        filters=[
            ConditionView(field=one.filter_id, operator=one.operator, value=one.value) for one in config.conditions
        ],
        rows=config.mode.value,
        strategy=config.strategy.value,
        key_columns=list(config.key_columns),
        allow_empty=config.allow_empty,
        keep_previous=config.keep_previous,
        removal=config.removal.value,
        brake_percent=config.brake_percent,
        window_days=config.window_days,
        reconcile_days=config.reconcile_days,
        target=TargetView(
            spreadsheet_id=target.spreadsheet_id,
            title=target.title,
            tab=target.tab,
            sheet_id=target.sheet_id,
            url=target.address(),
            on_obstacle=target.on_obstacle.value,
        ),
        run_log=config.run_log,
        status_cell=config.status_cell.text() if config.status_cell else None,
        schedule=schedule_view(config.id, config.schedule, time_zone),
        fresh_at=config.fresh_at,
        on_change=config.on_change,
        following=None if watch is None else following_view(watch.watch.first_at, watch.due_at),
        personal=personal_view(config.personal),
        created_at=config.created_at,
    )


def _occurrence(entry: Occurrence) -> OccurrenceView:
    return OccurrenceView(
        nominal_at=entry.nominal_at,
        kind=entry.kind.value,
        outcome=entry.outcome.value,
        task_id=entry.task_id,
        reason=None if entry.reason is None else entry.reason.value,
        count=entry.count,
        last_nominal_at=entry.last_nominal_at,
        decided_at=entry.decided_at,
    )


def _task(task: ExportTask, problems: Iterable[TaskError]) -> TaskView:
    counts, error = task.counts, task.error
    return TaskView(
        id=task.id,
        config_id=task.config_id,
        mode=task.mode.value,
        trigger=task.trigger.value,
        state=task.state,
        progress=share(task.state.value, counts.read, counts.total),
        counts=CountsView(**asdict(counts)),
        error=None if error is None else FailureView(code=error.code, details=dict(error.details)),
        warnings=[FailureView(code=one.code, details=dict(one.details)) for one in problems],
        booked_at=task.booked_at,
        started_at=task.started_at,
        ended_at=task.ended_at,
        retry_at=task.due_at,
    )
