"""Dealers are told things in their own language."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0033"
branch_labels = None
depends_on = None

TABLES = ("dealers", "notices")


def upgrade() -> None:
    """Who was told in Russian stays so. The default lets processes of the old version write while they are replaced."""
    for table in TABLES:
        op.add_column(table, sa.Column("language", sa.String(), nullable=False, server_default="ru"))


def downgrade() -> None:
    """Everybody is told in Russian again."""
    for table in TABLES:
        op.drop_column(table, "language")
