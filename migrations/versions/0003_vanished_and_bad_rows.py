"""Rows that vanish at the source, rows that cannot be written, and how an export treats both."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"


def upgrade() -> None:
    """Exports that exist keep vanished rows, as they did so far. Defaults are constants, so no table is rewritten."""
    for column in (
        sa.Column("row_mode", sa.String(), nullable=False, server_default="document"),
        sa.Column("removal", sa.String(), nullable=False, server_default="keep"),
        sa.Column("brake_percent", sa.Integer(), nullable=False, server_default="20"),
        sa.Column("window_days", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("reconcile_days", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("windowed_at", sa.DateTime(timezone=True)),
        sa.Column("reconciled_at", sa.DateTime(timezone=True)),
    ):
        op.add_column("export_configs", column)
    op.add_column(
        "export_tasks", sa.Column("may_remove", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    for column in (
        sa.Column("parent", sa.String()),
        sa.Column("gone", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("seen_by", sa.Uuid()),
    ):
        op.add_column("exported_rows", column)
    op.create_index(
        "ix_exported_rows_parent",
        "exported_rows",
        ["config_id", "parent"],
        postgresql_where=sa.text("parent IS NOT NULL"),
    )
    op.create_index(
        "ix_exported_rows_gone", "exported_rows", ["config_id", "row_key"], postgresql_where=sa.text("gone = 1")
    )
    op.create_table(
        "quarantined_rows",
        sa.Column("config_id", sa.Uuid(), nullable=False),
        sa.Column("row_key", sa.String(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_quarantined_rows_company_id_companies"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("config_id", "row_key", name=op.f("pk_quarantined_rows")),
    )
    op.create_index(op.f("ix_quarantined_rows_company_id"), "quarantined_rows", ["company_id"])
    op.execute("ALTER TABLE quarantined_rows ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE quarantined_rows FORCE ROW LEVEL SECURITY")
    op.execute(f"""
        CREATE POLICY own_company ON quarantined_rows TO {APPLICATION}
        USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
    """)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON quarantined_rows TO {APPLICATION}")


def downgrade() -> None:
    """Forgets which rows had vanished."""
    op.drop_table("quarantined_rows")
    op.drop_index("ix_exported_rows_gone", "exported_rows")
    op.drop_index("ix_exported_rows_parent", "exported_rows")
    for column in ("seen_by", "gone", "parent"):
        op.drop_column("exported_rows", column)
    op.drop_column("export_tasks", "may_remove")
    for column in (
        "reconciled_at",
        "windowed_at",
        "reconcile_days",
        "window_days",
        "brake_percent",
        "removal",
        "row_mode",
    ):
        op.drop_column("export_configs", column)
