"""The outbox, idempotency keys, and things that may be used once."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables.metadata import MOMENT, company_id, metadata

outbox = Table(
    "outbox",
    metadata,
    Column("id", Uuid, primary_key=True),
    company_id(),
    Column("tag", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("once_key", String),
    Column("deliver_after", MOMENT, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("sent_at", MOMENT),
    # Null where the message waits for no turn.
    Column("lane", String),
    Column("urgent", Boolean, nullable=False, server_default=text("false")),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("error", String),
    Column("parked_at", MOMENT),
    Index("uq_outbox_once_key", "once_key", unique=True, postgresql_where=text("sent_at IS NULL")),
    Index("ix_outbox_unsent", "deliver_after", "id", postgresql_where=text("sent_at IS NULL AND lane IS NULL")),
    Index(
        "ix_outbox_turns",
        "company_id",
        "lane",
        text("urgent DESC"),
        "deliver_after",
        "id",
        postgresql_where=text("sent_at IS NULL AND lane IS NOT NULL"),
    ),
    Index("ix_outbox_urgent", "lane", "deliver_after", postgresql_where=text("sent_at IS NULL AND urgent")),
    Index("ix_outbox_sent", "sent_at", postgresql_where=text("sent_at IS NOT NULL")),
    Index("ix_outbox_parked", "parked_at", postgresql_where=text("parked_at IS NOT NULL")),
)

turns = Table(
    "turns",
    metadata,
    company_id(primary_key=True),
    Column("lane", String, primary_key=True),
    # When the company's first message in this lane comes due, or earlier; null where none is left.
    Column("due_at", MOMENT),
    Column("served_at", MOMENT),
    # Counts what was added, so that whoever finds nothing left notices what came meanwhile.
    Column("stamp", BigInteger, nullable=False, server_default=text("0")),
    Index("ix_turns_due", "lane", text("served_at NULLS FIRST"), postgresql_where=text("due_at IS NOT NULL")),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    company_id(primary_key=True),
    Column("key", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
    Column("result", Uuid),
    Column("created_at", MOMENT, nullable=False, index=True),
)

kept_answers = Table(
    "kept_answers",
    metadata,
    company_id(primary_key=True),
    Column("route", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
    Column("claim_id", Uuid, nullable=False),
    Column("held_until", MOMENT, nullable=False),
    # The request has changed something for good, answered or not.
    Column("applied", Boolean, nullable=False, server_default=text("false")),
    Column("status", Integer),
    Column("headers", JSONB(none_as_null=True)),
    Column("body_key_id", String),
    Column("body_nonce", LargeBinary),
    Column("body_ciphertext", LargeBinary),
    Column("created_at", MOMENT, nullable=False, index=True),
)

nonces = Table(
    "nonces",
    metadata,
    Column("kind", String, primary_key=True),
    Column("value", String, primary_key=True),
    Column("expires_at", MOMENT, nullable=False, index=True),
)
