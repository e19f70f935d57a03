"""Runs migrations, one process at a time, as the database's owner.

MIGRATION_DATABASE_URL names the database. An advisory lock lets several deployments start at once; a lock timeout
keeps a migration from queueing behind live traffic and stopping it.
"""

import asyncio
import os

from alembic import context
from sqlalchemy import Connection, text

from adapters.postgres.engine import make_engine
from adapters.postgres.tables import metadata

ADVISORY_LOCK = 7_240_518_803
LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "10min"


def migrate(connection: Connection) -> None:
    """Brings the schema to the revision that was asked for."""
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
    connection.commit()
    context.configure(
        connection=connection, target_metadata=metadata, compare_type=True, transaction_per_migration=True
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})
    connection.commit()


async def main() -> None:
    """Connects as the owner and migrates."""
    engine = make_engine(os.environ["MIGRATION_DATABASE_URL"], pool_size=1, role=None)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(migrate)
    finally:
        await engine.dispose()


if context.is_offline_mode():
    raise SystemExit("migrations need a database: set MIGRATION_DATABASE_URL")
asyncio.run(main())
