"""Migration 0016, with people in the tables: who owns what, up and down."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from devstack.migrations_check import alembic
from devstack.processes import ROOT
from devstack.servers import postgres

FIRST, SECOND = uuid4(), uuid4()


@pytest.fixture
def before() -> Iterator[str]:
    """A database of its own, as the version before leaves it."""
    with postgres() as url:
        alembic(ROOT, url, "upgrade", "0015")
        yield url


async def roles(url: str) -> dict[UUID, str]:
    connection = await asyncpg.connect(url)
    found = await connection.fetch("SELECT id, role FROM members")
    await connection.close()
    return {row["id"]: row["role"] for row in found}


@pytest.mark.timeout(120)
async def test_the_first_administrator_owns_and_employees_are_editors(before: str) -> None:
    members = [UUID(int=number) for number in range(1, 6)]
    told = zip(
        members,
        (FIRST, FIRST, FIRST, SECOND, SECOND),
        ("employee", "administrator", "administrator", "employee", "employee"),
        strict=True,
    )
    connection = await asyncpg.connect(before)
    for company in (FIRST, SECOND):
        await connection.execute(
            "INSERT INTO companies (id, account_id, account_name, status, time_zone, created_at) "
            "VALUES ($1, $1, 'x', 'active', 'Europe/Moscow', now())",
            company,
        )
    for member, company, role in told:
        await connection.execute(
            "INSERT INTO members (id, company_id, employee_id, uid, name, role) VALUES ($1, $2, $1, 'u', 'n', $3)",
            member,
            company,
            role,
        )
    await connection.close()
    alembic(ROOT, before, "upgrade", "0016")
    expected = ("editor", "owner", "admin", "editor", "editor")
    assert await roles(before) == dict(zip(members, expected, strict=True))
    alembic(ROOT, before, "downgrade", "0015")
    assert set((await roles(before)).values()) == {"employee", "administrator"}
