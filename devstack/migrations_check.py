"""`python -m devstack.migrations_check`: proves the migrations on a real PostgreSQL and prints one line."""

import asyncio
import importlib
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect
from sqlalchemy.ext.asyncio import create_async_engine

from devstack.errors import StackError
from devstack.processes import ROOT, base_environment, python
from devstack.servers import postgres

URL_VARIABLE = "MIGRATION_DATABASE_URL"
VERSION_TABLE = "alembic_version"


def check(metadata: MetaData, root: Path = ROOT) -> str:
    """One head, up, the same schema as the metadata, down to nothing, up again; returns a line saying so."""
    started = time.monotonic()
    scripts = ScriptDirectory.from_config(Config(str(root / "alembic.ini")))
    heads = scripts.get_heads()
    if len(heads) != 1:
        raise StackError(
            f"The migrations have {len(heads)} heads ({', '.join(heads) or 'none'}) instead of one: "
            "join them with `alembic merge`."
        )
    with postgres() as url:
        alembic(root, url, "upgrade", "head")
        differences = asyncio.run(_inspect(url, lambda connection: _differences(connection, metadata)))
        if differences:
            listed = "\n  ".join(map(str, differences))
            raise StackError(f"The database after all migrations differs from the metadata:\n  {listed}")
        alembic(root, url, "downgrade", "base")
        left = asyncio.run(_inspect(url, _tables))
        if left:
            raise StackError(f"Tables left after the downgrade to base: {', '.join(left)}.")
        alembic(root, url, "upgrade", "head")
    count = sum(1 for _ in scripts.walk_revisions())
    return (
        f"Migrations: {count} up to {heads[0]}, equal to the metadata ({len(metadata.tables)} tables), "
        f"down and up again, {time.monotonic() - started:.1f} s"
    )


def alembic(root: Path, url: str, *arguments: str) -> None:
    """A process of its own, as in production: no state is shared between the steps."""
    environment = base_environment() | {URL_VARIABLE: url}
    done = subprocess.run(
        python("alembic", *arguments), cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StackError(f"alembic {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")


async def _inspect(url: str, look: Any) -> list[Any]:
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.connect() as connection:
            found: list[Any] = await connection.run_sync(look)
            return found
    finally:
        await engine.dispose()


def _differences(connection: Connection, metadata: MetaData) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    found: list[Any] = compare_metadata(context, metadata)
    return found


def _tables(connection: Connection) -> list[str]:
    return [name for name in inspect(connection).get_table_names() if name != VERSION_TABLE]


def main() -> int:
    """Exit code 0 with one line on success, 1 with what is wrong."""
    try:
        metadata: MetaData = importlib.import_module("adapters.postgres.tables").metadata
        print(check(metadata))
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
