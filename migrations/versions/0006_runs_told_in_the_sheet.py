"""Runs that are told about in the spreadsheet itself, and tables that go on in a next tab."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"
COLUMNS = ("on_obstacle", "chosen_tab", "run_log", "status_cell", "status_made")


def upgrade() -> None:
    """The default is a constant, so no table is rewritten; the new table is empty, and so are its indexes."""
    op.add_column("export_configs", sa.Column("on_obstacle", sa.String(), nullable=False, server_default="refuse"))
    for name in COLUMNS[1:]:
        op.add_column("export_configs", sa.Column(name, sa.String()))
    op.create_table(
        "run_tellings",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("config_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problems", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_run_tellings_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["config_id"],
            ["export_configs.id"],
            name=op.f("fk_run_tellings_config_id_export_configs"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["export_tasks.id"], name=op.f("fk_run_tellings_task_id_export_tasks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_run_tellings")),
    )
    op.create_index(op.f("ix_run_tellings_company_id"), "run_tellings", ["company_id"])
    op.create_index("ix_run_tellings_due", "run_tellings", ["sent_at"], postgresql_where=sa.text("state = 'due'"))
    op.create_index("ix_run_tellings_told", "run_tellings", ["config_id"], postgresql_where=sa.text("state = 'told'"))
    op.execute("ALTER TABLE run_tellings ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE run_tellings FORCE ROW LEVEL SECURITY")
    op.execute(f"""
        CREATE POLICY own_company ON run_tellings TO {APPLICATION}
        USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
    """)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON run_tellings TO {APPLICATION}")
    op.execute(f"CREATE POLICY all_companies ON run_tellings TO {SYSTEM} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON run_tellings TO {SYSTEM}")


def downgrade() -> None:
    """Forgets what was still to be told, and which titles companies chose."""
    op.drop_table("run_tellings")
    for name in reversed(COLUMNS):
        op.drop_column("export_configs", name)
