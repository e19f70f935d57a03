"""Roles that own nothing, and row-level security on every table that knows a company."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"

# Which column says whose row it is.
COMPANY_COLUMN = {
    "companies": "id",
    "members": "company_id",
    "sessions": "company_id",
    "moysklad_connections": "company_id",
    "google_connections": "company_id",
    "consent_requests": "company_id",
    "export_configs": "company_id",
    "export_tasks": "company_id",
    "exported_rows": "company_id",
    "outbox": "company_id",
    "idempotency_keys": "company_id",
}

# What work across companies may do; secrets are not among it.
SYSTEM_GRANTS = {
    "companies": "SELECT, INSERT, UPDATE",
    "export_configs": "SELECT, INSERT, UPDATE",
    "export_tasks": "SELECT, INSERT, UPDATE",
    "outbox": "SELECT, INSERT, UPDATE, DELETE",
    "nonces": "SELECT, INSERT, UPDATE, DELETE",
    "google_connections": "SELECT (company_id, subject)",
    "sessions": "SELECT (expires_at), DELETE",
    "consent_requests": "SELECT (expires_at), DELETE",
    "idempotency_keys": "SELECT (created_at), DELETE",
}


def upgrade() -> None:
    """Makes the roles where the cluster lacks them, and closes the tables."""
    for role in (APPLICATION, SYSTEM):
        op.execute(f"""
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
                    CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
                END IF;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
            END $$
        """)
        op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    for table, column in COMPANY_COLUMN.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"""
            CREATE POLICY own_company ON {table} TO {APPLICATION}
            USING ({column} = {OWN}) WITH CHECK ({column} = {OWN})
        """)
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APPLICATION}")
    for table, rights in SYSTEM_GRANTS.items():
        op.execute(f"GRANT {rights} ON {table} TO {SYSTEM}")
        if table in COMPANY_COLUMN:
            op.execute(f"CREATE POLICY all_companies ON {table} TO {SYSTEM} USING (true) WITH CHECK (true)")


def downgrade() -> None:
    """Opens the tables. The roles stay: they belong to the cluster, and other databases may use them."""
    for table in SYSTEM_GRANTS:
        op.execute(f"REVOKE ALL ON {table} FROM {SYSTEM}")
        if table in COMPANY_COLUMN:
            op.execute(f"DROP POLICY all_companies ON {table}")
    for table in COMPANY_COLUMN:
        op.execute(f"DROP POLICY own_company ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        op.execute(f"REVOKE ALL ON {table} FROM {APPLICATION}")
    for role in (APPLICATION, SYSTEM):
        op.execute(f"REVOKE USAGE ON SCHEMA public FROM {role}")
