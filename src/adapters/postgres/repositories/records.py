"""Everything that is kept about a company, whatever tables there are."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, Table, TextClause, delete, func, select, text
from sqlalchemy.exc import DBAPIError

from adapters.postgres.storing import count_deleted
from adapters.postgres.tables import (
    change_marks,
    companies,
    export_configs,
    export_tasks,
    exported_rows,
    metadata,
    occurrences,
    outbox,
    quarantined_rows,
    usage_meters,
    webhook_deliveries,
)
from adapters.postgres.transaction import connection
from application.tenants.record_ports import RecordTable
from domain.shared.identities import CompanyId
from domain.tenants.erasure import ErasureIncomplete

_AT_ONCE = 1000
_DEADLOCK = "40P01"
_SECRET_ENDS = ("_ciphertext", "_nonce", "_key_id", "_digest")
_SECRET_NAMES = frozenset({"salt"})
_TEXTS = frozenset({"body"})
"""Bytes that are JSON."""
# With a condition on the export, so that the primary key finds the rows; another index would cost every written row.
_THIN_OUT = text("""
    DELETE FROM exported_rows WHERE (config_id, row_key) IN (
        SELECT config_id, row_key FROM exported_rows
        WHERE config_id = (
            SELECT id FROM export_configs AS config
            WHERE config.company_id = :company
              AND EXISTS (SELECT FROM exported_rows AS kept WHERE kept.config_id = config.id)
            LIMIT 1
        ) LIMIT :limit
    )
""")
_LARGE = (export_tasks, occurrences, quarantined_rows, change_marks)
"""Other tables that grow without end, or by the thousand."""
_UNBOUND = (exported_rows, webhook_deliveries)
"""Tables that have no foreign key to the company, so that nothing goes by itself."""


def tables_of_companies() -> list[Table]:
    """Every table whose rows belong to companies."""
    found = (table for table in metadata.sorted_tables if table is companies or "company_id" in table.c)
    return sorted(found, key=lambda table: table.name)


def secrets_of(table: Table) -> tuple[str, ...]:
    """Columns that open something, or by which what opens it can be recognised."""
    return tuple(str(one.name) for one in table.c if one.name.endswith(_SECRET_ENDS) or one.name in _SECRET_NAMES)


class SqlCompanyRecords:
    """See application.tenants.record_ports.CompanyRecords."""

    def tables(self) -> Sequence[RecordTable]:
        """See the port."""
        return [RecordTable(str(table.name), secrets_of(table)) for table in tables_of_companies()]

    async def rows(self, company_id: CompanyId, table: str) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        """See the port."""
        found = metadata.tables[table]
        secrets = secrets_of(found)
        shown = [column for column in found.c if column.name not in secrets]
        query = select(*shown).where(_owner(found) == company_id).order_by(*found.primary_key.columns)
        async with connection().stream(query) as streamed:
            async for some in streamed.mappings().partitions(_AT_ONCE):
                yield [_readable(row) for row in some]

    async def counts(self, company_id: CompanyId) -> dict[str, int]:
        """See the port."""
        return {table.name: await self._count(table, company_id) for table in tables_of_companies()}

    async def _count(self, table: Table, company_id: CompanyId) -> int:
        query = select(func.count()).select_from(table).where(_owner(table) == company_id)
        return int((await connection().execute(query)).scalar_one())

    async def usage(self, company_id: CompanyId) -> dict[str, int]:
        """See the port."""
        query = select(usage_meters.c.period, usage_meters.c.used).where(usage_meters.c.company_id == company_id)
        return {row.period: row.used for row in await connection().execute(query.order_by(usage_meters.c.period))}

    async def spreadsheets(self, company_id: CompanyId) -> list[str]:
        """See the port."""
        query = select(export_configs.c.spreadsheet_id).distinct().where(export_configs.c.company_id == company_id)
        found = (await connection().execute(query.where(export_configs.c.spreadsheet_id.is_not(None)))).scalars()
        return sorted(str(one) for one in found)

    async def stop(self, company_id: CompanyId) -> None:
        """See the port. Whoever notes what a run wrote holds the run's row while doing so: once that is deleted, nobody
        adds fingerprints any more, and whoever looks afterwards sees what was added before.
        """
        with _undisturbed():
            unfinished = (export_tasks.c.company_id == company_id, export_tasks.c.ended_at.is_(None))
            await count_deleted(delete(export_tasks).where(*unfinished))
            await count_deleted(delete(outbox).where(outbox.c.company_id == company_id))

    async def thin_out(self, company_id: CompanyId, limit: int) -> int:
        """See the port. Each statement is over within the time that one may take."""
        gone = (await connection().execute(_THIN_OUT, {"company": company_id, "limit": limit})).rowcount
        for table in _LARGE:
            if not gone:
                gone = (await connection().execute(_some_of(table), {"company": company_id, "limit": limit})).rowcount
        return gone

    async def erase(self, company_id: CompanyId) -> None:
        """See the port. Foreign keys take along what has one; runs first, in whose rows others may just be writing."""
        with _undisturbed():
            await count_deleted(delete(export_tasks).where(export_tasks.c.company_id == company_id))
            await count_deleted(delete(companies).where(companies.c.id == company_id))
        await self.sweep(company_id)

    async def sweep(self, company_id: CompanyId) -> None:
        """See the port."""
        for table in _UNBOUND:
            await count_deleted(delete(table).where(table.c.company_id == company_id))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Of two that wait for each other PostgreSQL ends one: if that is us, all begins anew."""
    try:
        yield
    except DBAPIError as refused:
        if getattr(refused.orig, "sqlstate", None) != _DEADLOCK:
            raise
        raise ErasureIncomplete(tables="export_tasks, companies") from refused


def _some_of(table: Table) -> TextClause:
    return text(f"""
        DELETE FROM {table.name}
        WHERE ctid IN (SELECT ctid FROM {table.name} WHERE company_id = :company LIMIT :limit)
    """)  # noqa: S608 - names of our own tables


def _owner(table: Table) -> Column[Any]:
    return table.c.id if table is companies else table.c.company_id


def _readable(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: _as_text(value) if name in _TEXTS else value for name, value in row.items()}


def _as_text(value: Any) -> Any:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
