"""Rows that wait in a hidden tab until they are moved below their table."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

TABLES = ("export_tasks", "exported_rows", "write_intents")
OF_INTENTS = (("gathering", sa.BigInteger), ("gathered_rows", sa.Integer), ("gathered_keys", sa.LargeBinary))


def upgrade() -> None:
    """Nothing is gathered yet. Columns without a value cost nothing. A worker of the old version that takes up a run
    which has gathered goes on below the table; what waits is moved by the next run of the new version.
    """
    op.add_column("exported_rows", sa.Column("gathering", sa.BigInteger()))
    for name, kind in OF_INTENTS:
        op.add_column("write_intents", sa.Column(name, kind()))


def downgrade() -> None:
    """What was gathered and not yet moved is remembered although it never came into a table: it is read again."""
    for table in TABLES:  # the migration runs as their owner, whom forced row-level security would show nothing
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute("""
        UPDATE export_tasks SET checkpoint = NULL
        WHERE config_id IN (SELECT config_id FROM write_intents WHERE gathering IS NOT NULL)
    """)
    op.execute("""
        DELETE FROM exported_rows USING write_intents
        WHERE exported_rows.config_id = write_intents.config_id
            AND exported_rows.gathering = write_intents.gathering
    """)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for name, _ in reversed(OF_INTENTS):
        op.drop_column("write_intents", name)
    op.drop_column("exported_rows", "gathering")
