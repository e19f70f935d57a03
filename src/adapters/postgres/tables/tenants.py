"""Companies, members, sessions."""

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, Table, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables.metadata import MOMENT, company_id, metadata, of_company

companies = Table(
    "companies",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False, unique=True),
    Column("account_name", String, nullable=False),
    Column("status", String, nullable=False),
    Column("time_zone", String, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("weight", Integer, nullable=False, server_default="1"),
    Column("subscription", JSONB),
)

members = Table(
    "members",
    metadata,
    Column("id", Uuid, primary_key=True),
    company_id(),
    Column("employee_id", Uuid, nullable=False),
    Column("uid", String, nullable=False),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    UniqueConstraint("company_id", "employee_id"),
    UniqueConstraint("company_id", "id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    company_id(),
    Column("member_id", Uuid, nullable=False),
    Column("token_digest", LargeBinary, nullable=False),
    Column("expires_at", MOMENT, nullable=False, index=True),
    Column("ended", Boolean, nullable=False),
    of_company("member_id", "members"),
)
