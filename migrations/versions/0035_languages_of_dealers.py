"""Dealers are told things in their own language, and by mail under a subject of the company's own; questions say
why something that was found was not taken.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

TABLES = ("dealers", "notices")
WITH_SUBJECTS = ("notices", "notice_templates")


def upgrade() -> None:
    """Who was told in Russian stays so. The defaults let processes of the old version write while they are replaced."""
    for table in TABLES:
        op.add_column(table, sa.Column("language", sa.String(), nullable=False, server_default="ru"))
    for table in WITH_SUBJECTS:
        op.add_column(table, sa.Column("subject", sa.String(), nullable=False, server_default=""))
    op.add_column("match_reviews", sa.Column("doubt", JSONB()))


def downgrade() -> None:
    """Everybody is told in Russian again, under the first line."""
    op.drop_column("match_reviews", "doubt")
    for table in WITH_SUBJECTS:
        op.drop_column(table, "subject")
    for table in TABLES:
        op.drop_column(table, "language")
