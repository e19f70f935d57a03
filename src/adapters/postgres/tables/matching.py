"""What of one company's account is what of another's, and what people are asked about it."""

from sqlalchemy import Column, Index, Integer, String, Table, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables.metadata import MOMENT, company_id, metadata

match_pairs = Table(
    "match_pairs",
    metadata,
    company_id(primary_key=True),
    # Another company, to which nothing here may point: its rows are not this company's to see.
    Column("source_company_id", Uuid, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("source_id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("target_type", String, nullable=False),
    Column("target_id", String, nullable=False),
    Column("target_name", String, nullable=False),
    Column("found_by", String, nullable=False),
    Column("found_at", MOMENT, nullable=False),
    Column("checked_at", MOMENT, nullable=False),
)

match_reviews = Table(
    "match_reviews",
    metadata,
    Column("id", Uuid, primary_key=True),
    company_id(index=False),
    Column("source_company_id", Uuid, nullable=False),
    Column("kind", String, nullable=False),
    Column("source_id", String, nullable=False),
    Column("wanted", JSONB(none_as_null=True), nullable=False),
    Column("suggestions", JSONB(none_as_null=True), nullable=False),
    Column("state", String, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("asked_at", MOMENT, nullable=False),
    Column("asked_last_at", MOMENT, nullable=False),
    Column("target", JSONB(none_as_null=True)),
    Column("answered_at", MOMENT),
    Column("doubt", JSONB(none_as_null=True)),
    UniqueConstraint("company_id", "source_company_id", "kind", "source_id"),
    Index("ix_match_reviews_in_state", "company_id", "state", "id"),
)
