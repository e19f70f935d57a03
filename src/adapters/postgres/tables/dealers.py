"""Dealers, and the chats in which they are told things."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    String,
    Table,
    Time,
    UniqueConstraint,
    Uuid,
    false,
)
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables.metadata import MOMENT, company_id, metadata, of_company

dealers = Table(
    "dealers",
    metadata,
    Column("id", Uuid, primary_key=True),
    company_id(index=False),
    Column("name", String, nullable=False),
    Column("points", JSONB, nullable=False),
    Column("switches", JSONB, nullable=False),
    Column("quiet_begins", Time),
    Column("quiet_ends", Time),
    Column("often", String, nullable=False, server_default="at_once"),
    Column("daily_at", Time),
    Column("quiet_as_one", Boolean, nullable=False, server_default=false()),
    Column("created_at", MOMENT, nullable=False),
    Column("language", String, nullable=False, server_default="ru"),
    UniqueConstraint("company_id", "id"),
    UniqueConstraint("company_id", "name"),
)

_ONE_HOLDER = "num_nonnulls(dealer_id, member_id) = 1"

dealer_chats = Table(
    "dealer_chats",
    metadata,
    # A dealer's, or a member's who runs the company.
    Column("id", Uuid, primary_key=True),
    company_id(index=False),
    Column("dealer_id", Uuid),
    Column("member_id", Uuid),
    Column("channel", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("thread", BigInteger),
    Column("title", String, nullable=False),
    Column("asked_at", MOMENT, nullable=False),
    Column("bound_at", MOMENT, nullable=False),
    Column("lost", String),
    Index("ix_dealer_chats_recipient", "recipient"),
    UniqueConstraint(
        "company_id",
        "dealer_id",
        "member_id",
        "channel",
        "recipient",
        "thread",
        name="uq_dealer_chats_of_holder",
        postgresql_nulls_not_distinct=True,
    ),
    CheckConstraint(_ONE_HOLDER, name="one_holder"),
    of_company("dealer_id", "dealers"),
    of_company("member_id", "members"),
)

bind_links = Table(
    "bind_links",
    metadata,
    Column("token_digest", LargeBinary, primary_key=True),
    company_id(),
    Column("dealer_id", Uuid),
    Column("member_id", Uuid),
    Column("expires_at", MOMENT, nullable=False, index=True),
    Column("used_by", JSONB(none_as_null=True)),
    Column("meant_for", JSONB(none_as_null=True)),
    CheckConstraint(_ONE_HOLDER, name="one_holder"),
    of_company("dealer_id", "dealers"),
    of_company("member_id", "members"),
)

dealer_documents = Table(
    "dealer_documents",
    metadata,
    # The state in which a document was last seen: nothing else tells a changed one from one that was there before.
    company_id(primary_key=True),
    Column("type", String, primary_key=True),
    Column("object_id", Uuid, primary_key=True),
    Column("state_id", String, nullable=False),
    Column("changes", BigInteger, nullable=False),
    Column("seen_at", MOMENT, nullable=False),
    Index("ix_dealer_documents_seen_at", "seen_at"),
)
