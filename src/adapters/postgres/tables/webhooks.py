"""What MoySklad is asked to tell, what it told, and what exports wait for."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables.metadata import MOMENT, company_id, metadata, of_company

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    company_id(primary_key=True),
    Column("token_digest", LargeBinary, nullable=False, unique=True),
    Column("token_key_id", String, nullable=False),
    Column("token_nonce", LargeBinary, nullable=False),
    Column("token_ciphertext", LargeBinary, nullable=False),
    Column("made_at", MOMENT, nullable=False),
    Column("tend_due_at", MOMENT),
    Column("tended_at", MOMENT),
    Column("allowed", Boolean),
    Column("problem", String),
    Column("last_delivery_at", MOMENT),
    Index("ix_webhook_endpoints_tend_due_at", "tend_due_at", postgresql_where=text("tend_due_at IS NOT NULL")),
)

webhook_registrations = Table(
    "webhook_registrations",
    metadata,
    company_id(primary_key=True),
    Column("family", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("action", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("problem", String),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    # No foreign key: checking one costs a query a row and a lock on the company, and deliveries come by the thousand.
    Column("company_id", Uuid, primary_key=True),
    Column("request_key", Uuid, primary_key=True),
    Column("received_at", MOMENT, nullable=False),
    # Empty once it was interpreted.
    Column("body", LargeBinary, nullable=False),
    Column("interpreted_at", MOMENT),
    Column("origin", JSONB(none_as_null=True)),
    Index("ix_webhook_deliveries_waiting", "received_at", postgresql_where=text("interpreted_at IS NULL")),
    Index("ix_webhook_deliveries_interpreted", "interpreted_at", postgresql_where=text("interpreted_at IS NOT NULL")),
)

webhook_counts = Table(
    "webhook_counts",
    metadata,
    company_id(primary_key=True),
    Column("day", Date, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("count", BigInteger, nullable=False),
)

webhook_receivers = Table(
    "webhook_receivers",
    metadata,
    # One row: when somebody was last there to take deliveries in.
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("alive_at", MOMENT, nullable=False),
)

export_watches = Table(
    "export_watches",
    metadata,
    Column("config_id", Uuid, primary_key=True),
    company_id(),
    Column("caught_up_at", MOMENT, nullable=False),
    Column("follows", Boolean, nullable=False),
    Column("first_at", MOMENT),
    Column("last_at", MOMENT),
    Column("hurried", Boolean, nullable=False),
    Column("scenario", Boolean, nullable=False),
    Column("not_before", MOMENT),
    Column("origin", JSONB(none_as_null=True)),
    Column("due_at", MOMENT),
    Index("ix_export_watches_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    of_company("config_id", "export_configs"),
)
