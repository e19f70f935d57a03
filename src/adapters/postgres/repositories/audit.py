"""The audit log."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text

from adapters.postgres.storing import count_deleted
from adapters.postgres.tables import api_keys, audit_entries, members
from adapters.postgres.transaction import connection
from application.tenants.audit import AuditChoice, AuditEntry, AuditView
from application.tenants.occasions import ActorKind
from domain.shared.identities import CompanyId

_CHANGED = text("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
"""A transaction is given an id with the first row that it changes or locks (PostgreSQL docs, 9.27)."""

_OWN = audit_entries.c


class SqlAuditTrail:
    """See application.tenants.audit.AuditTrail. The service's role may not change or remove a row."""

    async def changed(self) -> bool:
        """See the port."""
        return bool((await connection().execute(_CHANGED)).scalar_one())

    async def add(self, entry: AuditEntry) -> None:
        """See the port."""
        row = entry._asdict() | {"actor": entry.actor.value}
        await connection().execute(insert(audit_entries).values(row))

    async def page(
        self, company_id: CompanyId, choice: AuditChoice, before: UUID | None, limit: int
    ) -> list[AuditView]:
        """See the port."""
        name = func.coalesce(members.c.name, api_keys.c.name).label("actor_name")
        member = (members.c.company_id == _OWN.company_id) & (members.c.id == _OWN.actor_id)
        key = (api_keys.c.company_id == _OWN.company_id) & (api_keys.c.id == _OWN.actor_id)
        chosen = [_OWN.company_id == company_id]
        if before is not None:
            chosen.append(_OWN.id < before)
        if choice.since is not None:
            chosen.append(_OWN.at >= choice.since)
        if choice.until is not None:
            chosen.append(_OWN.at < choice.until)
        if choice.action is not None:
            chosen.append(_OWN.action == choice.action)
        if choice.actor_id is not None:
            chosen.append(_OWN.actor_id == choice.actor_id)
        query = (
            select(audit_entries, name)
            .select_from(audit_entries.outerjoin(members, member).outerjoin(api_keys, key))
            .where(*chosen)
            .order_by(_OWN.id.desc())
            .limit(limit)
        )
        return [
            AuditView(
                id=row["id"],
                at=row["at"],
                actor=ActorKind(row["actor"]),
                actor_id=row["actor_id"],
                actor_name=row["actor_name"],
                action=row["action"],
                target_id=row["target_id"],
                outcome=row["outcome"],
                code=row["code"],
                address=row["address"],
                request_id=row["request_id"],
            )
            for row in (await connection().execute(query)).mappings()
        ]

    async def prune(self, before: datetime) -> int:
        """See the port."""
        return await count_deleted(delete(audit_entries).where(_OWN.at <= before))

    async def forget(self, company_id: CompanyId) -> None:
        """See the port."""
        await count_deleted(delete(audit_entries).where(_OWN.company_id == company_id))
