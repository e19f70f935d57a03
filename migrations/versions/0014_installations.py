"""Each app at each account is told apart, and MoySklad's calls are told from their repetitions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Companies that are there already get an installation at the next call about them."""
    op.create_table(
        "installations",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("app_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("token_key_id", sa.String()),
        sa.Column("token_nonce", sa.LargeBinary()),
        sa.Column("token_ciphertext", sa.LargeBinary()),
        sa.Column("called_at", MOMENT),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("subscription", postgresql.JSONB()),
        sa.Column("permissions", sa.String()),
        sa.Column("unsure_since", MOMENT),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_installations_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "app_id", name=op.f("pk_installations")),
    )
    op.create_table(
        "vendor_requests",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_vendor_requests_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "request_id", name=op.f("pk_vendor_requests")),
    )
    op.create_index(op.f("ix_vendor_requests_answered_at"), "vendor_requests", ["answered_at"])
    for table in ("installations", "vendor_requests"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"""
            CREATE POLICY own_company ON {table} TO {APPLICATION}
            USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
        """)
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APPLICATION}")
    op.execute(f"CREATE POLICY all_companies ON vendor_requests TO {SYSTEM} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT (answered_at), DELETE ON vendor_requests TO {SYSTEM}")


def downgrade() -> None:
    """The tokens that are in use stand in moysklad_connections as well."""
    op.drop_table("vendor_requests")
    op.drop_table("installations")
