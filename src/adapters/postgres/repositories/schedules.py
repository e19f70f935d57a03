"""What schedules need to know, a batch at a time, and the ledger of their occurrences."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, text

from adapters.postgres.storing import count_deleted
from adapters.postgres.tables import companies, google_connections, moysklad_connections, occurrences
from adapters.postgres.transaction import connection
from domain.connections.moysklad import ConnectionState
from domain.exports.occurrences import Occurrence, Standing
from domain.shared.identities import CompanyId, ConfigId
from domain.tenants.company import CompanyStatus

_ADD = text("""
    INSERT INTO occurrences (config_id, nominal_at, company_id, kind, outcome, reason, task_id, count, last_nominal_at,
        decided_at)
    SELECT * FROM unnest(CAST(:config_id AS uuid[]), CAST(:nominal_at AS timestamptz[]), CAST(:company_id AS uuid[]),
        CAST(:kind AS text[]), CAST(:outcome AS text[]), CAST(:reason AS text[]), CAST(:task_id AS uuid[]),
        CAST(:count AS int[]), CAST(:last_nominal_at AS timestamptz[]), CAST(:decided_at AS timestamptz[]))
    ON CONFLICT DO NOTHING
    RETURNING config_id, nominal_at
""")
_COLUMNS = (
    "config_id",
    "nominal_at",
    "company_id",
    "kind",
    "outcome",
    "reason",
    "task_id",
    "count",
    "last_nominal_at",
    "decided_at",
)


class SqlOccurrences:
    """See application.exports.schedule_ports.Occurrences. One statement for a whole batch."""

    async def add(self, entries: Sequence[Occurrence]) -> set[tuple[ConfigId, datetime]]:
        """See the port."""
        columns = {name: [getattr(entry, name) for entry in entries] for name in _COLUMNS}
        stored = await connection().execute(_ADD, columns)
        return {(ConfigId(config_id), nominal_at) for config_id, nominal_at in stored}

    async def prune(self, decided_before: datetime) -> int:
        """See the port."""
        return await count_deleted(delete(occurrences).where(occurrences.c.decided_at <= decided_before))


class SqlStandings:
    """See application.exports.schedule_ports.Standings. Of connections the state alone is asked for: work across
    companies may read no more.
    """

    async def of(self, company_ids: Sequence[CompanyId]) -> dict[CompanyId, Standing]:
        """See the port."""
        moysklad, google = moysklad_connections.c, google_connections.c
        query = (
            select(companies.c.id, companies.c.status, moysklad.state, google.state)
            .outerjoin(moysklad_connections, moysklad.company_id == companies.c.id)
            .outerjoin(google_connections, google.company_id == companies.c.id)
            .where(companies.c.id.in_(company_ids))
        )
        return {
            CompanyId(company_id): Standing(
                active=status == CompanyStatus.ACTIVE,
                moysklad=moysklad_state == ConnectionState.ACTIVE,
                google=google_state == ConnectionState.ACTIVE,
            )
            for company_id, status, moysklad_state, google_state in await connection().execute(query)
        }
