"""Webhooks: what is registered, what was delivered, and what exports wait for."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"
MOMENT = sa.DateTime(timezone=True)

# What work across companies may do. Nobody's token is among it.
SYSTEM_GRANTS = {
    "webhook_endpoints": ("SELECT (company_id, token_digest, tend_due_at), UPDATE (tend_due_at, last_delivery_at)"),
    "webhook_deliveries": "SELECT, INSERT, UPDATE, DELETE",
    "webhook_counts": "SELECT, INSERT, UPDATE, DELETE",
    "change_marks": "SELECT, INSERT, UPDATE",
    "export_watches": "SELECT, INSERT, UPDATE",
}
TABLES = (
    "webhook_endpoints",
    "webhook_registrations",
    "webhook_deliveries",
    "webhook_counts",
    "change_marks",
    "export_watches",
)


def upgrade() -> None:
    """Everything is new and empty; the one new column has a constant default, so no table is rewritten."""
    op.add_column(
        "export_configs", sa.Column("on_change", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    _make_tables()
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"""
            CREATE POLICY own_company ON {table} TO {APPLICATION}
            USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
        """)
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APPLICATION}")
    for table, rights in SYSTEM_GRANTS.items():
        op.execute(f"GRANT {rights} ON {table} TO {SYSTEM}")
        op.execute(f"CREATE POLICY all_companies ON {table} TO {SYSTEM} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON webhook_receivers TO {SYSTEM}")


def _company_id(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["company_id"], ["companies.id"], name=op.f(f"fk_{table}_company_id_companies"), ondelete="CASCADE"
    )


def _make_tables() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("token_key_id", sa.String(), nullable=False),
        sa.Column("token_nonce", sa.LargeBinary(), nullable=False),
        sa.Column("token_ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("tend_due_at", MOMENT),
        sa.Column("tended_at", MOMENT),
        sa.Column("allowed", sa.Boolean()),
        sa.Column("problem", sa.String()),
        sa.Column("last_delivery_at", MOMENT),
        _company_id("webhook_endpoints"),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_webhook_endpoints")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_webhook_endpoints_token_digest")),
    )
    op.create_index(
        "ix_webhook_endpoints_tend_due_at",
        "webhook_endpoints",
        ["tend_due_at"],
        postgresql_where=sa.text("tend_due_at IS NOT NULL"),
    )
    op.create_table(
        "webhook_registrations",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("problem", sa.String()),
        _company_id("webhook_registrations"),
        sa.PrimaryKeyConstraint("company_id", "family", "name", "action", name=op.f("pk_webhook_registrations")),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("request_key", sa.Uuid(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("interpreted_at", MOMENT),
        sa.PrimaryKeyConstraint("company_id", "request_key", name=op.f("pk_webhook_deliveries")),
    )
    op.create_index(
        "ix_webhook_deliveries_waiting",
        "webhook_deliveries",
        ["received_at"],
        postgresql_where=sa.text("interpreted_at IS NULL"),
    )
    op.create_index(
        "ix_webhook_deliveries_interpreted",
        "webhook_deliveries",
        ["interpreted_at"],
        postgresql_where=sa.text("interpreted_at IS NOT NULL"),
    )
    op.create_table(
        "webhook_counts",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        _company_id("webhook_counts"),
        sa.PrimaryKeyConstraint("company_id", "day", "kind", name=op.f("pk_webhook_counts")),
    )
    op.create_table(
        "webhook_receivers",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("alive_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_receivers")),
    )
    op.create_table(
        "change_marks",
        sa.Column("config_id", sa.Uuid(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Uuid(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        _company_id("change_marks"),
        sa.PrimaryKeyConstraint("config_id", "object_id", name=op.f("pk_change_marks")),
    )
    op.create_index(op.f("ix_change_marks_company_id"), "change_marks", ["company_id"])
    op.create_table(
        "export_watches",
        sa.Column("config_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("caught_up_at", MOMENT, nullable=False),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.Column("first_at", MOMENT),
        sa.Column("last_at", MOMENT),
        sa.Column("hurried", sa.Boolean(), nullable=False),
        sa.Column("scenario", sa.Boolean(), nullable=False),
        sa.Column("not_before", MOMENT),
        sa.Column("due_at", MOMENT),
        _company_id("export_watches"),
        sa.ForeignKeyConstraint(
            ["config_id"],
            ["export_configs.id"],
            name=op.f("fk_export_watches_config_id_export_configs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("config_id", name=op.f("pk_export_watches")),
    )
    op.create_index(op.f("ix_export_watches_company_id"), "export_watches", ["company_id"])
    op.create_index(
        "ix_export_watches_due_at", "export_watches", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL")
    )


def downgrade() -> None:
    """Forgets what was delivered. The webhooks themselves stay at MoySklad, which gives them up in time."""
    for table in reversed((*TABLES, "webhook_receivers")):
        op.drop_table(table)
    op.drop_column("export_configs", "on_change")
