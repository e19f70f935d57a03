"""The ledger of usage is read by month."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Finds a month's entries without looking through all of a company's."""
    op.create_index("ix_usage_entries_of_period", "usage_entries", ["company_id", "period"])


def downgrade() -> None:
    """They are looked through."""
    op.drop_index("ix_usage_entries_of_period", "usage_entries")
