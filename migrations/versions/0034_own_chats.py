"""Chats and addresses of the people who run a company, who are told there what they should act upon."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

SYSTEM = "skladsheets_system"
MOMENT = sa.DateTime(timezone=True)
HELD = ("dealer_chats", "bind_links")
OF_DEALER = "uq_dealer_chats_company_id_dealer_id_channel_recipient_thread"
OF_HOLDER = "uq_dealer_chats_of_holder"
ADDRESS = ["channel", "recipient", "thread"]


def upgrade() -> None:
    """What was announced before is told nobody anew. Processes of the old version go on with dealers' chats alone."""
    for table in HELD:
        op.add_column(table, sa.Column("member_id", sa.Uuid()))
        op.alter_column(table, "dealer_id", nullable=True)
        op.create_foreign_key(
            op.f(f"fk_{table}_company_id_members"),
            table,
            "members",
            ["company_id", "member_id"],
            ["company_id", "id"],
            ondelete="CASCADE",
        )
        op.create_check_constraint(op.f(f"ck_{table}_one_holder"), table, "num_nonnulls(dealer_id, member_id) = 1")
    op.drop_constraint(op.f(OF_DEALER), "dealer_chats", type_="unique")
    op.create_unique_constraint(
        OF_HOLDER,
        "dealer_chats",
        ["company_id", "dealer_id", "member_id", *ADDRESS],
        postgresql_nulls_not_distinct=True,
    )
    op.alter_column("notices", "dealer_id", nullable=True)
    op.add_column("announcements", sa.Column("told_at", MOMENT))
    op.add_column("announcements", sa.Column("worsened", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.execute("UPDATE announcements SET told_at = last_at")
    untold = sa.text("told_at IS NULL AND ended_at IS NULL")
    op.create_index("ix_announcements_untold", "announcements", ["company_id", "id"], postgresql_where=untold)
    op.execute(f"GRANT SELECT (company_id, told_at, last_at) ON announcements TO {SYSTEM}")


def downgrade() -> None:
    """People of companies are told nothing any more, and where they were told is forgotten."""
    op.drop_index("ix_announcements_untold", "announcements")
    op.execute(f"REVOKE SELECT (company_id, last_at) ON announcements FROM {SYSTEM}")  # noqa: S608 - a role
    for name in ("worsened", "told_at"):
        op.drop_column("announcements", name)
    op.execute("DELETE FROM notices WHERE dealer_id IS NULL")
    op.alter_column("notices", "dealer_id", nullable=False)
    op.drop_constraint(OF_HOLDER, "dealer_chats", type_="unique")
    for table in HELD:
        op.drop_constraint(op.f(f"ck_{table}_one_holder"), table, type_="check")
        op.execute(f"DELETE FROM {table} WHERE member_id IS NOT NULL")  # noqa: S608 - one of two names
        op.drop_column(table, "member_id")
        op.alter_column(table, "dealer_id", nullable=False)
    op.create_unique_constraint(
        op.f(OF_DEALER), "dealer_chats", ["company_id", "dealer_id", *ADDRESS], postgresql_nulls_not_distinct=True
    )
