"""Several OAuth clients, spreadsheets that people picked, and since when and why a connection is broken."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"
TABLES = ("google_homes", "picked_spreadsheets")


def upgrade() -> None:
    """Grants that exist name no client: they belong to the first one. Defaults are constants; no table is rewritten."""
    for table, column in (
        ("google_connections", sa.Column("client_id", sa.String(), nullable=False, server_default="")),
        ("google_connections", sa.Column("broken_at", sa.DateTime(timezone=True))),
        ("google_connections", sa.Column("broken_reason", sa.String(), nullable=False, server_default="")),
        ("consent_requests", sa.Column("client_id", sa.String(), nullable=False, server_default="")),
        ("consent_requests", sa.Column("purpose", sa.String(), nullable=False, server_default="connect")),
    ):
        op.add_column(table, column)
    op.create_table(
        "google_homes",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_google_homes_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_google_homes")),
    )
    op.create_table(
        "picked_spreadsheets",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("spreadsheet_id", sa.String(), nullable=False),
        sa.Column("picked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_picked_spreadsheets_company_id_companies"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("company_id", "client_id", "spreadsheet_id", name=op.f("pk_picked_spreadsheets")),
    )
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"""
            CREATE POLICY own_company ON {table} TO {APPLICATION}
            USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
        """)
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APPLICATION}")
    op.execute(f"CREATE POLICY all_companies ON google_homes TO {SYSTEM} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT (company_id, client_id) ON google_homes TO {SYSTEM}")
    op.execute(f"GRANT SELECT (client_id) ON google_connections TO {SYSTEM}")


def downgrade() -> None:
    """Forgets which client a grant belongs to, and what was picked."""
    op.execute("REVOKE SELECT (client_id) ON google_connections FROM skladsheets_system")
    for table in TABLES:
        op.drop_table(table)
    for table, column in (
        ("consent_requests", "purpose"),
        ("consent_requests", "client_id"),
        ("google_connections", "broken_reason"),
        ("google_connections", "broken_at"),
        ("google_connections", "client_id"),
    ):
        op.drop_column(table, column)
