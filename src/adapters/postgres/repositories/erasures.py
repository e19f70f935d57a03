"""Which companies are being erased, or are gone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.storing import put
from adapters.postgres.tables import erasures
from adapters.postgres.transaction import connection
from domain.shared.identities import CompanyId
from domain.tenants.erasure import TELL_AGAIN_SECONDS, CompanyErased, Erasure

_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('erasure'), hashtext(:company))")
_TOGETHER = text("SELECT pg_advisory_xact_lock_shared(hashtext('erasure'), hashtext(:company))")


async def require_unerased(company_id: CompanyId) -> None:
    """Raises CompanyErased. Until the end of the transaction no erasure of the company can begin."""
    await connection().execute(_TOGETHER, {"company": str(company_id)})
    query = select(erasures.c.former_id).where(erasures.c.former_id == company_id)
    if (await connection().execute(query)).first() is not None:
        raise CompanyErased(TELL_AGAIN_SECONDS, company=str(company_id))


class SqlErasures:
    """See application.tenants.record_ports.Erasures."""

    async def begin(self, company_id: CompanyId, now: datetime) -> Erasure:
        """See the port."""
        await connection().execute(_ALONE, {"company": str(company_id)})
        row = {"former_id": company_id, "begun_at": now, "usage": {}}
        await connection().execute(insert(erasures).values(row).on_conflict_do_nothing())
        return await self.get(company_id) or Erasure(company_id, now)

    async def get(self, company_id: CompanyId) -> Erasure | None:
        """See the port."""
        query = select(erasures).where(erasures.c.former_id == company_id)
        found = (await connection().execute(query)).mappings().first()
        return None if found is None else _erasure(found)

    async def put(self, erasure: Erasure) -> None:
        """See the port."""
        await put(
            erasures,
            {
                "former_id": erasure.company_id,
                "begun_at": erasure.begun_at,
                "finished_at": erasure.finished_at,
                "usage": erasure.usage,
            },
        )

    async def unfinished(self, begun_before: datetime, limit: int) -> list[Erasure]:
        """See the port."""
        query = (
            select(erasures)
            .where(erasures.c.finished_at.is_(None), erasures.c.begun_at <= begun_before)
            .order_by(erasures.c.begun_at)
            .limit(limit)
        )
        return [_erasure(row) for row in (await connection().execute(query)).mappings()]


def _erasure(row: Mapping[Any, Any]) -> Erasure:
    return Erasure(CompanyId(row["former_id"]), row["begun_at"], row["finished_at"], dict(row["usage"]))
