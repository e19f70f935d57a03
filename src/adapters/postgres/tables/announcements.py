"""What the people who run a company should know."""

from sqlalchemy import Column, Index, Integer, String, Table, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables.metadata import MOMENT, company_id, metadata

announcements = Table(
    "announcements",
    metadata,
    # The newest of a cause says what was last told of it; `ended_by` may be somebody who has left.
    company_id(primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("cause", String, nullable=False),
    Column("occurrence", String, nullable=False),
    Column("code", String, nullable=False),
    Column("params", JSONB, nullable=False),
    Column("count", Integer, nullable=False),
    Column("since", MOMENT, nullable=False),
    Column("last_at", MOMENT, nullable=False),
    Column("ended_at", MOMENT),
    Column("ended_by", Uuid),
    Column("told_at", MOMENT),
    Column("worsened", Integer, nullable=False, server_default=text("0")),
    Index("ix_announcements_of_cause", "company_id", "cause", "id"),
    Index("uq_announcements_open", "company_id", "cause", unique=True, postgresql_where=text("ended_at IS NULL")),
    Index(
        "ix_announcements_untold",
        "company_id",
        "id",
        postgresql_where=text("told_at IS NULL AND ended_at IS NULL"),
    ),
    Index("ix_announcements_ended_at", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
)
