"""Fingerprints of written rows, by the thousand."""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import delete, text

from adapters.postgres.tables import exported_rows
from adapters.postgres.transaction import connection
from application.exports.ports import RowTotals, VanishedRow
from domain.shared.identities import CompanyId, ConfigId, TaskId

# What becomes of a row at the source: it stands in the sheet (0), awaits removal (1), was removed but kept (2).
_KNOWN = text("""
    SELECT row_key, fingerprint FROM exported_rows
    WHERE config_id = :config_id AND gone < 2
        AND row_key = ANY(ARRAY(SELECT json_array_elements_text(CAST(:keys AS json))))
""")
_REMEMBER = text("""
    INSERT INTO exported_rows (config_id, company_id, row_key, fingerprint, parent, seen_by, gathering)
    SELECT :config_id, :company_id, row_key, decode(fingerprint, 'base64'), NULLIF(parent, ''), :task_id,
        CAST(:gathering AS bigint)
    FROM ROWS FROM (json_each_text(CAST(:written AS json)), json_array_elements_text(CAST(:parents AS json)))
        AS written (row_key, fingerprint, parent)
    ON CONFLICT (config_id, row_key) DO UPDATE
    SET fingerprint = excluded.fingerprint, parent = excluded.parent, gone = 0, gathering = excluded.gathering,
        seen_by = COALESCE(excluded.seen_by, exported_rows.seen_by)
""")
_SEE = text("""
    UPDATE exported_rows SET gone = 0, seen_by = COALESCE(CAST(:task_id AS uuid), seen_by)
    WHERE config_id = :config_id AND row_key = ANY(ARRAY(SELECT json_array_elements_text(CAST(:keys AS json))))
        AND (gone <> 0 OR CAST(:task_id AS uuid) IS NOT NULL)
""")
_VANISH = text("""
    UPDATE exported_rows SET gone = 1
    WHERE config_id = :config_id AND gone = 0
        AND (row_key = ANY(ARRAY(SELECT json_array_elements_text(CAST(:keys AS json))))
            OR parent = ANY(ARRAY(SELECT json_array_elements_text(CAST(:keys AS json)))))
""")
_VANISH_LINES = text("""
    UPDATE exported_rows SET gone = 1
    WHERE config_id = :config_id AND gone = 0
        AND parent = ANY(ARRAY(SELECT json_array_elements_text(CAST(:keys AS json))))
        AND row_key NOT IN (SELECT json_array_elements_text(CAST(:kept AS json)))
""")
_UNSEEN = text("""
    SELECT row_key, COALESCE(parent, '') AS parent FROM exported_rows
    WHERE config_id = :config_id AND row_key > :after AND gone = 0 AND seen_by IS DISTINCT FROM :task_id
    ORDER BY row_key LIMIT :limit
""")
_VANISHED = text("""
    SELECT row_key, COALESCE(parent, '') AS parent FROM exported_rows
    WHERE config_id = :config_id AND gone = 1 ORDER BY row_key LIMIT :limit
""")
_KEPT = text("""
    UPDATE exported_rows SET gone = 2
    WHERE config_id = :config_id AND gone = 1
        AND row_key = ANY(ARRAY(SELECT json_array_elements_text(CAST(:keys AS json))))
""")
_REMOVED = text("""
    DELETE FROM exported_rows
    WHERE config_id = :config_id AND gone = 1
        AND row_key = ANY(ARRAY(SELECT json_array_elements_text(CAST(:keys AS json))))
""")
_TOTALS = text("""
    SELECT count(*) FILTER (WHERE gone = 0) AS live, count(*) FILTER (WHERE gone = 1) AS vanished,
        count(*) FILTER (WHERE gone = 2) AS kept
    FROM exported_rows WHERE config_id = :config_id
""")


class SqlExportedRows:
    """See application.exports.ports.ExportedRows. One statement for a whole batch, never a query a row.

    Keys and fingerprints go to the server as one JSON text: the driver spends half a microsecond on each element of an
    array, as long as on encoding the row's JSON. There it becomes an array again: a join with it is planned by what
    is known of the table, which is nothing when it is being filled. Row-level security sees to it that the rows are the
    company's.
    """

    async def fingerprints(self, company_id: CompanyId, config_id: ConfigId, keys: Sequence[str]) -> dict[str, bytes]:
        """See the port."""
        del company_id
        found = await connection().execute(_KNOWN, {"config_id": config_id, "keys": _as_json(keys)})
        return {row.row_key: row.fingerprint for row in found}

    async def remember(
        self,
        company_id: CompanyId,
        config_id: ConfigId,
        written: dict[str, bytes],
        parents: dict[str, str] | None = None,
        task_id: TaskId | None = None,
        gathering: int | None = None,
    ) -> None:
        """See the port."""
        values = {
            "config_id": config_id,
            "company_id": company_id,
            "written": _as_json(written),
            "parents": _as_json([parents.get(key, "") for key in written] if parents else ()),  # what lacks is null
            "task_id": task_id,
            "gathering": gathering,
        }
        await connection().execute(_REMEMBER, values)

    async def lose(self, company_id: CompanyId, config_id: ConfigId, gathering: int) -> int:
        """See the port."""
        own = (exported_rows.c.company_id == company_id, exported_rows.c.config_id == config_id)
        lost = await connection().execute(delete(exported_rows).where(*own, exported_rows.c.gathering == gathering))
        return int(lost.rowcount)

    async def see(
        self, company_id: CompanyId, config_id: ConfigId, keys: Sequence[str], task_id: TaskId | None
    ) -> None:
        """See the port."""
        del company_id
        await connection().execute(_SEE, {"config_id": config_id, "keys": _as_json(keys), "task_id": task_id})

    async def vanish(self, company_id: CompanyId, config_id: ConfigId, objects: Sequence[str]) -> int:
        """See the port."""
        del company_id
        changed = await connection().execute(_VANISH, {"config_id": config_id, "keys": _as_json(objects)})
        return int(changed.rowcount)

    async def vanish_lines(
        self, company_id: CompanyId, config_id: ConfigId, parents: Sequence[str], kept: Sequence[str]
    ) -> int:
        """See the port."""
        del company_id
        values = {"config_id": config_id, "keys": _as_json(parents), "kept": _as_json(kept)}
        changed = await connection().execute(_VANISH_LINES, values)
        return int(changed.rowcount)

    async def unseen(
        self, company_id: CompanyId, config_id: ConfigId, task_id: TaskId, after: str, limit: int
    ) -> list[VanishedRow]:
        """See the port."""
        del company_id
        values = {"config_id": config_id, "task_id": task_id, "after": after, "limit": limit}
        return [VanishedRow(row.row_key, row.parent) for row in await connection().execute(_UNSEEN, values)]

    async def vanished(self, company_id: CompanyId, config_id: ConfigId, limit: int) -> list[VanishedRow]:
        """See the port."""
        del company_id
        found = await connection().execute(_VANISHED, {"config_id": config_id, "limit": limit})
        return [VanishedRow(row.row_key, row.parent) for row in found]

    async def removed(self, company_id: CompanyId, config_id: ConfigId, keys: Sequence[str], *, kept: bool) -> None:
        """See the port."""
        del company_id
        await connection().execute(_KEPT if kept else _REMOVED, {"config_id": config_id, "keys": _as_json(keys)})

    async def totals(self, company_id: CompanyId, config_id: ConfigId) -> RowTotals:
        """See the port."""
        del company_id
        found = (await connection().execute(_TOTALS, {"config_id": config_id})).one()
        return RowTotals(found.live, found.vanished, found.kept)

    async def forget(self, company_id: CompanyId, config_id: ConfigId) -> None:
        """See the port."""
        own = (exported_rows.c.company_id == company_id, exported_rows.c.config_id == config_id)
        await connection().execute(delete(exported_rows).where(*own))


def _as_json(written: Sequence[str] | Mapping[str, bytes]) -> str:
    """Bytes come out as base64."""
    return msgspec.json.encode(written).decode()
