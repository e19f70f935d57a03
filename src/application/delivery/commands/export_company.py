"""Everything that is kept about a company is handed over."""

from datetime import datetime

import msgspec

from application.messages import Command
from application.ports import Clock, Transaction
from application.tenants.acting import Acting
from application.tenants.authority import Authority
from application.tenants.ports import Companies
from application.tenants.record_ports import Archives, ArchiveWriter, CompanyRecords, RecordTable
from domain.shared.identities import CompanyId
from domain.tenants.member import Permission

FORM = "skladsheets.company.1"
_LEFT_OUT = (
    "Секреты (токены, ключи и их отпечатки) не выдаются: столбцы перечислены у каждой таблицы в leftOut.",
    "Secrets (tokens, keys and digests of them) are left out: each table names such columns in leftOut.",
    "Строки заказов, товаров и контрагентов не хранятся: в exported_rows только их ключи и отпечатки.",
    "Rows of orders, goods and counterparties are not kept: exported_rows has their keys and fingerprints alone.",
)
_ENCODER = msgspec.json.Encoder()


class ArchivedTable(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One table of the archive. `leftOut` are its columns that hold secrets."""

    name: str
    file: str
    rows: int
    left_out: list[str]


class CompanyArchive(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The archive's manifest, which stands in it too."""

    form: str
    company_id: CompanyId
    made_at: datetime
    tables: list[ArchivedTable]
    notes: list[str]


class ExportCompany(Command[CompanyArchive], frozen=True, kw_only=True, tag="delivery.export_company"):
    """`to` is the path of the file to be made. Whoever operates the service has no `acting`."""

    to: str
    acting: Acting | None = None


class ExportCompanyHandler:
    """Writes one part for each table, a row a line, and the manifest at the end. Each table is as it was when it was
    read.
    """

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        authority: Authority,
        records: CompanyRecords,
        archives: Archives,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._authority = authority
        self._records = records
        self._archives = archives
        self._clock = clock

    async def __call__(self, command: ExportCompany) -> CompanyArchive:
        """Raises CompanyNotFound, ArchiveUnwritable, and PermissionMissing for who does not manage owners."""
        company_id, made_at = command.company_id, self._clock.now()
        async with self._transaction(company_id):
            await self._companies.get(company_id)
            if command.acting is not None:
                await self._authority.require(company_id, command.acting, Permission.MANAGE_OWNERS)
        async with self._archives.making(command.to) as writer:
            tables = [await self._table(company_id, table, writer) for table in self._records.tables()]
            archive = CompanyArchive(
                form=FORM, company_id=company_id, made_at=made_at, tables=tables, notes=list(_LEFT_OUT)
            )
            await writer.begin("manifest.json")
            await writer.write(msgspec.json.format(_ENCODER.encode(archive), indent=2))
        return archive

    async def _table(self, company_id: CompanyId, table: RecordTable, writer: ArchiveWriter) -> ArchivedTable:
        file, count = f"tables/{table.name}.ndjson", 0
        await writer.begin(file)
        async with self._transaction(company_id):
            async for rows in self._records.rows(company_id, table.name):
                count += len(rows)
                await writer.write(b"".join(_ENCODER.encode(row) + b"\n" for row in rows))
        return ArchivedTable(name=table.name, file=file, rows=count, left_out=list(table.secrets))
