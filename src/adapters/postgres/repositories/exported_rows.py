"""Fingerprints of written rows, by the thousand."""

from collections.abc import Sequence

from sqlalchemy import delete, text

from adapters.postgres.tables import exported_rows
from adapters.postgres.transaction import connection
from domain.shared.identities import CompanyId, ConfigId

_KNOWN = text("""
    SELECT row_key, fingerprint FROM exported_rows
    WHERE config_id = :config_id AND row_key = ANY(CAST(:keys AS text[]))
""")
_REMEMBER = text("""
    INSERT INTO exported_rows (config_id, company_id, row_key, fingerprint)
    SELECT :config_id, :company_id, row_key, fingerprint
    FROM unnest(CAST(:keys AS text[]), CAST(:fingerprints AS bytea[])) AS written (row_key, fingerprint)
    ON CONFLICT (config_id, row_key) DO UPDATE SET fingerprint = excluded.fingerprint
""")


class SqlExportedRows:
    """See application.exports.ports.ExportedRows. One statement for a whole batch, never a query a row."""

    async def fingerprints(self, company_id: CompanyId, config_id: ConfigId, keys: Sequence[str]) -> dict[str, bytes]:
        """See the port."""
        del company_id  # row-level security asks for it
        found = await connection().execute(_KNOWN, {"config_id": config_id, "keys": list(keys)})
        return {row.row_key: row.fingerprint for row in found}

    async def remember(self, company_id: CompanyId, config_id: ConfigId, written: dict[str, bytes]) -> None:
        """See the port."""
        values = {
            "config_id": config_id,
            "company_id": company_id,
            "keys": list(written),
            "fingerprints": list(written.values()),
        }
        await connection().execute(_REMEMBER, values)

    async def forget(self, company_id: CompanyId, config_id: ConfigId) -> None:
        """See the port."""
        own = (exported_rows.c.company_id == company_id, exported_rows.c.config_id == config_id)
        await connection().execute(delete(exported_rows).where(*own))
