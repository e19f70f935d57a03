"""The ledger of notices."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, UniqueConstraint, Uuid, false, text

from adapters.postgres.tables.metadata import MOMENT, company_id, metadata

_OPEN = text("state IN ('queued', 'sending')")

# Dealers and bindings may be gone: what was told stays told. Without a dealer it was told to who runs the company.
notices = Table(
    "notices",
    metadata,
    company_id(primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("dealer_id", Uuid),
    Column("binding_id", Uuid, nullable=False),
    Column("channel", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("thread", BigInteger),
    Column("kind", String, nullable=False),
    Column("once_key", String, nullable=False),
    Column("text", String, nullable=False),
    Column("plain", String, nullable=False),
    Column("about", String, nullable=False),
    Column("due_at", MOMENT, nullable=False),
    Column("try_at", MOMENT, nullable=False),
    Column("queued_at", MOMENT, nullable=False),
    Column("state", String, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("reason", String, nullable=False),
    Column("message_id", String, nullable=False),
    Column("claim_id", Uuid),
    Column("claimed_until", MOMENT),
    Column("ended_at", MOMENT),
    Column("together", Boolean, nullable=False, server_default=false()),
    Column("language", String, nullable=False, server_default="ru"),
    Column("subject", String, nullable=False, server_default=""),
    UniqueConstraint("company_id", "once_key", name="uq_notices_once"),
    Index("ix_notices_open", "company_id", "channel", "recipient", "due_at", "id", postgresql_where=_OPEN),
    Index("ix_notices_overdue", "try_at", postgresql_where=_OPEN),
    Index("ix_notices_ended_at", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
)

notice_counts = Table(
    "notice_counts",
    metadata,
    # How many notices of a month counted towards the plan; `<month>:skipped` is how many were left out.
    company_id(primary_key=True),
    Column("period", String, primary_key=True),
    Column("notices", Integer, nullable=False),
)

notice_templates = Table(
    "notice_templates",
    metadata,
    # A company's own text of a kind of notice; `failed` is why it could not be used once, if so.
    company_id(primary_key=True),
    Column("kind", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("changed_at", MOMENT, nullable=False),
    Column("failed", String),
    Column("failed_at", MOMENT),
    Column("subject", String, nullable=False, server_default=""),
)
