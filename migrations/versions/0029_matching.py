"""What of one company's account is what of another's, and what people are asked about it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0029"
down_revision = "0027"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"
MOMENT = sa.DateTime(timezone=True)
GRANTS = {
    "match_pairs": ("SELECT, INSERT, UPDATE, DELETE", ""),
    "match_reviews": ("SELECT, INSERT, UPDATE, DELETE", "SELECT, INSERT, UPDATE"),
}


def upgrade() -> None:
    """Two tables of companies' own."""
    op.create_table(
        "match_pairs",
        _company("match_pairs"),
        sa.Column("source_company_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("target_type", sa.String(), nullable=False),
        sa.Column("target_id", sa.String(), nullable=False),
        sa.Column("target_name", sa.String(), nullable=False),
        sa.Column("found_by", sa.String(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("company_id", "source_company_id", "kind", "source_id", name=op.f("pk_match_pairs")),
    )
    op.create_table(
        "match_reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        _company("match_reviews"),
        sa.Column("source_company_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("wanted", JSONB(), nullable=False),
        sa.Column("suggestions", JSONB(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_last_at", MOMENT, nullable=False),
        sa.Column("target", JSONB()),
        sa.Column("answered_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_reviews")),
        sa.UniqueConstraint(
            "company_id",
            "source_company_id",
            "kind",
            "source_id",
            name=op.f("uq_match_reviews_company_id_source_company_id_kind_source_id"),
        ),
    )
    op.create_index("ix_match_reviews_in_state", "match_reviews", ["company_id", "state", "id"])
    for table, (own, everyones) in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"""
            CREATE POLICY own_company ON {table} TO {APPLICATION}
            USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
        """)
        op.execute(f"GRANT {own} ON {table} TO {APPLICATION}")
        if everyones:
            op.execute(f"CREATE POLICY all_companies ON {table} TO {SYSTEM} USING (true) WITH CHECK (true)")
            op.execute(f"GRANT {everyones} ON {table} TO {SYSTEM}")


def _company(table: str) -> sa.Column[object]:
    name = op.f(f"fk_{table}_company_id_companies")
    return sa.Column(
        "company_id", sa.Uuid(), sa.ForeignKey("companies.id", name=name, ondelete="CASCADE"), nullable=False
    )


def downgrade() -> None:
    """What was found is looked for anew, and people are asked again."""
    for table in reversed(GRANTS):
        op.drop_table(table)
