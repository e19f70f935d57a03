"""Objects that changed and were not read since."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select, text

from adapters.postgres.tables import change_marks
from adapters.postgres.transaction import connection
from domain.exports.changes import ChangeMark
from domain.shared.identities import CompanyId, ConfigId

_PUT = text("""
    INSERT INTO change_marks (config_id, object_id, company_id, version, deleted)
    SELECT config_id, object_id, :company_id, :version, deleted
    FROM unnest(CAST(:configs AS uuid[])) AS export (config_id)
    CROSS JOIN unnest(CAST(:objects AS uuid[]), CAST(:deleted AS boolean[])) AS told (object_id, deleted)
    ORDER BY config_id, object_id
    ON CONFLICT (config_id, object_id) DO UPDATE SET version = excluded.version, deleted = excluded.deleted
""")
_TAKE = text("""
    DELETE FROM change_marks USING unnest(CAST(:objects AS uuid[]), CAST(:versions AS uuid[])) AS read (id, version)
    WHERE config_id = :config_id AND object_id = read.id AND change_marks.version = read.version
""")


class SqlChangeMarks:
    """See application.exports.mark_ports.ChangeMarks. One statement, however many there are."""

    async def put(
        self, company_id: CompanyId, config_ids: Sequence[ConfigId], objects: Mapping[str, bool], version: UUID
    ) -> None:
        """See the port."""
        values = {
            "company_id": company_id,
            "configs": list(config_ids),
            "objects": [UUID(one) for one in objects],
            "deleted": list(objects.values()),
            "version": version,
        }
        await connection().execute(_PUT, values)

    async def of(self, company_id: CompanyId, config_id: ConfigId) -> list[ChangeMark]:
        """See the port."""
        own = (change_marks.c.company_id == company_id, change_marks.c.config_id == config_id)
        query = select(change_marks).where(*own).order_by(change_marks.c.object_id)
        found = await connection().execute(query)
        return [ChangeMark(str(row.object_id), row.version, row.deleted) for row in found]

    async def take(self, company_id: CompanyId, config_id: ConfigId, marks: Sequence[ChangeMark]) -> int:
        """See the port."""
        del company_id
        values = {
            "config_id": config_id,
            "objects": [UUID(mark.object_id) for mark in marks],
            "versions": [mark.version for mark in marks],
        }
        return int((await connection().execute(_TAKE, values)).rowcount)
