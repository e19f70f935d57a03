"""Executions of automation rules, as each of the two companies sees them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.storing import put
from adapters.postgres.tables import executions, received_executions
from adapters.postgres.transaction import connection
from domain.automations.executions import Execution, ExecutionError, ExecutionState, ReceivedExecution
from domain.shared.identities import ClaimId, CompanyId, ExecutionId, RuleId

_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('executions:' || CAST(:company AS text), 0))")


class SqlExecutions:
    """See application.automations.ports.Executions."""

    async def book(self, booked: Sequence[Execution]) -> list[ExecutionId]:
        """See the port."""
        if not booked:
            return []
        # In the order of the unique index, so that two who book the same wait for one another and not in a circle.
        rows = sorted((_row(one) for one in booked), key=lambda row: (row["source_id"], row["rule_id"]))
        statement = insert(executions).values(rows)
        statement = statement.on_conflict_do_nothing(index_elements=["source_id", "rule_id"])
        found = await connection().execute(statement.returning(executions.c.id))
        return [ExecutionId(one) for one in found.scalars()]

    async def about(self, company_id: CompanyId, source_ids: Collection[str]) -> list[Execution]:
        """See the port."""
        columns = executions.c
        wanted = [UUID(one) for one in source_ids]
        query = select(executions).where(columns.company_id == company_id, columns.source_id.in_(wanted))
        return await _read(query.order_by(columns.id).with_for_update())

    async def get(self, company_id: CompanyId, execution_id: ExecutionId) -> Execution | None:
        """See the port."""
        columns = executions.c
        query = select(executions).where(columns.company_id == company_id, columns.id == execution_id)
        found = await _read(query.with_for_update())
        return found[0] if found else None

    async def put(self, execution: Execution) -> None:
        """See the port."""
        row = _row(execution)
        own = (executions.c.company_id == execution.company_id, executions.c.id == execution.id)
        changed = {name: value for name, value in row.items() if name not in {"id", "company_id"}}
        await connection().execute(update(executions).where(*own).values(**changed))

    async def stranded(self, now: datetime, sent_before: datetime, limit: int) -> list[Execution]:
        """See the port."""
        columns = executions.c
        due = columns.state.in_(["booked", "waiting"]) & (columns.due_at <= now)
        dead = (columns.state == "claimed") & (columns.lease_until <= now)
        unsent = or_(columns.sent_at.is_(None), columns.sent_at < sent_before, columns.sent_at < columns.lease_until)
        query = select(executions).where(or_(due, dead), unsent).order_by(columns.id).limit(limit)
        return await _read(query.with_for_update(skip_locked=True))

    async def waiting_at(self, target_company_id: CompanyId, limit: int) -> list[Execution]:
        """See the port."""
        columns = executions.c
        query = select(executions).where(columns.target_company_id == target_company_id, columns.state == "waiting")
        return await _read(query.order_by(columns.id).limit(limit).with_for_update())

    async def waiting_of(self, company_id: CompanyId, limit: int) -> list[Execution]:
        """See the port."""
        columns = executions.c
        query = select(executions).where(columns.company_id == company_id, columns.state == "waiting")
        return await _read(query.order_by(columns.id).limit(limit).with_for_update())

    async def counted(self, company_id: CompanyId, since: datetime) -> int:
        """See the port."""
        await connection().execute(_ALONE, {"company": str(company_id)})
        columns = executions.c
        query = select(func.count()).where(columns.company_id == company_id, columns.counted_at >= since)
        return int((await connection().execute(query)).scalar_one())

    async def page(
        self,
        company_id: CompanyId,
        rule_id: RuleId | None,
        state: ExecutionState | None,
        before: ExecutionId | None,
        limit: int,
    ) -> list[Execution]:
        """See the port."""
        columns = executions.c
        query = select(executions).where(columns.company_id == company_id)
        if rule_id is not None:
            query = query.where(columns.rule_id == rule_id)
        if state is not None:
            query = query.where(columns.state == state.value)
        if before is not None:
            query = query.where(columns.id < before)
        return await _read(query.order_by(columns.id.desc()).limit(limit))


class SqlReceivedExecutions:
    """See application.automations.ports.ReceivedExecutions."""

    async def put(self, received: ReceivedExecution) -> None:
        """See the port."""
        await put(
            received_executions,
            {
                "company_id": received.company_id,
                "execution_id": received.execution_id,
                "source_company_id": received.source_company_id,
                "rule_name": received.rule_name,
                "source_type": received.source_type,
                "source_name": received.source_name,
                "sync_id": received.sync_id,
                "state": received.state.value,
                "booked_at": received.booked_at,
                "target_type": received.target_type,
                "target_id": _uuid(received.target_id),
                "target_name": received.target_name,
                "changed_at": received.changed_at,
                "error": _told(received.error),
            },
        )

    async def marked(self, company_id: CompanyId, ids: Collection[str]) -> set[str]:
        """See the port."""
        columns = received_executions.c
        wanted = [UUID(one) for one in ids]
        query = select(columns.sync_id, columns.target_id).where(
            columns.company_id == company_id, or_(columns.sync_id.in_(wanted), columns.target_id.in_(wanted))
        )
        found = {str(one) for row in await connection().execute(query) for one in row if one is not None}
        return found & {str(one) for one in wanted}

    async def page(
        self, company_id: CompanyId, state: ExecutionState | None, before: ExecutionId | None, limit: int
    ) -> list[ReceivedExecution]:
        """See the port."""
        columns = received_executions.c
        query = select(received_executions).where(columns.company_id == company_id)
        if state is not None:
            query = query.where(columns.state == state.value)
        if before is not None:
            query = query.where(columns.execution_id < before)
        found = await connection().execute(query.order_by(columns.execution_id.desc()).limit(limit))
        return [_received(row) for row in found.mappings()]


async def _read(query: Select[Any]) -> list[Execution]:
    return [_execution(row) for row in (await connection().execute(query)).mappings()]


def _row(execution: Execution) -> dict[str, Any]:
    return {
        "id": execution.id,
        "company_id": execution.company_id,
        "target_company_id": execution.target_company_id,
        "rule_id": execution.rule_id,
        "source_type": execution.source_type,
        "source_id": UUID(execution.source_id),
        "source_name": execution.source_name,
        "sync_id": execution.sync_id,
        "state": execution.state.value,
        "booked_at": execution.booked_at,
        "due_at": execution.due_at,
        "sent_at": execution.sent_at,
        "claim_id": execution.claim_id,
        "lease_until": execution.lease_until,
        "failures": execution.failures,
        "seen": execution.seen,
        "done": execution.done,
        "gone": execution.gone,
        "target_type": execution.target_type,
        "target_id": _uuid(execution.target_id),
        "target_name": execution.target_name,
        "pairs": dict(execution.pairs),
        "fingerprint": execution.fingerprint,
        "read": execution.read,
        "counted_at": execution.counted_at,
        "made_at": execution.made_at,
        "changed_at": execution.changed_at,
        "error": _told(execution.error),
        "urged": execution.urged,
    }


def _execution(row: Mapping[Any, Any]) -> Execution:
    return Execution(
        id=ExecutionId(row["id"]),
        company_id=CompanyId(row["company_id"]),
        target_company_id=CompanyId(row["target_company_id"]),
        rule_id=RuleId(row["rule_id"]),
        source_type=row["source_type"],
        source_id=str(row["source_id"]),
        source_name=row["source_name"],
        sync_id=row["sync_id"],
        state=ExecutionState(row["state"]),
        booked_at=row["booked_at"],
        due_at=row["due_at"],
        sent_at=row["sent_at"],
        claim_id=None if row["claim_id"] is None else ClaimId(row["claim_id"]),
        lease_until=row["lease_until"],
        failures=row["failures"],
        seen=row["seen"],
        done=row["done"],
        gone=row["gone"],
        target_type=row["target_type"],
        target_id=None if row["target_id"] is None else str(row["target_id"]),
        target_name=row["target_name"],
        pairs=row["pairs"],
        fingerprint=row["fingerprint"],
        read=row["read"],
        counted_at=row["counted_at"],
        made_at=row["made_at"],
        changed_at=row["changed_at"],
        error=_error(row["error"]),
        urged=row["urged"],
    )


def _received(row: Mapping[Any, Any]) -> ReceivedExecution:
    return ReceivedExecution(
        company_id=CompanyId(row["company_id"]),
        execution_id=ExecutionId(row["execution_id"]),
        source_company_id=CompanyId(row["source_company_id"]),
        rule_name=row["rule_name"],
        source_type=row["source_type"],
        source_name=row["source_name"],
        sync_id=row["sync_id"],
        state=ExecutionState(row["state"]),
        booked_at=row["booked_at"],
        target_type=row["target_type"],
        target_id=None if row["target_id"] is None else str(row["target_id"]),
        target_name=row["target_name"],
        changed_at=row["changed_at"],
        error=_error(row["error"]),
    )


def _told(error: ExecutionError | None) -> dict[str, Any] | None:
    return None if error is None else msgspec.to_builtins(error)


def _error(stored: Any) -> ExecutionError | None:
    return None if stored is None else ExecutionError(stored["code"], stored["details"])


def _uuid(known: str | None) -> UUID | None:
    return None if known is None else UUID(known)
