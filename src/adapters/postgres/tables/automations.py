"""Links between companies, automation rules, and what these have done."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables.metadata import MOMENT, company_id, metadata, of_company

# The same as dealer_documents, for rules: each audience hears of a document in a transaction of its own.
rule_documents = Table(
    "rule_documents",
    metadata,
    company_id(primary_key=True),
    Column("type", String, primary_key=True),
    Column("object_id", Uuid, primary_key=True),
    Column("state_id", String, nullable=False),
    Column("changes", BigInteger, nullable=False),
    Column("seen_at", MOMENT, nullable=False),
    Index("ix_rule_documents_seen_at", "seen_at"),
)

# A link is two rows, one for each company, which has its own alone. Neither points to the other's by a foreign key.
link_sides = Table(
    "link_sides",
    metadata,
    company_id(primary_key=True),
    Column("link_id", Uuid, primary_key=True),
    Column("side", String, nullable=False),
    Column("state", String, nullable=False),
    Column("name", String, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("invitation_digest", LargeBinary),
    # The other company's id: to look at both halves takes work across companies.
    Column("other_id", Uuid),
    Column("other_name", String, nullable=False),
    Column("limits", JSONB, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("accepted_at", MOMENT),
    Column("revoked_at", MOMENT),
    Column("other_paused", Boolean, nullable=False),
    Column("other_revoked", Boolean, nullable=False),
    UniqueConstraint("link_id", "side"),
)

automation_rules = Table(
    "automation_rules",
    metadata,
    Column("id", Uuid, primary_key=True),
    company_id(),
    Column("link_id", Uuid, nullable=False),
    Column("target_company_id", Uuid, nullable=False),
    Column("terms", JSONB, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("since", MOMENT, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("stopped_by", String),
    Column("version", Integer, nullable=False),
    Column("removed", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("company_id", "id"),
)

_DUE = text("state IN ('booked', 'waiting') AND due_at IS NOT NULL")

executions = Table(
    "executions",
    metadata,
    Column("id", Uuid, primary_key=True),
    company_id(index=False),
    Column("target_company_id", Uuid, nullable=False),
    Column("rule_id", Uuid, nullable=False),
    Column("source_type", String, nullable=False),
    Column("source_id", Uuid, nullable=False),
    Column("source_name", String, nullable=False),
    Column("sync_id", Uuid, nullable=False),
    Column("state", String, nullable=False),
    Column("booked_at", MOMENT, nullable=False),
    Column("due_at", MOMENT),
    Column("sent_at", MOMENT),
    Column("claim_id", Uuid),
    Column("lease_until", MOMENT),
    Column("failures", Integer, nullable=False),
    # Versions of what was told of the source: the last one, and the last one that was worked on.
    Column("seen", Uuid, nullable=False),
    Column("done", Uuid),
    Column("gone", Boolean, nullable=False),
    Column("target_type", String, nullable=False),
    Column("target_id", Uuid),
    Column("target_name", String, nullable=False),
    Column("pairs", JSONB, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("read", String, nullable=False),
    Column("counted_at", MOMENT),
    Column("made_at", MOMENT),
    Column("changed_at", MOMENT),
    Column("error", JSONB(none_as_null=True)),
    Column("urged", Boolean, nullable=False),
    UniqueConstraint("source_id", "rule_id"),
    UniqueConstraint("company_id", "id"),
    of_company("rule_id", "automation_rules"),
    Index("ix_executions_of_rule", "rule_id", "company_id", "id"),
    Index("ix_executions_due_at", "due_at", postgresql_where=_DUE),
    Index("ix_executions_lease_until", "lease_until", postgresql_where=text("state = 'claimed'")),
    Index("ix_executions_waiting", "target_company_id", postgresql_where=text("state = 'waiting'")),
    Index("ix_executions_counted_at", "company_id", "counted_at", postgresql_where=text("counted_at IS NOT NULL")),
)

received_executions = Table(
    "received_executions",
    metadata,
    company_id(primary_key=True),
    # The source company's: its log and this one are two, and neither goes with the other.
    Column("execution_id", Uuid, primary_key=True),
    Column("source_company_id", Uuid, nullable=False),
    Column("rule_name", String, nullable=False),
    Column("source_type", String, nullable=False),
    Column("source_name", String, nullable=False),
    Column("sync_id", Uuid, nullable=False),
    Column("state", String, nullable=False),
    Column("booked_at", MOMENT, nullable=False),
    Column("target_type", String, nullable=False),
    Column("target_id", Uuid),
    Column("target_name", String, nullable=False),
    Column("changed_at", MOMENT),
    Column("error", JSONB(none_as_null=True)),
    Index("ix_received_executions_sync_id", "company_id", "sync_id"),
    Index("ix_received_executions_target_id", "company_id", "target_id"),
)
