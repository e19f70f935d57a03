"""The ledger of usage is only ever added to."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"


def upgrade() -> None:
    """Companies' own transactions may add entries and read them. Those of a company that is erased the system role
    removes, which sees whose they are and nothing else of them.
    """
    op.execute(f"REVOKE UPDATE, DELETE ON usage_entries FROM {APPLICATION}")
    op.execute(f"CREATE POLICY all_companies ON usage_entries TO {SYSTEM} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT (company_id, key), DELETE ON usage_entries TO {SYSTEM}")


def downgrade() -> None:
    """They may be changed again."""
    op.execute(f"REVOKE ALL ON usage_entries FROM {SYSTEM}")
    op.execute("DROP POLICY all_companies ON usage_entries")
    op.execute(f"GRANT UPDATE, DELETE ON usage_entries TO {APPLICATION}")
