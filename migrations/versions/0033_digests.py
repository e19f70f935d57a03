"""Dealers are told at once, hourly or daily; what was held goes as one message."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Who is told at once stays so. The defaults let processes of the old version write while they are replaced."""
    op.add_column("dealers", sa.Column("often", sa.String(), nullable=False, server_default="at_once"))
    op.add_column("dealers", sa.Column("daily_at", sa.Time()))
    op.add_column("dealers", sa.Column("quiet_as_one", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.add_column("notices", sa.Column("together", sa.Boolean(), nullable=False, server_default=sa.text("false")))


def downgrade() -> None:
    """What is held goes one by one when it is due."""
    op.drop_column("notices", "together")
    for name in ("quiet_as_one", "daily_at", "often"):
        op.drop_column("dealers", name)
