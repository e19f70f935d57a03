"""Canaries of the keys that secrets are sealed under; which keys those are may be seen across companies."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SYSTEM = "skladsheets_system"
MOMENT = sa.DateTime(timezone=True)
# Names of keys and nothing else: nonces and ciphertexts stay within their company.
SEEN = {
    "moysklad_connections": "token_key_id",
    "installations": "company_id, token_key_id",
    "google_connections": "refresh_key_id, access_key_id",
    "consent_requests": "company_id, verifier_key_id",
    "webhook_endpoints": "token_key_id",
}


def upgrade() -> None:
    """The secrets themselves stay as they are: they are sealed anew when keys are rotated."""
    op.create_table(
        "key_canaries",
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("fronted_at", MOMENT),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_key_canaries")),
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON key_canaries TO {SYSTEM}")
    op.execute(f"CREATE POLICY all_companies ON installations FOR SELECT TO {SYSTEM} USING (true)")
    for table, columns in SEEN.items():
        op.execute(f"GRANT SELECT ({columns}) ON {table} TO {SYSTEM}")


def downgrade() -> None:
    """What was sealed meanwhile the version before cannot open: its companies have to connect anew."""
    for table, columns in SEEN.items():
        op.execute(f"REVOKE SELECT ({columns}) ON {table} FROM {SYSTEM}")  # noqa: S608 - constants of this file
    op.execute("DROP POLICY all_companies ON installations")
    op.drop_table("key_canaries")
