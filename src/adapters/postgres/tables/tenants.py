"""Companies, members, sessions, links and API keys."""

from sqlalchemy import (
    ARRAY,
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
    func,
    text,
)
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
    # Since when the company has the app no more.
    Column("left_at", MOMENT),
    # The billing provider that decides which plan it has.
    Column("billed_by", String, nullable=False, server_default="moysklad"),
)

# Of nobody: `former_id` is the id of a company that is being erased, or is gone. Nothing else of it is kept but the
# rows used by month, which had to be paid for.
erasures = Table(
    "erasures",
    metadata,
    Column("former_id", Uuid, primary_key=True),
    Column("begun_at", MOMENT, nullable=False),
    Column("finished_at", MOMENT),
    Column("usage", JSONB, nullable=False),
    Index("ix_erasures_unfinished", "begun_at", postgresql_where=text("finished_at IS NULL")),
)

members = Table(
    "members",
    metadata,
    Column("id", Uuid, primary_key=True),
    company_id(),
    Column("employee_id", Uuid),
    Column("uid", String, nullable=False),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("person_id", Uuid, nullable=False, server_default=func.gen_random_uuid()),
    Column("locale", String),
    Column("by_hand", Boolean, nullable=False, server_default=false()),
    Column("administrator", Boolean, nullable=False, server_default=false()),
    Column("removed_at", MOMENT),
    UniqueConstraint("company_id", "employee_id"),
    UniqueConstraint("company_id", "id"),
    UniqueConstraint("person_id", "company_id"),
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
    Column("created_at", MOMENT, nullable=False, server_default=func.now()),
    Column("last_used_at", MOMENT, nullable=False, server_default=func.now()),
    Column("device", String, nullable=False, server_default=""),
    Column("previous_digest", LargeBinary),
    Column("salt", LargeBinary),
    Column("rotated_at", MOMENT),
    Index("ix_sessions_member_id", "member_id"),
    of_company("member_id", "members"),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("id", Uuid, primary_key=True),
    company_id(),
    Column("token_digest", LargeBinary, nullable=False),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("member_id", Uuid),
    Column("created_by", Uuid),
    Column("created_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False, index=True),
    Column("used_at", MOMENT),
    Column("revoked_at", MOMENT),
    of_company("member_id", "members"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Uuid, primary_key=True),
    company_id(),
    Column("prefix", String, nullable=False),
    Column("secret_digest", LargeBinary, nullable=False),
    Column("name", String, nullable=False),
    Column("scopes", ARRAY(String), nullable=False),
    Column("created_by", Uuid, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("last_used_at", MOMENT),
    Column("revoked_at", MOMENT),
    of_company("created_by", "members"),
)
