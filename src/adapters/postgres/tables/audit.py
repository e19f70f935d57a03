"""The audit log."""

from sqlalchemy import Column, Index, String, Table, Uuid

from adapters.postgres.tables.metadata import MOMENT, metadata

audit_entries = Table(
    "audit_entries",
    metadata,
    # No foreign key to the company: nothing that the service may delete takes an entry along.
    Column("company_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("at", MOMENT, nullable=False, index=True),
    Column("actor", String, nullable=False),
    Column("actor_id", Uuid),
    Column("action", String, nullable=False),
    Column("target_id", Uuid),
    Column("outcome", String, nullable=False),
    Column("code", String),
    Column("address", String),
    Column("request_id", String),
    Index("ix_audit_entries_company_id_action_id", "company_id", "action", "id"),
    Index("ix_audit_entries_company_id_actor_id_id", "company_id", "actor_id", "id"),
)
