"""What companies may use and have used."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Uuid, false

from adapters.postgres.tables.metadata import MOMENT, company_id, metadata

billing_accounts = Table(
    "billing_accounts",
    metadata,
    company_id(primary_key=True),
    Column("plan", String),
    Column("until", MOMENT),
    Column("blocked", String),
    Column("trial", Boolean, nullable=False, server_default=false()),
    # The plan that comes after it; nothing is that exports rest.
    Column("afterwards", String),
    Column("note", String, nullable=False, server_default=""),
)

usage_meters = Table(
    "usage_meters",
    metadata,
    company_id(primary_key=True),
    Column("period", String, primary_key=True),
    Column("used", Integer, nullable=False),
    Column("reserved", Integer, nullable=False),
)

# Only ever added to. The export and the run may be gone: what they used stays used.
usage_entries = Table(
    "usage_entries",
    metadata,
    company_id(primary_key=True),
    Column("key", String, primary_key=True),
    Column("period", String, nullable=False),
    Column("config_id", Uuid, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("at", MOMENT, nullable=False),
    Index("ix_usage_entries_of_period", "company_id", "period"),
)

usage_holds = Table(
    "usage_holds",
    metadata,
    company_id(primary_key=True),
    Column("task_id", Uuid, primary_key=True),
    Column("claim_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("period", String, nullable=False),
    Column("rows", Integer, nullable=False),
)

usage_warnings = Table(
    "usage_warnings",
    metadata,
    company_id(primary_key=True),
    Column("period", String, primary_key=True),
    Column("percent", Integer, primary_key=True),
    Column("at", MOMENT, nullable=False),
)
