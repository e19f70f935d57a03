"""Links that were mailed bind the address that they were sent to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column more; links of chats have nothing in it. The table's policy and grants cover it."""
    op.add_column("bind_links", sa.Column("meant_for", JSONB()))


def downgrade() -> None:
    """Links that were mailed are forgotten, or chats could be bound by them."""
    op.execute("DELETE FROM bind_links WHERE meant_for IS NOT NULL")
    op.drop_column("bind_links", "meant_for")
