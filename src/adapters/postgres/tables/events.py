"""What automation rules and notices hear of."""

from sqlalchemy import Boolean, Column, Index, String, Table, Uuid, false, text
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables.metadata import MOMENT, company_id, metadata

event_interests = Table(
    "event_interests",
    metadata,
    company_id(primary_key=True),
    Column("audience", String, primary_key=True),
    Column("type", String, primary_key=True),
    Column("read_to", MOMENT, nullable=False),
)

object_events = Table(
    "object_events",
    metadata,
    company_id(primary_key=True),
    Column("audience", String, primary_key=True),
    Column("type", String, primary_key=True),
    Column("object_id", Uuid, primary_key=True),
    Column("version", Uuid, nullable=False),
    Column("told_at", MOMENT, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("asked", Boolean, nullable=False),
    Column("origin", JSONB(none_as_null=True)),
    # A webhook has named the state among the fields that were changed.
    Column("moved", Boolean, nullable=False, server_default=false()),
    Index("ix_object_events_oldest", "company_id", "audience", "told_at"),
)

event_turns = Table(
    "event_turns",
    metadata,
    # When an audience has to hear what waits for it, or somebody to look for what was not told.
    company_id(primary_key=True),
    Column("turn", String, primary_key=True),
    Column("due_at", MOMENT),
    Index("ix_event_turns_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
)
