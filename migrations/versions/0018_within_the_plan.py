"""The last occurrence of a schedule that ran: a smaller plan may allow fewer than the schedule has."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Unknown of schedules that are there: the first occurrence after this runs."""
    op.add_column("export_configs", sa.Column("ran_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Every occurrence runs again."""
    op.drop_column("export_configs", "ran_at")
