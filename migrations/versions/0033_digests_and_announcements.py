"""Dealers are told hourly or daily, as one message; the people who run a company are told what they should act upon."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"
MOMENT = sa.DateTime(timezone=True)
TABLE = "announcements"


def upgrade() -> None:
    """Who is told at once stays so. The defaults let processes of the old version write while they are replaced."""
    op.add_column("dealers", sa.Column("often", sa.String(), nullable=False, server_default="at_once"))
    op.add_column("dealers", sa.Column("daily_at", sa.Time()))
    op.add_column("dealers", sa.Column("quiet_as_one", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.add_column("notices", sa.Column("together", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    _announcements()


def _announcements() -> None:
    company = sa.ForeignKey("companies.id", name=op.f(f"fk_{TABLE}_company_id_companies"), ondelete="CASCADE")
    op.create_table(
        TABLE,
        sa.Column("company_id", sa.Uuid(), company, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("params", JSONB(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_by", sa.Uuid()),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index("ix_announcements_of_cause", TABLE, ["company_id", "cause", "id"])
    still = sa.text("ended_at IS NULL")
    op.create_index("uq_announcements_open", TABLE, ["company_id", "cause"], unique=True, postgresql_where=still)
    over = sa.text("ended_at IS NOT NULL")
    op.create_index("ix_announcements_ended_at", TABLE, ["ended_at"], postgresql_where=over)
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"""
        CREATE POLICY own_company ON {TABLE} TO {APPLICATION}
        USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
    """)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLE} TO {APPLICATION}")
    op.execute(f"CREATE POLICY all_companies ON {TABLE} TO {SYSTEM} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT (ended_at), DELETE ON {TABLE} TO {SYSTEM}")


def downgrade() -> None:
    """What is held goes one by one when it is due, and nobody is told any more."""
    op.drop_table(TABLE)
    op.drop_column("notices", "together")
    for name in ("quiet_as_one", "daily_at", "often"):
        op.drop_column("dealers", name)
