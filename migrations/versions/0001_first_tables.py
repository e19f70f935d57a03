"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "companies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("account_name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sa.UniqueConstraint("account_id", name=op.f("uq_companies_account_id")),
    )
    op.create_table(
        "exported_rows",
        sa.Column("config_id", sa.Uuid(), nullable=False),
        sa.Column("row_key", sa.String(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("config_id", "row_key", name=op.f("pk_exported_rows")),
    )
    op.create_table(
        "nonces",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "value", name=op.f("pk_nonces")),
    )
    op.create_index(op.f("ix_nonces_expires_at"), "nonces", ["expires_at"], unique=False)
    op.create_table(
        "consent_requests",
        sa.Column("state_digest", sa.LargeBinary(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("verifier_key_id", sa.String(), nullable=False),
        sa.Column("verifier_nonce", sa.LargeBinary(), nullable=False),
        sa.Column("verifier_ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_consent_requests_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("state_digest", name=op.f("pk_consent_requests")),
    )
    op.create_index(op.f("ix_consent_requests_company_id"), "consent_requests", ["company_id"], unique=False)
    op.create_index(op.f("ix_consent_requests_expires_at"), "consent_requests", ["expires_at"], unique=False)
    op.create_table(
        "export_configs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("exporter_key", sa.String(), nullable=False),
        sa.Column("columns", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("conditions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("strategy", sa.String(), nullable=False),
        sa.Column("spreadsheet_id", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("tab", sa.String(), nullable=False),
        sa.Column("sheet_id", sa.BigInteger(), nullable=True),
        sa.Column("cron", sa.String(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("header", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("cursor", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_export_configs_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_configs")),
    )
    op.create_index(op.f("ix_export_configs_company_id"), "export_configs", ["company_id"], unique=False)
    op.create_index(
        "ix_export_configs_next_due_at",
        "export_configs",
        ["next_due_at"],
        unique=False,
        postgresql_where=sa.text("next_due_at IS NOT NULL"),
    )
    op.create_table(
        "google_connections",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("refresh_key_id", sa.String(), nullable=False),
        sa.Column("refresh_nonce", sa.LargeBinary(), nullable=False),
        sa.Column("refresh_ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("access_key_id", sa.String(), nullable=False),
        sa.Column("access_nonce", sa.LargeBinary(), nullable=False),
        sa.Column("access_ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("access_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_google_connections_company_id_companies"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_google_connections")),
    )
    op.create_index(op.f("ix_google_connections_subject"), "google_connections", ["subject"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("result", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_idempotency_keys_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_members_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("company_id", "employee_id", name=op.f("uq_members_company_id_employee_id")),
    )
    op.create_index(op.f("ix_members_company_id"), "members", ["company_id"], unique=False)
    op.create_table(
        "moysklad_connections",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("token_key_id", sa.String(), nullable=True),
        sa.Column("token_nonce", sa.LargeBinary(), nullable=True),
        sa.Column("token_ciphertext", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_moysklad_connections_company_id_companies"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_moysklad_connections")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("once_key", sa.String(), nullable=True),
        sa.Column("deliver_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_outbox_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_company_id"), "outbox", ["company_id"], unique=False)
    op.create_index(
        "ix_outbox_sent", "outbox", ["sent_at"], unique=False, postgresql_where=sa.text("sent_at IS NOT NULL")
    )
    op.create_index(
        "ix_outbox_unsent", "outbox", ["deliver_after", "id"], unique=False, postgresql_where=sa.text("sent_at IS NULL")
    )
    op.create_index(
        "uq_outbox_once_key", "outbox", ["once_key"], unique=True, postgresql_where=sa.text("sent_at IS NULL")
    )
    op.create_table(
        "export_tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("config_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("write_lock", sa.String(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checkpoint", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("crashes", sa.Integer(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("error", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_export_tasks_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["config_id"],
            ["export_configs.id"],
            name=op.f("fk_export_tasks_config_id_export_configs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_tasks")),
    )
    op.create_index(op.f("ix_export_tasks_company_id"), "export_tasks", ["company_id"], unique=False)
    op.create_index(op.f("ix_export_tasks_config_id"), "export_tasks", ["config_id"], unique=False)
    op.create_index(
        "ix_export_tasks_unfinished",
        "export_tasks",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("state IN ('booked', 'claimed')"),
    )
    op.create_index(
        "uq_export_tasks_one_per_config",
        "export_tasks",
        ["config_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('booked', 'claimed')"),
    )
    op.create_index(
        "uq_export_tasks_one_writer",
        "export_tasks",
        ["write_lock"],
        unique=True,
        postgresql_where=sa.text("state = 'claimed'"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_sessions_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_sessions_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_company_id"), "sessions", ["company_id"], unique=False)
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)


def downgrade() -> None:
    """Takes the change back."""
    op.drop_index(op.f("ix_sessions_expires_at"), table_name="sessions")
    op.drop_index(op.f("ix_sessions_company_id"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_index(
        "uq_export_tasks_one_writer", table_name="export_tasks", postgresql_where=sa.text("state = 'claimed'")
    )
    op.drop_index(
        "uq_export_tasks_one_per_config",
        table_name="export_tasks",
        postgresql_where=sa.text("state IN ('booked', 'claimed')"),
    )
    op.drop_index(
        "ix_export_tasks_unfinished",
        table_name="export_tasks",
        postgresql_where=sa.text("state IN ('booked', 'claimed')"),
    )
    op.drop_index(op.f("ix_export_tasks_config_id"), table_name="export_tasks")
    op.drop_index(op.f("ix_export_tasks_company_id"), table_name="export_tasks")
    op.drop_table("export_tasks")
    op.drop_index("uq_outbox_once_key", table_name="outbox", postgresql_where=sa.text("sent_at IS NULL"))
    op.drop_index("ix_outbox_unsent", table_name="outbox", postgresql_where=sa.text("sent_at IS NULL"))
    op.drop_index("ix_outbox_sent", table_name="outbox", postgresql_where=sa.text("sent_at IS NOT NULL"))
    op.drop_index(op.f("ix_outbox_company_id"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("moysklad_connections")
    op.drop_index(op.f("ix_members_company_id"), table_name="members")
    op.drop_table("members")
    op.drop_index(op.f("ix_idempotency_keys_created_at"), table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index(op.f("ix_google_connections_subject"), table_name="google_connections")
    op.drop_table("google_connections")
    op.drop_index(
        "ix_export_configs_next_due_at",
        table_name="export_configs",
        postgresql_where=sa.text("next_due_at IS NOT NULL"),
    )
    op.drop_index(op.f("ix_export_configs_company_id"), table_name="export_configs")
    op.drop_table("export_configs")
    op.drop_index(op.f("ix_consent_requests_expires_at"), table_name="consent_requests")
    op.drop_index(op.f("ix_consent_requests_company_id"), table_name="consent_requests")
    op.drop_table("consent_requests")
    op.drop_index(op.f("ix_nonces_expires_at"), table_name="nonces")
    op.drop_table("nonces")
    op.drop_table("exported_rows")
    op.drop_table("companies")
