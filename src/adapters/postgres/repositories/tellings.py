"""What is told of runs in the spreadsheets themselves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, func, select

from adapters.postgres.storing import put
from adapters.postgres.tables import run_tellings
from adapters.postgres.transaction import connection
from domain.exports.task import TaskError
from domain.exports.telling import Telling, TellingState
from domain.shared.identities import CompanyId, ConfigId, TaskId


class SqlTellings:
    """See application.exports.ports.Tellings."""

    async def get(self, company_id: CompanyId, task_id: TaskId) -> Telling | None:
        """See the port."""
        own = (run_tellings.c.company_id == company_id, run_tellings.c.task_id == task_id)
        query = select(run_tellings).where(*own).with_for_update()
        found = (await connection().execute(query)).mappings().first()
        return None if found is None else _telling(found)

    async def put(self, telling: Telling) -> None:
        """See the port."""
        await put(
            run_tellings,
            {
                "task_id": telling.task_id,
                "config_id": telling.config_id,
                "company_id": telling.company_id,
                "asked_at": telling.asked_at,
                "sent_at": telling.sent_at,
                "state": telling.state.value,
                "failures": telling.failures,
                "problems": msgspec.to_builtins(telling.problems),
            },
        )

    async def tidy(self, company_id: CompanyId, config_id: ConfigId, before: TaskId) -> None:
        """See the port."""
        idle = (
            run_tellings.c.company_id == company_id,
            run_tellings.c.config_id == config_id,
            run_tellings.c.task_id < before,
            run_tellings.c.state == TellingState.OVER.value,
            func.jsonb_array_length(run_tellings.c.problems) == 0,
        )
        await connection().execute(delete(run_tellings).where(*idle))

    async def told(self, company_id: CompanyId, config_id: ConfigId) -> list[Telling]:
        """See the port."""
        query = (
            select(run_tellings)
            .where(
                run_tellings.c.company_id == company_id,
                run_tellings.c.config_id == config_id,
                run_tellings.c.state == TellingState.TOLD.value,
            )
            .order_by(run_tellings.c.task_id)
        )
        return [_telling(row) for row in (await connection().execute(query)).mappings()]

    async def newest(self, company_id: CompanyId, config_id: ConfigId) -> TaskId | None:
        """See the port."""
        own = (run_tellings.c.company_id == company_id, run_tellings.c.config_id == config_id)
        query = select(run_tellings.c.task_id).where(*own).order_by(run_tellings.c.task_id.desc()).limit(1)
        found = (await connection().execute(query)).scalar_one_or_none()
        return None if found is None else TaskId(found)

    async def lost(self, sent_before: datetime, limit: int) -> list[Telling]:
        """See the port."""
        query = (
            select(run_tellings)
            .where(run_tellings.c.state == TellingState.DUE.value, run_tellings.c.sent_at <= sent_before)
            .order_by(run_tellings.c.sent_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_telling(row) for row in (await connection().execute(query)).mappings()]


def _telling(row: Mapping[Any, Any]) -> Telling:
    return Telling(
        task_id=TaskId(row["task_id"]),
        config_id=ConfigId(row["config_id"]),
        company_id=CompanyId(row["company_id"]),
        asked_at=row["asked_at"],
        sent_at=row["sent_at"],
        state=TellingState(row["state"]),
        failures=row["failures"],
        problems=msgspec.convert(row["problems"], tuple[TaskError, ...]),
    )
