"""What is told to dealers: a ledger, and how much of it a month's plan covers."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"
MOMENT = sa.DateTime(timezone=True)
SEEN = "company_id, id, channel, recipient, due_at, try_at, state, claimed_until, ended_at"


def upgrade() -> None:
    """Two tables of companies' own. Texts and what they are about are for nobody else to read."""
    op.create_table(
        "notices",
        _company("notices"),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dealer_id", sa.Uuid(), nullable=False),
        sa.Column("binding_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("thread", sa.BigInteger()),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("once_key", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("plain", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("try_at", MOMENT, nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("claim_id", sa.Uuid()),
        sa.Column("claimed_until", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_notices")),
        sa.UniqueConstraint("company_id", "once_key", name="uq_notices_once"),
    )
    is_open = sa.text("state IN ('queued', 'sending')")
    columns = ["company_id", "channel", "recipient", "due_at", "id"]
    op.create_index("ix_notices_open", "notices", columns, postgresql_where=is_open)
    op.create_index("ix_notices_overdue", "notices", ["try_at"], postgresql_where=is_open)
    over = sa.text("ended_at IS NOT NULL")
    op.create_index("ix_notices_ended_at", "notices", ["ended_at"], postgresql_where=over)
    op.create_table(
        "notice_counts",
        _company("notice_counts"),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "period", name=op.f("pk_notice_counts")),
    )
    for table in ("notices", "notice_counts"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"""
            CREATE POLICY own_company ON {table} TO {APPLICATION}
            USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
        """)
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APPLICATION}")
    op.execute(f"CREATE POLICY all_companies ON notices TO {SYSTEM} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT ({SEEN}) ON notices TO {SYSTEM}")
    op.execute(f"GRANT DELETE ON notices TO {SYSTEM}")


def _company(table: str) -> sa.Column[object]:
    name = op.f(f"fk_{table}_company_id_companies")
    return sa.Column(
        "company_id", sa.Uuid(), sa.ForeignKey("companies.id", name=name, ondelete="CASCADE"), nullable=False
    )


def downgrade() -> None:
    """Nobody knows any more what was told."""
    op.drop_table("notice_counts")
    op.drop_table("notices")
