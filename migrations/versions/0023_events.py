"""Others than exports hear of objects: interests, what was told for them, and when somebody has to hear or look."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"
MOMENT = sa.DateTime(timezone=True)
GRANTS = {
    "event_interests": ("SELECT, INSERT, UPDATE, DELETE", "SELECT"),
    "object_events": ("SELECT, INSERT, UPDATE, DELETE", "SELECT, INSERT, UPDATE"),
    "event_turns": ("SELECT, INSERT, UPDATE, DELETE", "SELECT, INSERT, UPDATE"),
}


def upgrade() -> None:
    """Three tables of companies' own."""
    op.create_table(
        "event_interests",
        _company("event_interests"),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("read_to", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("company_id", "audience", "type", name=op.f("pk_event_interests")),
    )
    op.create_table(
        "object_events",
        _company("object_events"),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Uuid(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("origin", JSONB()),
        sa.PrimaryKeyConstraint("company_id", "audience", "type", "object_id", name=op.f("pk_object_events")),
    )
    op.create_index("ix_object_events_oldest", "object_events", ["company_id", "audience", "told_at"])
    op.create_table(
        "event_turns",
        _company("event_turns"),
        sa.Column("turn", sa.String(), nullable=False),
        sa.Column("due_at", MOMENT),
        sa.PrimaryKeyConstraint("company_id", "turn", name=op.f("pk_event_turns")),
    )
    due = sa.text("due_at IS NOT NULL")
    op.create_index("ix_event_turns_due_at", "event_turns", ["due_at"], postgresql_where=due)
    for table, (own, everyones) in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"""
            CREATE POLICY own_company ON {table} TO {APPLICATION}
            USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
        """)
        op.execute(f"GRANT {own} ON {table} TO {APPLICATION}")
        op.execute(f"CREATE POLICY all_companies ON {table} TO {SYSTEM} USING (true) WITH CHECK (true)")
        op.execute(f"GRANT {everyones} ON {table} TO {SYSTEM}")


def _company(table: str) -> sa.Column[object]:
    name = op.f(f"fk_{table}_company_id_companies")
    return sa.Column(
        "company_id", sa.Uuid(), sa.ForeignKey("companies.id", name=name, ondelete="CASCADE"), nullable=False
    )


def downgrade() -> None:
    """Nobody hears any more; what waits is forgotten."""
    for table in reversed(GRANTS):
        op.drop_table(table)
