"""Export configurations and tasks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import and_, delete, exists, or_, select, text
from sqlalchemy.exc import IntegrityError

from adapters.postgres.repositories.delivery import wake_relay
from adapters.postgres.schedule_rows import schedule_columns, schedule_from
from adapters.postgres.storing import count_deleted, insert_all, put
from adapters.postgres.tables import (
    change_marks,
    export_configs,
    export_tasks,
    exported_rows,
    quarantined_rows,
    run_tellings,
)
from adapters.postgres.tables.exports import ONE_PER_CONFIG, ONE_WRITER
from adapters.postgres.timelines import stored_timeline, timeline_of
from adapters.postgres.transaction import connection
from domain.exports.columns import ChosenColumn
from domain.exports.config import ConfigNotFound, ExportConfig, WriteStrategy, compares_from, write_lock_of
from domain.exports.cursor import Cursor
from domain.exports.exporter import RowMode
from domain.exports.filters import Condition
from domain.exports.freshness import PastRun
from domain.exports.removal import RemovalPolicy
from domain.exports.scheduled import Scheduled
from domain.exports.sharing import Lane
from domain.exports.spreadsheet import SpreadsheetTaken
from domain.exports.status_cell import cell_address
from domain.exports.target import OnObstacle, SheetTarget
from domain.exports.task import (
    ClaimLost,
    ExportAlreadyRunning,
    ExportTask,
    RunMode,
    TaskCounts,
    TaskError,
    TaskNotFound,
    TaskState,
    Trigger,
)
from domain.exports.telling import TellingState
from domain.shared.identities import ClaimId, CompanyId, ConfigId, TaskId

_UNFINISHED = export_tasks.c.state.in_([TaskState.BOOKED.value, TaskState.CLAIMED.value, TaskState.PAUSED.value])
_SCHEDULED = [
    export_configs.c[name]
    for name in (
        *("id", "company_id", "spreadsheet_id", "strategy", "created_at", "fresh_at"),
        *("reconcile_days", "reconciled_at"),
        *("cron", "time_zone", "next_due_at", "next_nominal_at", "spread_seconds", "misfire"),
        *("after_config_id", "after_always", "after_removed", "freshness_seconds"),
    )
] + [export_configs.c.cursor.is_(None).label("unread")]
_PLAN = text("""
    UPDATE export_configs
    SET next_due_at = planned.next_due_at, next_nominal_at = planned.next_nominal_at, fresh_at = planned.fresh_at
    FROM unnest(CAST(:id AS uuid[]), CAST(:next_due_at AS timestamptz[]), CAST(:next_nominal_at AS timestamptz[]),
        CAST(:fresh_at AS timestamptz[])) AS planned (id, next_due_at, next_nominal_at, fresh_at)
    WHERE export_configs.id = planned.id
""")
_HOLD_LINKS = text("SELECT pg_advisory_xact_lock(hashtext('export links'), hashtext(:company))")


class SqlExportConfigs:
    """See application.exports.ports.ExportConfigs."""

    async def get(self, company_id: CompanyId, config_id: ConfigId) -> ExportConfig:
        """See the port."""
        query = select(export_configs).where(
            export_configs.c.company_id == company_id, export_configs.c.id == config_id
        )
        found = (await connection().execute(query.with_for_update())).mappings().first()
        if found is None:
            raise ConfigNotFound(config=str(config_id))
        return _config(found)

    async def put(self, config: ExportConfig) -> None:
        """See the port."""
        target = config.target
        await put(
            export_configs,
            {
                "id": config.id,
                "company_id": config.company_id,
                "name": config.name,
                "exporter_key": config.exporter_key,
                "columns": msgspec.to_builtins(config.columns),
                "conditions": msgspec.to_builtins(config.conditions),
                "strategy": config.strategy.value,
                "key_columns": list(config.key_columns),
                "allow_empty": config.allow_empty,
                "keep_previous": config.keep_previous,
                "spreadsheet_id": target.spreadsheet_id,
                "title": target.title,
                "tab": target.tab,
                "sheet_id": target.sheet_id,
                **schedule_columns(config),
                "fresh_at": config.fresh_at,
                "header": list(config.header) if config.header is not None else None,
                "cursor": msgspec.to_builtins(config.cursor),
                "created_at": config.created_at,
                "row_mode": config.mode.value,
                "removal": config.removal.value,
                "brake_percent": config.brake_percent,
                "window_days": config.window_days,
                "reconcile_days": config.reconcile_days,
                "windowed_at": config.windowed_at,
                "reconciled_at": config.reconciled_at,
                "on_obstacle": target.on_obstacle.value,
                "chosen_tab": target.chosen,
                "run_log": config.run_log,
                "status_cell": config.status_cell.text() if config.status_cell else None,
                "status_made": config.status_made,
                "on_change": config.on_change,
            },
        )

    async def remove(self, company_id: CompanyId, config_id: ConfigId) -> None:
        """See the port."""
        for table in (exported_rows, quarantined_rows, change_marks):
            own_rows = (table.c.company_id == company_id, table.c.config_id == config_id)
            await connection().execute(delete(table).where(*own_rows))
        own = (export_configs.c.company_id == company_id, export_configs.c.id == config_id)
        if await count_deleted(delete(export_configs).where(*own)) == 0:
            raise ConfigNotFound(config=str(config_id))

    async def due(self, now: datetime, limit: int) -> list[Scheduled]:
        """See the port."""
        query = (
            select(*_SCHEDULED)
            .where(export_configs.c.next_due_at <= now)
            .order_by(export_configs.c.next_due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_scheduled(row) for row in (await connection().execute(query)).mappings()]

    async def plan(self, exports: Sequence[Scheduled]) -> None:
        """See the port."""
        rows = [schedule_columns(export) | {"fresh_at": export.fresh_at} for export in exports]
        planned = {name: [row[name] for row in rows] for name in ("next_due_at", "next_nominal_at", "fresh_at")}
        await connection().execute(_PLAN, {"id": [export.id for export in exports], **planned})

    async def links(self, company_id: CompanyId) -> dict[ConfigId, ConfigId | None]:
        """See the port."""
        await connection().execute(_HOLD_LINKS, {"company": str(company_id)})
        query = select(export_configs.c.id, export_configs.c.after_config_id)
        found = await connection().execute(query.where(export_configs.c.company_id == company_id))
        return {ConfigId(config): None if after is None else ConfigId(after) for config, after in found}

    async def followers(self, company_id: CompanyId, config_id: ConfigId) -> list[ExportConfig]:
        """See the port."""
        query = (
            select(export_configs)
            .where(
                export_configs.c.company_id == company_id,
                export_configs.c.after_config_id == config_id,
                export_configs.c.after_removed.is_(False),
            )
            .order_by(export_configs.c.id)
            .with_for_update()
        )
        return [_config(row) for row in (await connection().execute(query)).mappings()]


class SqlExportTasks:
    """See application.exports.ports.ExportTasks."""

    async def add(self, task: ExportTask) -> None:
        """See the port."""
        try:
            await connection().execute(export_tasks.insert().values(_task_row(task)))
        except IntegrityError as refused:
            if ONE_PER_CONFIG not in str(refused.orig):
                raise
            raise ExportAlreadyRunning(config=str(task.config_id)) from refused

    async def get(self, company_id: CompanyId, task_id: TaskId) -> ExportTask:
        """See the port."""
        query = select(export_tasks).where(export_tasks.c.company_id == company_id, export_tasks.c.id == task_id)
        found = (await connection().execute(query.with_for_update())).mappings().first()
        if found is None:
            raise TaskNotFound(task=str(task_id))
        return _task(found)

    async def save(self, task: ExportTask) -> None:
        """See the port."""
        row = _task_row(task)
        own = (export_tasks.c.company_id == task.company_id, export_tasks.c.id == task.id)
        try:
            await connection().execute(export_tasks.update().where(*own).values(row))
        except IntegrityError as refused:
            if ONE_WRITER not in str(refused.orig):
                raise
            raise SpreadsheetTaken(spreadsheet=task.write_lock) from refused
        if task.state is not TaskState.CLAIMED:
            await wake_relay()  # a place is free

    async def held(self, company_id: CompanyId, task_id: TaskId, claim_id: ClaimId) -> ExportTask:
        """See the port."""
        task = await self.get(company_id, task_id)
        if task.claim_id != claim_id:
            raise ClaimLost(task=str(task_id))
        return task

    async def still_held(self, company_id: CompanyId, task_id: TaskId, claim_id: ClaimId) -> bool:
        """See the port."""
        holds = (export_tasks.c.company_id == company_id, export_tasks.c.id == task_id)
        query = select(export_tasks.c.id).where(*holds, export_tasks.c.claim_id == claim_id)
        return (await connection().execute(query)).first() is not None

    async def running(self, company_id: CompanyId, config_id: ConfigId) -> ExportTask | None:
        """See the port."""
        query = select(export_tasks).where(
            export_tasks.c.company_id == company_id, export_tasks.c.config_id == config_id, _UNFINISHED
        )
        found = (await connection().execute(query)).mappings().first()
        return None if found is None else _task(found)

    async def failed_last(
        self, company_id: CompanyId, since: datetime, code: str | None, limit: int
    ) -> list[ExportTask]:
        """See the port."""
        runs = export_tasks.alias("runs")
        of_export = select(runs.c.id).where(runs.c.config_id == export_configs.c.id)
        last = of_export.order_by(runs.c.id.desc()).limit(1).scalar_subquery()
        failed = (export_tasks.c.state == TaskState.FAILED.value, export_tasks.c.ended_at >= since)
        with_code = () if code is None else (export_tasks.c.error["code"].astext == code,)
        query = (
            select(export_tasks)
            .select_from(export_configs.join(export_tasks, export_tasks.c.id == last))
            .where(export_configs.c.company_id == company_id, *failed, *with_code)
            .order_by(export_tasks.c.ended_at)
            .limit(limit)
        )
        return [_task(row) for row in (await connection().execute(query)).mappings()]

    async def unfinished(self, config_ids: Sequence[ConfigId]) -> dict[ConfigId, ExportTask]:
        """See the port."""
        query = select(export_tasks).where(export_tasks.c.config_id.in_(config_ids), _UNFINISHED)
        tasks = [_task(row) for row in (await connection().execute(query)).mappings()]
        return {task.config_id: task for task in tasks}

    async def add_all(self, tasks: Sequence[ExportTask]) -> None:
        """See the port."""
        await insert_all(export_tasks, [_task_row(task) for task in tasks])

    async def past(self, company_id: CompanyId, config_id: ConfigId, limit: int) -> list[PastRun]:
        """See the port."""
        columns = export_tasks.c
        query = (
            select(columns.state, columns.booked_at, columns.ended_at)
            .where(
                columns.company_id == company_id,
                columns.config_id == config_id,
                columns.ended_at.is_not(None),
                columns.mode != RunMode.RESTORE.value,
            )
            .order_by(columns.id.desc())
            .limit(limit)
        )
        found = await connection().execute(query)
        return [PastRun(TaskState(state), booked_at, ended_at) for state, booked_at, ended_at in found]

    async def stranded(self, now: datetime, sent_before: datetime, limit: int) -> list[ExportTask]:
        """See the port."""
        left_behind = and_(
            export_tasks.c.state == TaskState.CLAIMED.value,
            export_tasks.c.lease_until <= now,
            or_(export_tasks.c.sent_at <= export_tasks.c.lease_until, export_tasks.c.dispatched_at <= sent_before),
        )
        forgotten = and_(export_tasks.c.state == TaskState.BOOKED.value, export_tasks.c.dispatched_at <= sent_before)
        query = (
            select(export_tasks)
            .where(or_(left_behind, forgotten))
            .order_by(export_tasks.c.sent_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_task(row) for row in (await connection().execute(query)).mappings()]

    async def prune(self, ended_before: datetime, limit: int) -> int:
        """See the port."""
        concerns = exists().where(
            run_tellings.c.task_id == export_tasks.c.id, run_tellings.c.state != TellingState.OVER.value
        )
        old = (
            select(export_tasks.c.id)
            .where(export_tasks.c.ended_at < ended_before, ~concerns)
            .order_by(export_tasks.c.ended_at)
            .limit(limit)
            .with_for_update(of=export_tasks, skip_locked=True)
        )
        return await count_deleted(delete(export_tasks).where(export_tasks.c.id.in_(old.scalar_subquery())))


def _scheduled(row: Mapping[Any, Any]) -> Scheduled:
    config_id, since = ConfigId(row["id"]), row["reconciled_at"] or row["created_at"]
    return Scheduled(
        id=config_id,
        company_id=CompanyId(row["company_id"]),
        schedule=schedule_from(row),
        write_lock=write_lock_of(config_id, row["spreadsheet_id"]),
        unread=row["unread"],
        compares_from=compares_from(WriteStrategy(row["strategy"]), row["reconcile_days"], since),
        fresh_at=row["fresh_at"],
    )


def _config(row: Mapping[Any, Any]) -> ExportConfig:
    return ExportConfig(
        id=ConfigId(row["id"]),
        company_id=CompanyId(row["company_id"]),
        name=row["name"],
        exporter_key=row["exporter_key"],
        columns=msgspec.convert(row["columns"], tuple[ChosenColumn, ...]),
        conditions=msgspec.convert(row["conditions"], tuple[Condition, ...]),
        strategy=WriteStrategy(row["strategy"]),
        key_columns=tuple(row["key_columns"]),
        allow_empty=row["allow_empty"],
        keep_previous=row["keep_previous"],
        target=SheetTarget(
            row["spreadsheet_id"],
            row["title"],
            row["tab"],
            row["sheet_id"],
            OnObstacle(row["on_obstacle"]),
            row["chosen_tab"],
        ),
        run_log=row["run_log"],
        status_cell=cell_address(row["status_cell"]) if row["status_cell"] is not None else None,
        status_made=row["status_made"],
        fresh_at=row["fresh_at"],
        schedule=schedule_from(row),
        created_at=row["created_at"],
        mode=RowMode(row["row_mode"]),
        removal=RemovalPolicy(row["removal"]),
        brake_percent=row["brake_percent"],
        window_days=row["window_days"],
        reconcile_days=row["reconcile_days"],
        windowed_at=row["windowed_at"],
        reconciled_at=row["reconciled_at"],
        header=tuple(row["header"]) if row["header"] is not None else None,
        cursor=msgspec.convert(row["cursor"], Cursor | None),
        on_change=row["on_change"],
    )


def _task_row(task: ExportTask) -> dict[str, Any]:
    return {
        "id": task.id,
        "company_id": task.company_id,
        "config_id": task.config_id,
        "mode": task.mode.value,
        "trigger": task.trigger.value,
        "write_lock": task.write_lock,
        "booked_at": task.booked_at,
        "sent_at": task.sent_at,
        "state": task.state.value,
        "due_at": task.due_at,
        "claim_id": task.claim_id,
        "lease_until": task.lease_until,
        "checkpoint": msgspec.to_builtins(task.checkpoint),
        "failures": task.failures,
        "crashes": task.crashes,
        "counts": msgspec.to_builtins(task.counts),
        "error": msgspec.to_builtins(task.error),
        "started_at": task.started_at,
        "ended_at": task.ended_at,
        "may_remove": task.may_remove,
        "lane": task.lane.value,
        "dispatched_at": task.dispatched_at,
        "claimed_at": task.claimed_at,
        "yielding": task.yielding,
        "timeline": stored_timeline(task.timeline),
    }


def _task(row: Mapping[Any, Any]) -> ExportTask:
    return ExportTask(
        id=TaskId(row["id"]),
        company_id=CompanyId(row["company_id"]),
        config_id=ConfigId(row["config_id"]),
        mode=RunMode(row["mode"]),
        trigger=Trigger(row["trigger"]),
        write_lock=row["write_lock"],
        booked_at=row["booked_at"],
        sent_at=row["sent_at"],
        state=TaskState(row["state"]),
        due_at=row["due_at"],
        claim_id=ClaimId(row["claim_id"]) if row["claim_id"] is not None else None,
        lease_until=row["lease_until"],
        checkpoint=msgspec.convert(row["checkpoint"], Cursor | None),
        failures=row["failures"],
        crashes=row["crashes"],
        counts=msgspec.convert(row["counts"], TaskCounts),
        error=msgspec.convert(row["error"], TaskError | None),
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        may_remove=row["may_remove"],
        lane=Lane(row["lane"]),
        dispatched_at=row["dispatched_at"],
        claimed_at=row["claimed_at"],
        yielding=row["yielding"],
        timeline=timeline_of(row["timeline"]),
    )
