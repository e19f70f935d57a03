"""Answers that are given again, and a log of who did what that nobody can change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Both begin empty: keys used before are recognised by what their requests made, as they were."""
    op.create_table(
        "kept_answers",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("held_until", MOMENT, nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("status", sa.Integer()),
        sa.Column("headers", JSONB(none_as_null=True)),
        sa.Column("body_key_id", sa.String()),
        sa.Column("body_nonce", sa.LargeBinary()),
        sa.Column("body_ciphertext", sa.LargeBinary()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_kept_answers_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "route", "key", name=op.f("pk_kept_answers")),
    )
    op.create_index(op.f("ix_kept_answers_created_at"), "kept_answers", ["created_at"])
    _guard("kept_answers", "SELECT, INSERT, UPDATE, DELETE", "created_at")
    op.create_table(
        "audit_entries",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid()),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("target_id", sa.Uuid()),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.String()),
        sa.Column("address", sa.String()),
        sa.Column("request_id", sa.String()),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_audit_entries")),
    )
    op.create_index(op.f("ix_audit_entries_at"), "audit_entries", ["at"])
    op.create_index("ix_audit_entries_company_id_action_id", "audit_entries", ["company_id", "action", "id"])
    op.create_index("ix_audit_entries_company_id_actor_id_id", "audit_entries", ["company_id", "actor_id", "id"])
    _guard("audit_entries", "SELECT, INSERT", "at, company_id")


def _guard(table: str, rights: str, found_by: str) -> None:
    """Companies have those rights to their own rows; the system role finds what it removes by those columns, and
    reads nothing else.
    """
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"""
        CREATE POLICY own_company ON {table} TO {APPLICATION}
        USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
    """)
    op.execute(f"GRANT {rights} ON {table} TO {APPLICATION}")
    op.execute(f"CREATE POLICY all_companies ON {table} TO {SYSTEM} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT ({found_by}), DELETE ON {table} TO {SYSTEM}")


def downgrade() -> None:
    """Forgets the answers and the log."""
    op.drop_table("audit_entries")
    op.drop_table("kept_answers")
