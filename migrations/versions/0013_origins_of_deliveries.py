"""What a run that follows a delivery takes along from it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = ("webhook_deliveries", "export_watches")


def upgrade() -> None:
    """What is there already takes nothing along."""
    for table in TABLES:
        op.add_column(table, sa.Column("origin", postgresql.JSONB()))


def downgrade() -> None:
    """Runs begin traces of their own again."""
    for table in TABLES:
        op.drop_column(table, "origin")
