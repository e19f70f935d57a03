"""Which billing provider decides about a company, and what an operator can say of a plan besides its end."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

LOOKED_AT = ("companies", "installations", "moysklad_connections")


def upgrade() -> None:
    """Companies that a token has connected, and never the catalogue, are the operator's. What was given before goes on
    as it was: when it ends, exports rest.
    """
    op.add_column("companies", sa.Column("billed_by", sa.String(), nullable=False, server_default="moysklad"))
    op.add_column("billing_accounts", sa.Column("trial", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("billing_accounts", sa.Column("afterwards", sa.String()))
    op.add_column("billing_accounts", sa.Column("note", sa.String(), nullable=False, server_default=""))
    # The migration runs as the tables' owner, whom forced row-level security would show nothing.
    for table in LOOKED_AT:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute("""
        UPDATE companies SET billed_by = 'manual'
        WHERE subscription IS NULL
            AND id IN (SELECT company_id FROM moysklad_connections)
            AND id NOT IN (SELECT company_id FROM installations)
    """)
    for table in LOOKED_AT:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Forgets who decides: MoySklad, and the operator before it, as it was."""
    for column in ("note", "afterwards", "trial"):
        op.drop_column("billing_accounts", column)
    op.drop_column("companies", "billed_by")
