"""Which billing provider decides about a company, what an operator can say of a plan besides its end, and the states in
which documents were last seen, for rules as well, and only for so long.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"
MOMENT = sa.DateTime(timezone=True)
STATES = ("dealer_documents", "rule_documents")
LOOKED_AT = ("companies", "installations", "moysklad_connections")


def upgrade() -> None:
    """Companies that a token has connected, and never the catalogue, are the operator's. What was given before goes on
    as it was: when it ends, exports rest.
    """
    op.add_column("companies", sa.Column("billed_by", sa.String(), nullable=False, server_default="moysklad"))
    op.add_column("billing_accounts", sa.Column("trial", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("billing_accounts", sa.Column("afterwards", sa.String()))
    op.add_column("billing_accounts", sa.Column("note", sa.String(), nullable=False, server_default=""))
    # The migration runs as the tables' owner, whom forced row-level security would show nothing.
    for table in LOOKED_AT:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute("""
        UPDATE companies SET billed_by = 'manual'
        WHERE subscription IS NULL
            AND id IN (SELECT company_id FROM moysklad_connections)
            AND id NOT IN (SELECT company_id FROM installations)
    """)
    for table in LOOKED_AT:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    _states()


def _states() -> None:
    op.add_column("object_events", sa.Column("moved", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "rule_documents",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("state_id", sa.String(), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_rule_documents_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "type", "object_id", name=op.f("pk_rule_documents")),
    )
    op.execute("ALTER TABLE rule_documents ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE rule_documents FORCE ROW LEVEL SECURITY")
    op.execute(f"""
        CREATE POLICY own_company ON rule_documents TO {APPLICATION}
        USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
    """)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON rule_documents TO {APPLICATION}")
    for table in STATES:
        op.create_index(f"ix_{table}_seen_at", table, ["seen_at"])
        op.execute(f"CREATE POLICY all_companies ON {table} TO {SYSTEM} USING (true) WITH CHECK (true)")
        op.execute(f"GRANT SELECT (seen_at), DELETE ON {table} TO {SYSTEM}")


def downgrade() -> None:
    """Forgets who decides: MoySklad, and the operator before it, as it was. States are known for dealers alone."""
    op.execute(f"REVOKE ALL ON dealer_documents FROM {SYSTEM}")
    op.execute("DROP POLICY all_companies ON dealer_documents")
    op.drop_index("ix_dealer_documents_seen_at", table_name="dealer_documents")
    op.drop_table("rule_documents")
    op.drop_column("object_events", "moved")
    for column in ("note", "afterwards", "trial"):
        op.drop_column("billing_accounts", column)
    op.drop_column("companies", "billed_by")
