"""Dealers, their chats, links by which chats are bound, and the states in which documents were last seen."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"
MOMENT = sa.DateTime(timezone=True)
OWN_RIGHTS = "SELECT, INSERT, UPDATE, DELETE"
GRANTS = {
    "dealers": (OWN_RIGHTS, None),
    "dealer_chats": (OWN_RIGHTS, "SELECT, UPDATE, DELETE"),
    "bind_links": (OWN_RIGHTS, "SELECT (expires_at), DELETE"),
    "dealer_documents": (OWN_RIGHTS, None),
}


def upgrade() -> None:
    """Four tables of companies' own."""
    op.create_table(
        "dealers",
        sa.Column("id", sa.Uuid(), nullable=False),
        _company("dealers"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("points", JSONB(), nullable=False),
        sa.Column("switches", JSONB(), nullable=False),
        sa.Column("quiet_begins", sa.Time()),
        sa.Column("quiet_ends", sa.Time()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dealers")),
        sa.UniqueConstraint("company_id", "id", name=op.f("uq_dealers_company_id_id")),
        sa.UniqueConstraint("company_id", "name", name=op.f("uq_dealers_company_id_name")),
    )
    op.create_table(
        "dealer_chats",
        sa.Column("id", sa.Uuid(), nullable=False),
        _company("dealer_chats"),
        sa.Column("dealer_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("thread", sa.BigInteger()),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("bound_at", MOMENT, nullable=False),
        sa.Column("lost", sa.String()),
        _dealer("dealer_chats"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dealer_chats")),
        sa.UniqueConstraint(
            "company_id", "dealer_id", "channel", "recipient", "thread",
            name=op.f("uq_dealer_chats_company_id_dealer_id_channel_recipient_thread"),
            postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip
    op.create_index("ix_dealer_chats_recipient", "dealer_chats", ["recipient"])
    op.create_table(
        "bind_links",
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        _company("bind_links"),
        sa.Column("dealer_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_by", JSONB()),
        _dealer("bind_links"),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_bind_links")),
    )
    op.create_index(op.f("ix_bind_links_company_id"), "bind_links", ["company_id"])
    op.create_index(op.f("ix_bind_links_expires_at"), "bind_links", ["expires_at"])
    op.create_table(
        "dealer_documents",
        _company("dealer_documents"),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("state_id", sa.String(), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("company_id", "type", "object_id", name=op.f("pk_dealer_documents")),
    )
    for table, (own, everyones) in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"""
            CREATE POLICY own_company ON {table} TO {APPLICATION}
            USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
        """)
        op.execute(f"GRANT {own} ON {table} TO {APPLICATION}")
        if everyones is not None:
            op.execute(f"CREATE POLICY all_companies ON {table} TO {SYSTEM} USING (true) WITH CHECK (true)")
            op.execute(f"GRANT {everyones} ON {table} TO {SYSTEM}")


def _company(table: str) -> sa.Column[object]:
    name = op.f(f"fk_{table}_company_id_companies")
    return sa.Column(
        "company_id", sa.Uuid(), sa.ForeignKey("companies.id", name=name, ondelete="CASCADE"), nullable=False
    )


def _dealer(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["company_id", "dealer_id"],
        ["dealers.company_id", "dealers.id"],
        name=op.f(f"fk_{table}_company_id_dealers"),
        ondelete="CASCADE",
    )


def downgrade() -> None:
    """Dealers are forgotten."""
    for table in reversed(GRANTS):
        op.drop_table(table)
