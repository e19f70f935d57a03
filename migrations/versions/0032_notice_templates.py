"""Companies write their own texts of notices."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"
MOMENT = sa.DateTime(timezone=True)
TABLE = "notice_templates"


def upgrade() -> None:
    """A table of companies' own."""
    company = sa.ForeignKey("companies.id", name=op.f(f"fk_{TABLE}_company_id_companies"), ondelete="CASCADE")
    op.create_table(
        TABLE,
        sa.Column("company_id", sa.Uuid(), company, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("failed", sa.String()),
        sa.Column("failed_at", MOMENT),
        sa.PrimaryKeyConstraint("company_id", "kind", name=op.f(f"pk_{TABLE}")),
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"""
        CREATE POLICY own_company ON {TABLE} TO {APPLICATION}
        USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
    """)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLE} TO {APPLICATION}")


def downgrade() -> None:
    """Our own texts are told again."""
    op.drop_table(TABLE)
