"""Migration 0036, with rows that wait in a hidden tab: whoever goes back reads them again."""

from collections.abc import Iterator
from uuid import uuid4

import asyncpg
import pytest

from devstack.migrations_check import alembic
from devstack.processes import ROOT
from devstack.servers import postgres

GATHERING, DONE = uuid4(), uuid4()
"""Rows of one export wait in the hidden tab 7, while those of the tab 5 were moved; of the other all were moved."""


@pytest.fixture
def now() -> Iterator[str]:
    """A database of its own, up to date."""
    with postgres() as url:
        alembic(ROOT, url, "upgrade", "0036")
        yield url


@pytest.mark.timeout(120)
async def test_what_never_came_into_a_table_is_forgotten_and_nothing_else(now: str) -> None:
    connection = await asyncpg.connect(now)
    await connection.execute("SET session_replication_role = replica")  # the exports themselves are left out
    for config, key, tab in (
        (GATHERING, "shown", None),
        (GATHERING, "moved", 5),
        (GATHERING, "waits", 7),
        (DONE, "moved", 7),
    ):
        await connection.execute(
            "INSERT INTO exported_rows (config_id, company_id, row_key, fingerprint, gathering) "
            "VALUES ($1, $1, $2, '', $3)",
            config,
            key,
            tab,
        )
    for config, tab in ((GATHERING, 7), (DONE, None)):
        await connection.execute(
            "INSERT INTO write_intents (config_id, company_id, task_id, pending, final, gathering) "
            "VALUES ($1, $1, $1, false, false, $2)",
            config,
            tab,
        )
        await connection.execute(
            "INSERT INTO export_tasks (id, company_id, config_id, mode, trigger, write_lock, booked_at, sent_at, "
            "state, checkpoint, failures, crashes, counts) "
            "VALUES ($1, $1, $1, 'full', 'manual', '', now(), now(), 'paused', '{}', 0, 0, '{}')",
            config,
        )
    await connection.close()
    alembic(ROOT, now, "downgrade", "0035")
    connection = await asyncpg.connect(now)
    rows = await connection.fetch("SELECT config_id, row_key FROM exported_rows ORDER BY row_key")
    tasks = await connection.fetch("SELECT config_id, checkpoint IS NULL AS anew FROM export_tasks")
    await connection.close()
    left = {(row["config_id"], row["row_key"]) for row in rows}
    assert left == {(GATHERING, "shown"), (GATHERING, "moved"), (DONE, "moved")}
    assert {task["config_id"]: task["anew"] for task in tasks} == {GATHERING: True, DONE: False}
