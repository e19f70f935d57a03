"""Rows that could not be written."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import delete, text

from adapters.postgres.tables import quarantined_rows
from adapters.postgres.transaction import connection
from domain.exports.rows import BadRow
from domain.shared.identities import CompanyId, ConfigId

_PUT = text("""
    INSERT INTO quarantined_rows (config_id, company_id, row_key, code, details, found_at)
    SELECT :config_id, :company_id, row_key, code, CAST(details AS jsonb), :found_at
    FROM unnest(CAST(:keys AS text[]), CAST(:codes AS text[]), CAST(:details AS text[])) AS bad (row_key, code, details)
    ON CONFLICT (config_id, row_key) DO UPDATE
    SET code = excluded.code, details = excluded.details, found_at = excluded.found_at
""")
_ANY = text("SELECT EXISTS (SELECT FROM quarantined_rows WHERE config_id = :config_id)")
_RELEASE = text("""
    DELETE FROM quarantined_rows WHERE config_id = :config_id AND row_key = ANY(CAST(:keys AS text[]))
""")


class SqlQuarantine:
    """See application.exports.ports.Quarantine."""

    async def put(self, company_id: CompanyId, config_id: ConfigId, rows: Sequence[BadRow], now: datetime) -> None:
        """See the port."""
        latest = {row.key: row for row in rows}
        values = {
            "config_id": config_id,
            "company_id": company_id,
            "keys": list(latest),
            "codes": [row.code for row in latest.values()],
            "details": [msgspec.json.encode(row.details).decode() for row in latest.values()],
            "found_at": now,
        }
        await connection().execute(_PUT, values)

    async def release(self, company_id: CompanyId, config_id: ConfigId, keys: Sequence[str]) -> None:
        """See the port."""
        del company_id  # row-level security asks for it
        kept_aside = await connection().scalar(_ANY, {"config_id": config_id})
        if kept_aside:  # seldom; thousands of keys with each batch would cost more than the question
            await connection().execute(_RELEASE, {"config_id": config_id, "keys": list(keys)})

    async def clear(self, company_id: CompanyId, config_id: ConfigId, before: datetime) -> None:
        """See the port."""
        own = (quarantined_rows.c.company_id == company_id, quarantined_rows.c.config_id == config_id)
        await connection().execute(delete(quarantined_rows).where(*own, quarantined_rows.c.found_at < before))
