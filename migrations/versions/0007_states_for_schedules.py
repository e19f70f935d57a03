"""Work across companies may see whether a connection works, so that nothing is booked that would fail at once."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SYSTEM = "skladsheets_system"


def upgrade() -> None:
    """The state alone: no secret, no account."""
    op.execute(f"CREATE POLICY all_companies ON moysklad_connections TO {SYSTEM} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT (company_id, state) ON moysklad_connections TO {SYSTEM}")
    op.execute(f"GRANT SELECT (state) ON google_connections TO {SYSTEM}")


def downgrade() -> None:
    """Takes it back."""
    op.execute("REVOKE SELECT (state) ON google_connections FROM skladsheets_system")
    op.execute("REVOKE SELECT (company_id, state) ON moysklad_connections FROM skladsheets_system")
    op.execute("DROP POLICY all_companies ON moysklad_connections")
