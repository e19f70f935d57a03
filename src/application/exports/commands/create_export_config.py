"""An administrator describes a new export."""

import msgspec

from application.connections.ports import Urgency
from application.connections.vendor_access import GoogleAccess, MoySkladAccess
from application.digests import request_fingerprint
from application.exports.ports import CronCalendar, ExportConfigs, ExporterCatalogue, Source, Spreadsheets
from application.messages import Command
from application.ports import Clock, Ids, Replays, Transaction
from application.tenants.ports import Companies
from domain.exports.columns import ATTRIBUTE_PREFIX, ChosenColumn, Column
from domain.exports.config import ExportConfig, strategy_named
from domain.exports.exporter import BaseExporter
from domain.exports.filters import Condition
from domain.exports.schedule import Schedule
from domain.exports.target import SheetTarget, check_title, spreadsheet_id_from
from domain.shared.identities import CompanyId, ConfigId


class ColumnChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A column, and its title where the usual one does not please."""

    id: str
    title: str | None = None


class CreateExportConfig(Command[ConfigId], frozen=True, kw_only=True, tag="exports.create_config"):
    """No `columns` means the exporter's usual ones. No `spreadsheet` means: create one for me.

    `spreadsheet` is an id or a pasted address; `cron` has five fields on the company's wall clock.
    """

    name: str
    exporter: str
    columns: tuple[ColumnChoice, ...] = ()
    conditions: tuple[Condition, ...] = ()
    strategy: str = "upsert"
    spreadsheet: str | None = None
    tab: str | None = None
    cron: str | None = None
    idempotency_key: str | None = None


class CreateExportConfigHandler:
    """Checks the description whole, against the vendors too, and only then keeps it."""

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        configs: ExportConfigs,
        catalogue: ExporterCatalogue,
        calendar: CronCalendar,
        moysklad: MoySkladAccess,
        google: GoogleAccess,
        source: Source,
        spreadsheets: Spreadsheets,
        replays: Replays,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._configs = configs
        self._catalogue = catalogue
        self._calendar = calendar
        self._moysklad = moysklad
        self._google = google
        self._source = source
        self._spreadsheets = spreadsheets
        self._replays = replays
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: CreateExportConfig) -> ConfigId:
        """Raises ExporterUnknown, ColumnUnknown, ColumnsInvalid, KeyColumnMissing, the filters' errors,
        StrategyUnknown, TitleInvalid, SpreadsheetIdInvalid, SpreadsheetNotFound, CronInvalid, IdempotencyKeyReused,
        and what the vendors' ports raise.
        """
        key, fingerprint = command.idempotency_key, request_fingerprint(command)
        if key is not None:
            async with self._transaction(command.company_id):
                known = await self._replays.known(command.company_id, key, fingerprint)
            if known is not None:
                return ConfigId(known)
        config = await self._describe(command)
        async with self._transaction(command.company_id):
            earlier = None if key is None else await self._replays.earlier(command.company_id, key, fingerprint)
            if earlier is not None:
                return ConfigId(earlier)
            await self._configs.put(config)
            if key is not None:
                await self._replays.remember(command.company_id, key, config.id)
        return config.id

    async def _describe(self, command: CreateExportConfig) -> ExportConfig:
        exporter = self._catalogue.get(command.exporter)
        name = check_title(command.name, "name")
        strategy = strategy_named(command.strategy)
        tab = check_title(command.tab or exporter.title, "tab")
        exporter.check_conditions(command.conditions)
        async with self._transaction(command.company_id):
            company = await self._companies.get(command.company_id)
        company.require_active()
        now = self._clock.now()
        schedule = None
        if command.cron is not None:
            due = self._calendar.next_after(command.cron, company.time_zone, now)
            schedule = Schedule(command.cron, company.time_zone, due)
        return ExportConfig(
            id=ConfigId(self._ids.new()),
            company_id=command.company_id,
            name=name,
            exporter_key=exporter.key,
            columns=await self._choose(command, exporter),
            conditions=command.conditions,
            strategy=strategy,
            target=SheetTarget(await self._find(command.company_id, command.spreadsheet), name, tab),
            schedule=schedule,
            created_at=now,
        )

    async def _choose(self, command: CreateExportConfig, exporter: BaseExporter) -> tuple[ChosenColumn, ...]:
        wanted = command.columns or tuple(ColumnChoice(id=column) for column in exporter.default_columns)
        untitled = tuple(ChosenColumn(choice.id, choice.title or "") for choice in wanted)
        exporter.check_columns(untitled)
        attributes: tuple[Column, ...] = ()
        if any(choice.id.startswith(ATTRIBUTE_PREFIX) for choice in wanted):
            key = await self._moysklad.key(command.company_id, Urgency.INTERACTIVE)
            attributes = await self._source.attributes(key, exporter)
        resolved = exporter.resolve(untitled, attributes)
        return tuple(
            ChosenColumn(column.id, check_title(choice.title or column.title, "column"))
            for choice, column in zip(wanted, resolved, strict=True)
        )

    async def _find(self, company_id: CompanyId, spreadsheet: str | None) -> str | None:
        if spreadsheet is None:
            return None
        spreadsheet_id = spreadsheet_id_from(spreadsheet)
        found = await self._spreadsheets.inspect(await self._google.token(company_id), spreadsheet_id)
        return found.spreadsheet_id
