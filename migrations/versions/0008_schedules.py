"""Schedules with a window, chained ones and freshness targets, and the ledger of what became of each occurrence."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"


def upgrade() -> None:
    """Schedules that exist stay as they are, without a window. Defaults are constants, so no table is rewritten; the
    new indexes hold nothing yet.
    """
    for column in columns():
        op.add_column("export_configs", column)
    for name, column in (("after", "after_config_id"), ("freshness", "freshness_seconds")):
        op.create_index(
            f"ix_export_configs_{name}", "export_configs", [column], postgresql_where=sa.text(f"{column} IS NOT NULL")
        )
    op.create_table(
        "occurrences",
        sa.Column("config_id", sa.Uuid(), nullable=False),
        sa.Column("nominal_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("task_id", sa.Uuid()),
        sa.Column("count", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("last_nominal_at", sa.DateTime(timezone=True)),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_occurrences_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["config_id"],
            ["export_configs.id"],
            name=op.f("fk_occurrences_config_id_export_configs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("config_id", "nominal_at", name=op.f("pk_occurrences")),
    )
    op.create_index(op.f("ix_occurrences_company_id"), "occurrences", ["company_id"])
    op.create_index("ix_occurrences_decided_at", "occurrences", ["decided_at"])
    op.execute("ALTER TABLE occurrences ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE occurrences FORCE ROW LEVEL SECURITY")
    op.execute(f"""
        CREATE POLICY own_company ON occurrences TO {APPLICATION}
        USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
    """)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON occurrences TO {APPLICATION}")
    op.execute(f"CREATE POLICY all_companies ON occurrences TO {SYSTEM} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT, INSERT, DELETE ON occurrences TO {SYSTEM}")


def downgrade() -> None:
    """Forgets the ledger. Schedules that are no cron expressions are gone."""
    op.drop_table("occurrences")
    op.drop_index("ix_export_configs_freshness", "export_configs")
    op.drop_index("ix_export_configs_after", "export_configs")
    op.execute("UPDATE export_configs SET next_due_at = NULL WHERE cron IS NULL AND next_due_at IS NOT NULL")
    for column in reversed(columns()):
        op.drop_column("export_configs", column.name)


def columns() -> list[sa.Column[Any]]:
    """What exports have in addition."""
    return [
        sa.Column("next_nominal_at", sa.DateTime(timezone=True)),
        sa.Column("spread_seconds", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("misfire", sa.String(), nullable=False, server_default="run_once"),
        sa.Column("after_config_id", sa.Uuid()),
        sa.Column("after_always", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("after_removed", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("freshness_seconds", sa.Integer()),
        sa.Column("fresh_at", sa.DateTime(timezone=True)),
    ]
