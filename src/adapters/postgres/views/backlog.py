"""How much work waits, across all companies."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select

from adapters.postgres.tables import companies, export_configs, export_tasks, google_connections, moysklad_connections
from adapters.postgres.tables import outbox as messages
from adapters.postgres.transaction import connection
from application.delivery.ports import Freshness, OutboxDepth, Waiting
from domain.connections.moysklad import ConnectionState
from domain.exports.sharing import Lane
from domain.exports.task import TaskState, Trigger
from domain.tenants.company import CompanyStatus

_BOOKED = export_tasks.c.state == TaskState.BOOKED.value
_CLAIMED = export_tasks.c.state == TaskState.CLAIMED.value
_UNFINISHED = export_tasks.c.state.in_([TaskState.BOOKED.value, TaskState.CLAIMED.value])
_URGENCY = case(
    (export_tasks.c.lane == Lane.BACKFILL.value, literal("backfill")),
    (export_tasks.c.trigger == Trigger.MANUAL.value, literal("interactive")),
    else_=literal("routine"),
)


class SqlBacklogViews:
    """See application.delivery.ports.BacklogViews."""

    async def waiting(self, now: datetime) -> Mapping[str, Waiting]:
        """See the port."""
        could_begin = func.coalesce(
            case((_CLAIMED, export_tasks.c.lease_until), else_=export_tasks.c.due_at), export_tasks.c.booked_at
        )
        query = (
            select(_URGENCY.label("urgency"), func.count().label("tasks"), func.min(could_begin).label("since"))
            .where(_UNFINISHED, _waits(now))
            .group_by("urgency")
        )
        found = await connection().execute(query)
        return {row.urgency: Waiting(tasks=row.tasks, oldest=_age(row.since, now)) for row in found}

    async def tasks(self, now: datetime) -> Mapping[str, int]:
        """See the port."""
        waits = _waits(now)
        query = select(
            func.count().filter(waits).label("waiting"),
            func.count().filter(and_(_BOOKED, ~waits)).label("put_off"),
            func.count().filter(and_(_CLAIMED, ~waits)).label("running"),
        ).where(_UNFINISHED)
        found = (await connection().execute(query)).mappings().one()
        return dict(found)

    async def outbox(self, now: datetime) -> OutboxDepth:
        """See the port."""
        due = messages.c.deliver_after <= now
        query = select(
            func.count().filter(due).label("due"),
            func.count().filter(~due).label("later"),
            func.min(messages.c.deliver_after).filter(due).label("since"),
        ).where(messages.c.sent_at.is_(None), messages.c.lane.is_(None))
        found = (await connection().execute(query)).one()
        return OutboxDepth(due=found.due, oldest=_age(found.since, now), later=found.later)

    async def freshness(self, now: datetime, target: timedelta, bounds: Sequence[float]) -> Freshness:
        """See the port."""
        fresh_at = func.coalesce(export_configs.c.fresh_at, export_configs.c.created_at)
        age = func.greatest(func.extract("epoch", literal(now) - fresh_at), 0)
        counts = [func.count().filter(age <= bound).label(f"within_{place}") for place, bound in enumerate(bounds)]
        query = (
            select(
                func.count().label("exports"),
                func.count().filter(age > target.total_seconds()).label("stale"),
                func.coalesce(func.sum(age), 0).label("seconds"),
                *counts,
            )
            .select_from(export_configs)
            .join(companies, companies.c.id == export_configs.c.company_id)
            .join(moysklad_connections, moysklad_connections.c.company_id == export_configs.c.company_id)
            .join(google_connections, google_connections.c.company_id == export_configs.c.company_id)
            .where(
                export_configs.c.next_due_at.is_not(None),
                companies.c.status == CompanyStatus.ACTIVE.value,
                moysklad_connections.c.state == ConnectionState.ACTIVE.value,
                google_connections.c.state == ConnectionState.ACTIVE.value,
            )
        )
        found: Mapping[Any, Any] = (await connection().execute(query)).mappings().one()
        return Freshness(
            exports=found["exports"],
            stale=found["stale"],
            seconds=float(found["seconds"]),
            within=tuple(found[f"within_{place}"] for place in range(len(bounds))),
        )

    async def overdue(self, now: datetime) -> float:
        """See the port."""
        query = select(func.min(export_configs.c.next_due_at)).where(export_configs.c.next_due_at <= now)
        return _age((await connection().execute(query)).scalar_one(), now)


def _waits(now: datetime) -> ColumnElement[bool]:
    """Whether a worker could begin the task: see ExportTask.idle."""
    booked = and_(_BOOKED, or_(export_tasks.c.due_at.is_(None), export_tasks.c.due_at <= now))
    return or_(booked, and_(_CLAIMED, or_(export_tasks.c.lease_until.is_(None), export_tasks.c.lease_until <= now)))


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)
