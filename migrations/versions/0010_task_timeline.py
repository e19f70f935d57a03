"""What a task tells of itself, lists of millions of tasks, and an end to old ones."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SYSTEM = "skladsheets_system"


def upgrade() -> None:
    """Columns without a default rewrite no table. The indexes begin with what the dropped ones held."""
    op.add_column("export_tasks", sa.Column("timeline", postgresql.JSONB()))
    op.create_index("ix_export_tasks_of_company", "export_tasks", ["company_id", "id"])
    op.create_index("ix_export_tasks_of_config", "export_tasks", ["config_id", "company_id", "id"])
    op.create_index(
        "ix_export_tasks_ended_at", "export_tasks", ["ended_at"], postgresql_where=sa.text("ended_at IS NOT NULL")
    )
    op.drop_index("ix_export_tasks_company_id", table_name="export_tasks")
    op.drop_index("ix_export_tasks_config_id", table_name="export_tasks")
    op.execute(f"GRANT DELETE ON export_tasks TO {SYSTEM}")


def downgrade() -> None:
    """Forgets the histories."""
    op.execute(f"REVOKE DELETE ON export_tasks FROM {SYSTEM}")
    op.create_index("ix_export_tasks_config_id", "export_tasks", ["config_id"])
    op.create_index("ix_export_tasks_company_id", "export_tasks", ["company_id"])
    op.drop_index("ix_export_tasks_ended_at", table_name="export_tasks")
    op.drop_index("ix_export_tasks_of_config", table_name="export_tasks")
    op.drop_index("ix_export_tasks_of_company", table_name="export_tasks")
    op.drop_column("export_tasks", "timeline")
