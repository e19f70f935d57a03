"""Export tasks."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.exc import IntegrityError

from adapters.postgres.repositories.delivery import wake_relay
from adapters.postgres.storing import count_deleted, insert_all
from adapters.postgres.tables import (
    export_configs,
    export_tasks,
    run_tellings,
)
from adapters.postgres.tables.exports import ONE_PER_CONFIG, ONE_WRITER
from adapters.postgres.timelines import stored_timeline, timeline_of
from adapters.postgres.transaction import connection
from domain.exports.cursor import Cursor
from domain.exports.freshness import PastRun
from domain.exports.sharing import Lane
from domain.exports.spreadsheet import SpreadsheetTaken
from domain.exports.task import (
    BILLING,
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

SKEW = timedelta(hours=1)
"""No two of our clocks are further apart."""

_UNFINISHED = export_tasks.c.state.in_([TaskState.BOOKED.value, TaskState.CLAIMED.value, TaskState.PAUSED.value])


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

    async def started_last(self, company_id: CompanyId, config_id: ConfigId) -> datetime | None:
        """See the port. Runs of an export begin in the order of their ids: none is booked while another is not over."""
        own = (export_tasks.c.company_id == company_id, export_tasks.c.config_id == config_id)
        query = select(export_tasks.c.started_at).where(*own, export_tasks.c.started_at.is_not(None))
        found: datetime | None = await connection().scalar(query.order_by(export_tasks.c.id.desc()).limit(1))
        return found

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

    async def resting(self, sent_before: datetime, limit: int) -> list[ExportTask]:
        """See the port."""
        query = (
            select(export_tasks)
            .where(
                export_tasks.c.state == TaskState.PAUSED.value,
                export_tasks.c.error["code"].astext.startswith(BILLING),
                export_tasks.c.sent_at < sent_before,
            )
            .order_by(export_tasks.c.sent_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_task(row) for row in (await connection().execute(query)).mappings()]

    async def prune(self, ended_before: datetime, limit: int, of: Sequence[CompanyId] | None = None) -> int:
        """See the port."""
        concerns = exists().where(
            run_tellings.c.task_id == export_tasks.c.id, run_tellings.c.state != TellingState.OVER.value
        )
        old = (
            select(export_tasks.c.id)
            .where(export_tasks.c.ended_at < ended_before, ~concerns)
            .limit(limit)
            .with_for_update(of=export_tasks, skip_locked=True)
        )
        if of is None:
            old = old.order_by(export_tasks.c.ended_at)
        else:
            # No task ends before it is booked, so that ids, which begin with the time, lead to the old ones at once.
            old = old.where(export_tasks.c.company_id.in_(of), export_tasks.c.id < _booked_at(ended_before + SKEW))
            old = old.order_by(export_tasks.c.id)
        return await count_deleted(delete(export_tasks).where(export_tasks.c.id.in_(old.scalar_subquery())))


def _booked_at(moment: datetime) -> UUID:
    """The least id that is given at that moment (RFC 9562, 5.7)."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


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
