"""The states in which documents were last seen."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Table, delete, text

from adapters.postgres.storing import count_deleted
from adapters.postgres.tables import dealer_documents, rule_documents
from adapters.postgres.transaction import connection
from application.webhooks.event_ports import SeenState
from domain.shared.identities import CompanyId
from domain.webhooks.interests import Audience

SEEN_BY: dict[Audience, Table] = {Audience.NOTICES: dealer_documents, Audience.RULES: rule_documents}


# What was known before is locked and read first: what is returned of a row tells nothing of how it was.
_SEEN = """
    WITH told AS (
        SELECT seen.id, seen.state, seen.stamp FROM
        unnest(CAST(:objects AS uuid[]), CAST(:states AS text[]), CAST(:stamps AS timestamptz[]))
            AS seen (id, state, stamp)
    ), known AS (
        SELECT object_id, state_id FROM {table}
        WHERE company_id = :company_id AND type = :type AND object_id IN (SELECT id FROM told)
        ORDER BY object_id FOR UPDATE
    ), noted AS (
        INSERT INTO {table} AS seen (company_id, type, object_id, state_id, changes, seen_at)
        SELECT :company_id, :type, told.id, told.state, 0, told.stamp
        FROM told LEFT JOIN known ON known.object_id = told.id ORDER BY told.id
        ON CONFLICT (company_id, type, object_id) DO UPDATE SET
            state_id = excluded.state_id, seen_at = excluded.seen_at,
            changes = seen.changes + CASE WHEN seen.state_id = excluded.state_id THEN 0 ELSE 1 END
        WHERE seen.seen_at <= excluded.seen_at
        RETURNING object_id, state_id, changes
    )
    SELECT noted.object_id, noted.changes FROM noted LEFT JOIN known USING (object_id)
    WHERE known.state_id IS DISTINCT FROM noted.state_id
"""
_STATEMENTS = {audience: text(_SEEN.format(table=table.name)) for audience, table in SEEN_BY.items()}


class SqlDocumentStates:
    """See application.webhooks.event_ports.DocumentStates. One statement, however many there are."""

    async def seen(
        self, company_id: CompanyId, audience: Audience, kind: str, states: Mapping[str, SeenState]
    ) -> dict[str, int]:
        """See the port."""
        if not states:
            return {}
        values = {
            "company_id": company_id,
            "type": kind,
            "objects": [UUID(one) for one in states],
            "states": [one.state_id for one in states.values()],
            "stamps": [one.updated for one in states.values()],
        }
        found = await connection().execute(_STATEMENTS[audience], values)
        return {str(row.object_id): row.changes for row in found}

    async def prune(self, seen_before: datetime) -> int:
        """See the port."""
        return sum(
            [await count_deleted(delete(table).where(table.c.seen_at < seen_before)) for table in SEEN_BY.values()]
        )
