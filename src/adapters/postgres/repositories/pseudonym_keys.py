"""The keys with which companies' pseudonyms are made."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.storing import sealed_columns, sealed_from
from adapters.postgres.tables import pseudonym_keys
from adapters.postgres.transaction import connection
from domain.connections.secrets import SealedSecret
from domain.shared.identities import CompanyId


class SqlPseudonymKeys:
    """See application.exports.personal_ports.PseudonymKeys."""

    async def get(self, company_id: CompanyId) -> SealedSecret | None:
        """See the port."""
        query = select(pseudonym_keys).where(pseudonym_keys.c.company_id == company_id)
        found = (await connection().execute(query)).mappings().first()
        return None if found is None else sealed_from("key", dict(found))

    async def add(self, company_id: CompanyId, key: SealedSecret) -> SealedSecret:
        """See the port."""
        row = {"company_id": company_id, **sealed_columns("key", key)}
        await connection().execute(insert(pseudonym_keys).values(row).on_conflict_do_nothing())
        return await self.get(company_id) or key
