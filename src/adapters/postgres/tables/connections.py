"""Connections to vendors. Secrets are there only as sealed bytes."""

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, LargeBinary, String, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables.metadata import MOMENT, company_id, metadata

moysklad_connections = Table(
    "moysklad_connections",
    metadata,
    company_id(primary_key=True),
    Column("token_key_id", String),
    Column("token_nonce", LargeBinary),
    Column("token_ciphertext", LargeBinary),
    Column("state", String, nullable=False),
)

installations = Table(
    "installations",
    metadata,
    company_id(primary_key=True),
    Column("app_id", Uuid, primary_key=True),
    Column("status", String, nullable=False),
    Column("token_key_id", String),
    Column("token_nonce", LargeBinary),
    Column("token_ciphertext", LargeBinary),
    Column("called_at", MOMENT),
    Column("ready", Boolean, nullable=False),
    Column("subscription", JSONB(none_as_null=True)),
    Column("permissions", String),
    Column("unsure_since", MOMENT),
    Column("version", BigInteger, nullable=False),
)

key_canaries = Table(
    "key_canaries",
    metadata,
    Column("key_id", String, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_at", MOMENT, nullable=False),
    Column("fronted_at", MOMENT),
)

vendor_requests = Table(
    "vendor_requests",
    metadata,
    company_id(primary_key=True),
    Column("request_id", String, primary_key=True),
    Column("answer", String, nullable=False),
    Column("answered_at", MOMENT, nullable=False, index=True),
)

google_connections = Table(
    "google_connections",
    metadata,
    company_id(primary_key=True),
    Column("subject", String, nullable=False, index=True),
    Column("email", String, nullable=False),
    Column("refresh_key_id", String, nullable=False),
    Column("refresh_nonce", LargeBinary, nullable=False),
    Column("refresh_ciphertext", LargeBinary, nullable=False),
    Column("access_key_id", String, nullable=False),
    Column("access_nonce", LargeBinary, nullable=False),
    Column("access_ciphertext", LargeBinary, nullable=False),
    Column("access_expires_at", MOMENT, nullable=False),
    Column("scopes", ARRAY(String), nullable=False),
    Column("state", String, nullable=False),
    Column("client_id", String, nullable=False, server_default=""),
    Column("broken_at", MOMENT),
    Column("broken_reason", String, nullable=False, server_default=""),
)

google_homes = Table(
    "google_homes",
    metadata,
    company_id(primary_key=True),
    Column("client_id", String, nullable=False),
)

picked_spreadsheets = Table(
    "picked_spreadsheets",
    metadata,
    company_id(primary_key=True),
    Column("client_id", String, primary_key=True),
    Column("spreadsheet_id", String, primary_key=True),
    Column("picked_at", MOMENT, nullable=False),
)

consent_requests = Table(
    "consent_requests",
    metadata,
    Column("state_digest", LargeBinary, primary_key=True),
    company_id(),
    # No foreign key: the trip is over within minutes, whoever set out on it.
    Column("member_id", Uuid, nullable=False),
    Column("verifier_key_id", String, nullable=False),
    Column("verifier_nonce", LargeBinary, nullable=False),
    Column("verifier_ciphertext", LargeBinary, nullable=False),
    Column("expires_at", MOMENT, nullable=False, index=True),
    Column("client_id", String, nullable=False, server_default=""),
    Column("purpose", String, nullable=False, server_default="connect"),
)
