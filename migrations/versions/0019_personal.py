"""How exports show data about people, keys of pseudonyms, and companies that are erased."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Exports show everything as they did; companies that have left before are taken to have left now."""
    empty = sa.text("'{}'::jsonb")
    op.add_column("export_configs", sa.Column("personal", JSONB(), nullable=False, server_default=empty))
    op.add_column("companies", sa.Column("left_at", MOMENT))
    op.execute("UPDATE companies SET left_at = now() WHERE status = 'uninstalled'")
    op.create_table(
        "pseudonym_keys",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("key_key_id", sa.String(), nullable=False),
        sa.Column("key_nonce", sa.LargeBinary(), nullable=False),
        sa.Column("key_ciphertext", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_pseudonym_keys_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_pseudonym_keys")),
    )
    op.execute("ALTER TABLE pseudonym_keys ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE pseudonym_keys FORCE ROW LEVEL SECURITY")
    op.execute(f"""
        CREATE POLICY own_company ON pseudonym_keys TO {APPLICATION}
        USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
    """)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON pseudonym_keys TO {APPLICATION}")
    op.create_table(
        "erasures",
        sa.Column("former_id", sa.Uuid(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("usage", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("former_id", name=op.f("pk_erasures")),
    )
    unfinished = sa.text("finished_at IS NULL")
    op.create_index("ix_erasures_unfinished", "erasures", ["begun_at"], postgresql_where=unfinished)
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON erasures TO {SYSTEM}")
    op.execute(f"GRANT SELECT (former_id) ON erasures TO {APPLICATION}")


def downgrade() -> None:
    """Forgets which companies were erased, and how exports were to show data about people."""
    op.drop_table("erasures")
    op.drop_table("pseudonym_keys")
    op.drop_column("companies", "left_at")
    op.drop_column("export_configs", "personal")
