"""What MoySklad tells of a company's subscription."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Companies that are there already are told of at their next renewal."""
    op.add_column("companies", sa.Column("subscription", postgresql.JSONB()))


def downgrade() -> None:
    """Forgets subscriptions."""
    op.drop_column("companies", "subscription")
