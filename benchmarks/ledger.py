"""Whether every occurrence of a schedule has one entry, and every delivery that was acknowledged is there."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import asyncpg

from devstack.postgres import with_connection

MINUTE = timedelta(minutes=1)
LATEST = timedelta(seconds=100)
"""So long after its time an occurrence of the last minute may still be undecided: its window, and some patience."""

_ENTRIES = """
    SELECT c.id, c.created_at, o.nominal_at, coalesce(o.last_nominal_at, o.nominal_at) AS until, o.count, o.outcome,
           o.task_id, t.id IS NOT NULL AS known
    FROM export_configs c LEFT JOIN occurrences o ON o.config_id = c.id AND o.kind = 'cron'
    LEFT JOIN export_tasks t ON t.id = o.task_id
    WHERE c.cron = '* * * * *' ORDER BY c.id, o.nominal_at
"""
_KEPT = """
    SELECT a.account_id, d.request_key FROM webhook_deliveries d JOIN companies a ON a.id = d.company_id
"""


def gaps(database_url: str) -> list[str]:
    """What is wrong with the entries of exports that are scheduled for every minute."""

    async def read(connection: asyncpg.Connection) -> list[asyncpg.Record]:
        found: list[asyncpg.Record] = await connection.fetch(_ENTRIES)
        return found

    entries: dict[UUID, list[Any]] = {}
    for row in with_connection(database_url, read):
        entries.setdefault(row["id"], []).append(row)
    return [f"export {export}: {wrong}" for export, rows in entries.items() for wrong in _gaps(rows, datetime.now(UTC))]


def _gaps(rows: Sequence[Any], now: datetime) -> list[str]:
    if rows[0]["nominal_at"] is None:
        return [] if now - rows[0]["created_at"] < MINUTE + LATEST else ["no occurrence has an entry"]
    wrong = [
        f"from {before['until']:%H:%M} to {after['nominal_at']:%H:%M}"
        for before, after in pairwise(rows)
        if after["nominal_at"] - before["until"] != MINUTE
    ]
    if rows[0]["nominal_at"] - rows[0]["created_at"] > MINUTE:
        wrong.append(f"none before {rows[0]['nominal_at']:%H:%M}")
    if now - rows[-1]["until"] > MINUTE + LATEST:
        wrong.append(f"none after {rows[-1]['until']:%H:%M}")
    for row in rows:
        covered = (row["until"] - row["nominal_at"]) // MINUTE + 1
        if row["count"] != covered:
            wrong.append(f"{row['nominal_at']:%H:%M} counts {row['count']} for {covered}")
        if row["outcome"] == "ran" and not row["known"]:
            wrong.append(f"the run of {row['nominal_at']:%H:%M} is not there")
    return wrong


def missing_deliveries(database_url: str, acknowledged: Mapping[str, Sequence[str]]) -> list[str]:
    """Request ids that were answered with success, by account, and are not in the table."""

    async def read(connection: asyncpg.Connection) -> list[asyncpg.Record]:
        found: list[asyncpg.Record] = await connection.fetch(_KEPT)
        return found

    kept = {(str(row["account_id"]), str(row["request_key"])) for row in with_connection(database_url, read)}
    return [
        f"delivery {request} of {account} was acknowledged and is lost"
        for account, requests in acknowledged.items()
        for request in requests
        if (account, request) not in kept
    ]
