"""Links between companies, automation rules, and what these have done, as each of the two companies sees it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"
MOMENT = sa.DateTime(timezone=True)
GRANTS = {
    "link_sides": ("SELECT, INSERT, UPDATE, DELETE", "SELECT, INSERT, UPDATE"),
    "automation_rules": ("SELECT, INSERT, UPDATE, DELETE", "SELECT, INSERT, UPDATE"),
    "executions": ("SELECT, INSERT, UPDATE, DELETE", "SELECT, INSERT, UPDATE"),
    "received_executions": ("SELECT, INSERT, UPDATE, DELETE", "SELECT, INSERT, UPDATE"),
}


def upgrade() -> None:
    """Four tables of companies' own. What leads to another company has no foreign key."""
    _links()
    _rules()
    _executions()
    _received()
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


def _links() -> None:
    op.create_table(
        "link_sides",
        _company("link_sides"),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("invitation_digest", sa.LargeBinary()),
        sa.Column("other_id", sa.Uuid()),
        sa.Column("other_name", sa.String(), nullable=False),
        sa.Column("limits", JSONB(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("accepted_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.Column("other_paused", sa.Boolean(), nullable=False),
        sa.Column("other_revoked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "link_id", name=op.f("pk_link_sides")),
        sa.UniqueConstraint("link_id", "side", name=op.f("uq_link_sides_link_id_side")),
    )


def _rules() -> None:
    op.create_table(
        "automation_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        _company("automation_rules"),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("target_company_id", sa.Uuid(), nullable=False),
        sa.Column("terms", JSONB(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("stopped_by", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_automation_rules")),
        sa.UniqueConstraint("company_id", "id", name=op.f("uq_automation_rules_company_id_id")),
    )
    op.create_index(op.f("ix_automation_rules_company_id"), "automation_rules", ["company_id"])


def _executions() -> None:
    op.create_table(
        "executions",
        sa.Column("id", sa.Uuid(), nullable=False),
        _company("executions"),
        sa.Column("target_company_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("source_type", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("sync_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("booked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("sent_at", MOMENT),
        sa.Column("claim_id", sa.Uuid()),
        sa.Column("lease_until", MOMENT),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Uuid(), nullable=False),
        sa.Column("done", sa.Uuid()),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("target_type", sa.String(), nullable=False),
        sa.Column("target_id", sa.Uuid()),
        sa.Column("target_name", sa.String(), nullable=False),
        sa.Column("pairs", JSONB(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("read", sa.String(), nullable=False),
        sa.Column("counted_at", MOMENT),
        sa.Column("made_at", MOMENT),
        sa.Column("changed_at", MOMENT),
        sa.Column("error", JSONB()),
        sa.Column("urged", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "rule_id"],
            ["automation_rules.company_id", "automation_rules.id"],
            name=op.f("fk_executions_company_id_automation_rules"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_executions")),
        sa.UniqueConstraint("source_id", "rule_id", name=op.f("uq_executions_source_id_rule_id")),
        sa.UniqueConstraint("company_id", "id", name=op.f("uq_executions_company_id_id")),
    )
    op.create_index("ix_executions_of_rule", "executions", ["rule_id", "company_id", "id"])
    due = sa.text("state IN ('booked', 'waiting') AND due_at IS NOT NULL")
    op.create_index("ix_executions_due_at", "executions", ["due_at"], postgresql_where=due)
    claimed, waiting = sa.text("state = 'claimed'"), sa.text("state = 'waiting'")
    op.create_index("ix_executions_lease_until", "executions", ["lease_until"], postgresql_where=claimed)
    op.create_index("ix_executions_waiting", "executions", ["target_company_id"], postgresql_where=waiting)
    counted = sa.text("counted_at IS NOT NULL")
    op.create_index("ix_executions_counted_at", "executions", ["company_id", "counted_at"], postgresql_where=counted)


def _received() -> None:
    op.create_table(
        "received_executions",
        _company("received_executions"),
        sa.Column("execution_id", sa.Uuid(), nullable=False),
        sa.Column("source_company_id", sa.Uuid(), nullable=False),
        sa.Column("rule_name", sa.String(), nullable=False),
        sa.Column("source_type", sa.String(), nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("sync_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("booked_at", MOMENT, nullable=False),
        sa.Column("target_type", sa.String(), nullable=False),
        sa.Column("target_id", sa.Uuid()),
        sa.Column("target_name", sa.String(), nullable=False),
        sa.Column("changed_at", MOMENT),
        sa.Column("error", JSONB()),
        sa.PrimaryKeyConstraint("company_id", "execution_id", name=op.f("pk_received_executions")),
    )
    op.create_index("ix_received_executions_sync_id", "received_executions", ["company_id", "sync_id"])
    op.create_index("ix_received_executions_target_id", "received_executions", ["company_id", "target_id"])


def _company(table: str) -> sa.Column[object]:
    name = op.f(f"fk_{table}_company_id_companies")
    return sa.Column(
        "company_id", sa.Uuid(), sa.ForeignKey("companies.id", name=name, ondelete="CASCADE"), nullable=False
    )


def downgrade() -> None:
    """Nobody knows any more what rules have made; their documents stay in MoySklad."""
    for table in ("received_executions", "executions", "automation_rules", "link_sides"):
        op.drop_table(table)
