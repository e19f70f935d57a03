"""Turns of companies, places of workers, and who occupies them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, or_, select, text, tuple_, update

from adapters.postgres.repositories.delivery import message_of
from adapters.postgres.storing import count_deleted, put
from adapters.postgres.tables import companies, export_tasks, outbox, turns, workers
from adapters.postgres.transaction import connection
from application.ports import Queued
from domain.exports.sharing import Lane, Room
from domain.exports.task import TaskState
from domain.shared.identities import CompanyId, TaskId

_GIVING_TURNS = 8_231_004
"""The advisory lock of whoever gives turns: any number that nobody else uses."""
_CLAIMED = export_tasks.c.state == TaskState.CLAIMED.value
_UNFINISHED = export_tasks.c.state.in_([TaskState.BOOKED.value, TaskState.CLAIMED.value])


class SqlTurns:
    """See application.ports.Turns.

    Each company has a row for each lane, with the moment from which something may be due. What is added counts up its
    stamp, so that whoever notes that nothing is left does not overlook what came meanwhile.
    """

    async def alone(self) -> bool:
        """See the port."""
        return bool(await connection().scalar(select(func.pg_try_advisory_xact_lock(_GIVING_TURNS))))

    async def waiting(
        self, lane: str, now: datetime, closed: Collection[CompanyId], most: int, limit: int
    ) -> list[Queued]:
        """See the port."""
        due = and_(turns.c.lane == lane, turns.c.due_at <= now, turns.c.company_id.not_in(list(closed)))
        nearest = select(turns).where(due).order_by(turns.c.served_at.nulls_first()).limit(limit)
        pressed = (
            select(outbox.c.company_id)
            .where(outbox.c.lane == lane, outbox.c.sent_at.is_(None), outbox.c.urgent, outbox.c.deliver_after <= now)
            .order_by(outbox.c.deliver_after)
            .limit(limit)
        )
        pressing = select(turns).where(due, turns.c.company_id.in_(pressed))
        ready = nearest.union(pressing).subquery("ready")
        unsent = and_(
            outbox.c.company_id == ready.c.company_id,
            outbox.c.lane == lane,
            outbox.c.sent_at.is_(None),
            outbox.c.deliver_after <= now,
        )
        first = select(outbox).where(unsent).order_by(outbox.c.urgent.desc(), outbox.c.deliver_after, outbox.c.id)
        theirs = first.limit(most).lateral("theirs")
        query = select(
            theirs, ready.c.company_id.label("whose"), ready.c.served_at, ready.c.stamp, companies.c.weight
        ).select_from(ready.join(companies, companies.c.id == ready.c.company_id).outerjoin(theirs, text("true")))
        found = (await connection().execute(query)).mappings().all()
        await self._tidy(lane, [(row["whose"], row["stamp"]) for row in found if row["id"] is None])
        return [_queued(row) for row in found if row["id"] is not None]

    async def served(self, lane: str, companies: Collection[CompanyId], now: datetime) -> None:
        """See the port."""
        own = and_(turns.c.lane == lane, turns.c.company_id.in_(list(companies)))
        await connection().execute(update(turns).where(own).values(served_at=now))
        stamps = (await connection().execute(select(turns.c.company_id, turns.c.stamp).where(own))).all()
        await self._tidy(lane, [(company_id, stamp) for company_id, stamp in stamps])

    async def _tidy(self, lane: str, seen: list[tuple[UUID, int]]) -> None:
        """Notes when these companies' next messages come due, where nothing was added since their stamps were read."""
        if not seen:
            return
        theirs = and_(outbox.c.company_id == turns.c.company_id, outbox.c.lane == lane, outbox.c.sent_at.is_(None))
        # Two looks into the index, whose order begins with urgency, instead of one over everything that waits.
        firsts = [
            select(func.min(outbox.c.deliver_after)).where(theirs, outbox.c.urgent.is_(urgent)).scalar_subquery()
            for urgent in (True, False)
        ]
        next_due = func.least(*firsts)
        unchanged = tuple_(turns.c.company_id, turns.c.stamp).in_(seen)
        await connection().execute(update(turns).where(turns.c.lane == lane, unchanged).values(due_at=next_due))


class SqlRunPlaces:
    """See application.exports.dispatch_ports.RunPlaces."""

    async def busy(self, now: datetime, told_after: datetime) -> dict[Lane, dict[CompanyId, int]]:
        """See the port."""
        held = and_(_CLAIMED, export_tasks.c.lease_until > now)
        told = and_(_UNFINISHED, export_tasks.c.dispatched_at > told_after)
        query = (
            select(export_tasks.c.lane, export_tasks.c.company_id, func.count())
            .where(or_(held, told))
            .group_by(export_tasks.c.lane, export_tasks.c.company_id)
        )
        found: dict[Lane, dict[CompanyId, int]] = defaultdict(dict)
        for lane, company_id, runs in await connection().execute(query):
            found[Lane(lane)][CompanyId(company_id)] = runs
        return dict(found)

    async def dispatched(self, tasks: Collection[TaskId], now: datetime) -> None:
        """See the port."""
        await connection().execute(
            update(export_tasks).where(export_tasks.c.id.in_(list(tasks)), _UNFINISHED).values(dispatched_at=now)
        )

    async def ask_for_spreadsheets(self) -> int:
        """See the port."""
        waiting = export_tasks.alias("waiting")
        live = and_(waiting.c.state == TaskState.BOOKED.value, waiting.c.lane == Lane.LIVE.value)
        wanted = select(waiting.c.id).where(live, waiting.c.write_lock == export_tasks.c.write_lock).exists()
        return await self._ask(and_(_backfilling(), wanted))

    async def ask_for_places(self, waiting: Collection[CompanyId], claimed_before: datetime, most: int) -> int:
        """See the port."""
        long = and_(
            _backfilling(),
            export_tasks.c.claimed_at <= claimed_before,
            export_tasks.c.company_id.not_in(list(waiting)),
        )
        longest = select(export_tasks.c.id).where(long).order_by(export_tasks.c.claimed_at).limit(most)
        return await self._ask(export_tasks.c.id.in_(longest))

    async def _ask(self, which: Any) -> int:
        asked = update(export_tasks).where(which).values(yielding=True).returning(export_tasks.c.id)
        return len((await connection().execute(asked)).all())


class SqlWorkers:
    """See application.exports.dispatch_ports.Workers."""

    async def report(self, worker_id: UUID, room: Room, now: datetime) -> None:
        """See the port."""
        await put(workers, {"id": worker_id, "runs": room.runs, "backfills": room.backfills, "seen_at": now})

    async def leave(self, worker_id: UUID) -> None:
        """See the port."""
        await connection().execute(delete(workers).where(workers.c.id == worker_id))

    async def room(self, seen_after: datetime) -> Room | None:
        """See the port."""
        query = select(func.sum(workers.c.runs), func.sum(workers.c.backfills)).where(workers.c.seen_at > seen_after)
        runs, backfills = (await connection().execute(query)).one()
        return None if runs is None else Room(runs, backfills)

    async def prune(self, seen_before: datetime) -> int:
        """See the port."""
        return await count_deleted(delete(workers).where(workers.c.seen_at <= seen_before))


def _backfilling() -> Any:
    return and_(_CLAIMED, export_tasks.c.lane == Lane.BACKFILL.value, export_tasks.c.yielding.is_(False))


def _queued(row: Mapping[Any, Any]) -> Queued:
    return Queued(message_of(row), row["deliver_after"], row["urgent"], row["served_at"], row["weight"])
