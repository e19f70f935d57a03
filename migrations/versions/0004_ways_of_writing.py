"""Ways of writing beside upsert, and notes of batches that must not be written twice."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"


def upgrade() -> None:
    """Defaults are constants, so no table is rewritten."""
    for column in (
        sa.Column("key_columns", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.Column("allow_empty", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("keep_previous", sa.Boolean(), nullable=False, server_default=sa.text("true")),
    ):
        op.add_column("export_configs", column)
    op.create_table(
        "write_intents",
        sa.Column("config_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("marker", sa.BigInteger()),
        sa.Column("previous", sa.BigInteger()),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("rows", sa.LargeBinary()),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_write_intents_company_id_companies"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["config_id"],
            ["export_configs.id"],
            name=op.f("fk_write_intents_config_id_export_configs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("config_id", name=op.f("pk_write_intents")),
    )
    op.create_index(op.f("ix_write_intents_company_id"), "write_intents", ["company_id"])
    op.execute("ALTER TABLE write_intents ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE write_intents FORCE ROW LEVEL SECURITY")
    op.execute(f"""
        CREATE POLICY own_company ON write_intents TO {APPLICATION}
        USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
    """)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON write_intents TO {APPLICATION}")


def downgrade() -> None:
    """Forgets what was about to be written."""
    op.drop_table("write_intents")
    for column in ("keep_previous", "allow_empty", "key_columns"):
        op.drop_column("export_configs", column)
