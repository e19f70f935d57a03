"""An administrator describes a new export."""

from dataclasses import replace

import msgspec

from application.billing.quotas import Quotas
from application.connections.ports import Urgency
from application.connections.vendor_access import GoogleAccess, MoySkladAccess
from application.connections.webhooks_command import tend_webhooks
from application.digests import request_fingerprint
from application.exports.assembling import assembly
from application.exports.personal_choice import PersonalChoice, check_named, terms_of
from application.exports.ports import ExportConfigs, ExporterCatalogue, Formulas
from application.exports.scheduling import ScheduleChoice, Scheduling, one_choice
from application.exports.vendor_ports import Source, Spreadsheets
from application.messages import Command
from application.ports import Clock, Ids, Outbox, Replays, Transaction
from application.tenants.ports import Companies
from domain.exports.changes import require_told
from domain.exports.columns import CUSTOM_PREFIXES, ChosenColumn, Column, ColumnKindUnknown
from domain.exports.config import RECONCILE_DAYS, WINDOW_DAYS, ExportConfig, WriteStrategy, check_days, strategy_named
from domain.exports.custom import every_filter
from domain.exports.exporter import BaseExporter, Family, RowMode
from domain.exports.filters import Condition, Operator
from domain.exports.periods import is_fixed
from domain.exports.removal import BRAKE_PERCENT, NO_BRAKE, RemovalPolicy, check_percent, removal_named
from domain.exports.status_cell import CellAddress, cell_address
from domain.exports.target import SheetTarget, check_title, on_obstacle_named, spreadsheet_id_from
from domain.shared.cells import CellKind
from domain.shared.identities import CompanyId, ConfigId


class ColumnChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A column, and its title where the usual one does not please.

    A column of one's own needs a title, an id of one's choosing, and a `constant` or an `expression` whose result is
    shown as a value of `kind` (text if left out).
    """

    id: str
    title: str | None = None
    constant: str | None = None
    expression: str | None = None
    kind: str | None = None


class CreateExportConfig(Command[ConfigId], frozen=True, kw_only=True, tag="exports.create_config"):
    """`strategy` says how rows are written; see ExportConfig for it, `key_columns`, `allow_empty`, `keep_previous`.

    No `columns` means the exporter's usual ones, no `rows` its usual row mode. No `spreadsheet` means: create one.

    `spreadsheet` is an id or a pasted address; `schedule` says when the export runs by itself, and `cron` is short for
    a schedule with five fields on the company's wall clock. `removal` says what becomes of rows whose object is gone,
    `brake_percent` how many may go without asking. `window_days` and `reconcile_days` are explained at ExportConfig;
    without them the usual ones apply. `on_obstacle` says what becomes of a run whose tab cannot be used; `run_log` is
    the title of a tab that logs runs, `status_cell` the address of a cell that shows the last, on the export's own tab
    unless it names another. With `on_change` runs follow what MoySklad tells of changes. `personal` says how data about
    people is shown.
    """

    name: str
    exporter: str
    columns: tuple[ColumnChoice, ...] = ()
    conditions: tuple[Condition, ...] = ()
    rows: str | None = None
    strategy: str = "upsert"
    key_columns: tuple[str, ...] = ()
    allow_empty: bool = False
    keep_previous: bool = True
    removal: str | None = None
    brake_percent: int | None = None
    window_days: int | None = None
    reconcile_days: int | None = None
    spreadsheet: str | None = None
    tab: str | None = None
    on_obstacle: str = "refuse"
    run_log: str | None = None
    status_cell: str | None = None
    cron: str | None = None
    schedule: ScheduleChoice | None = None
    on_change: bool = False
    personal: PersonalChoice = PersonalChoice()
    idempotency_key: str | None = None


class CreateExportConfigHandler:
    """Checks the description whole, against the vendors too, and only then keeps it."""

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        quotas: Quotas,
        configs: ExportConfigs,
        catalogue: ExporterCatalogue,
        scheduling: Scheduling,
        moysklad: MoySkladAccess,
        google: GoogleAccess,
        source: Source,
        formulas: Formulas,
        spreadsheets: Spreadsheets,
        replays: Replays,
        outbox: Outbox,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._quotas = quotas
        self._configs = configs
        self._catalogue = catalogue
        self._scheduling = scheduling
        self._moysklad = moysklad
        self._google = google
        self._source = source
        self._formulas = formulas
        self._spreadsheets = spreadsheets
        self._replays = replays
        self._outbox = outbox
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: CreateExportConfig) -> ConfigId:
        """Raises ExporterUnknown, RowModeUnknown, the columns', filters' and formulas' errors, StrategyUnknown,
        RemovalPolicyUnknown, BrakeInvalid, IntervalInvalid, TitleInvalid, ObstacleUnknown, StatusCellInvalid,
        StatusCellUnfit, StatusCellInTable, RunLogUnfit, SpreadsheetIdInvalid, SpreadsheetNotFound, TreatmentUnknown,
        PersonalKeyHidden, PersonalReadByFormula,
        SpreadsheetNeeded, ChangesUntold, QuotaExceeded, IdempotencyKeyReused, and what Scheduling and the
        vendors' ports raise.
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
            family = self._catalogue.get(config.exporter_key).family
            # Asked in this way, the number stays the same until the export is stored.
            exports = len(await self._configs.links(config.company_id))
            await self._quotas.require_export(config.company_id, family, exports)
            await self._scheduling.confirm(config.company_id, config.id, config.schedule)
            await self._configs.put(config)
            if config.on_change:
                await tend_webhooks(self._outbox, command.company_id)
            if key is not None:
                await self._replays.remember(command.company_id, key, config.id)
        return config.id

    async def _describe(self, command: CreateExportConfig) -> ExportConfig:
        exporter = self._catalogue.get(command.exporter)
        name = check_title(command.name, "name")
        strategy = strategy_named(command.strategy)
        tab = check_title(command.tab or exporter.title, "tab")
        on_obstacle = on_obstacle_named(command.on_obstacle)
        run_log = None if command.run_log is None else check_title(command.run_log, "runLog")
        mode = exporter.mode_named(command.rows)
        chosen = _chosen(command, exporter, mode)
        exporter.check_columns(chosen, mode)
        now, choice = self._clock.now(), one_choice(command.cron, command.schedule)
        config_id = ConfigId(self._ids.new())
        if command.on_change:
            require_told(exporter)
        async with self._transaction(command.company_id):
            company = await self._companies.get(command.company_id)
            company.require_active()
            schedule = None if choice is None else await self._scheduling.make(company, choice, now)
            await self._scheduling.confirm(command.company_id, config_id, schedule)
        custom = await self._custom(command, exporter)
        exporter.check_conditions(command.conditions, every_filter(exporter, custom)[len(exporter.filters) :])
        # Under a key of the company's own the object changed last is shown, which reading by date would not respect.
        usual_window = WINDOW_DAYS if exporter.window and not command.key_columns else 0
        config = ExportConfig(
            id=config_id,
            company_id=command.company_id,
            name=name,
            exporter_key=exporter.key,
            columns=_titled(chosen, exporter, custom, mode),
            conditions=command.conditions,
            strategy=strategy,
            target=SheetTarget(
                await self._find(command.company_id, command.spreadsheet), name, tab, on_obstacle=on_obstacle
            ),
            schedule=schedule,
            created_at=now,
            mode=mode,
            key_columns=command.key_columns,
            allow_empty=command.allow_empty,
            keep_previous=command.keep_previous,
            removal=_removal(command, strategy),
            brake_percent=check_percent(_usual_brake(command, exporter)),
            window_days=check_days(usual_window if command.window_days is None else command.window_days, "windowDays"),
            reconcile_days=check_days(
                RECONCILE_DAYS if command.reconcile_days is None else command.reconcile_days, "reconcileDays"
            ),
            run_log=run_log,
            status_cell=_status_cell(command.status_cell, tab),
            on_change=command.on_change,
            personal=terms_of(command.personal),
        )
        config.check_strategy()
        config.check_telling()
        check_named(config.personal, exporter, mode, custom)
        assembly(exporter, config, custom, self._formulas)
        return config

    async def _custom(self, command: CreateExportConfig, exporter: BaseExporter) -> tuple[Column, ...]:
        """The company's own columns, where anything is said of them."""
        said = [choice.id for choice in command.columns] + [one.filter_id for one in command.conditions]
        said += [choice.expression or "" for choice in command.columns]
        said += command.personal.columns
        if not exporter.has_custom_columns or not any(prefix in one for one in said for prefix in CUSTOM_PREFIXES):
            return ()
        key = await self._moysklad.key(command.company_id, Urgency.INTERACTIVE)
        return await self._source.custom_columns(key, exporter, command.conditions)

    async def _find(self, company_id: CompanyId, spreadsheet: str | None) -> str | None:
        if spreadsheet is None:
            await self._google.require_own_files(company_id)
            return None
        spreadsheet_id = spreadsheet_id_from(spreadsheet)
        found = await self._google.asking(
            company_id, Urgency.INTERACTIVE, lambda key: self._spreadsheets.inspect(key, spreadsheet_id)
        )
        return found.spreadsheet_id


def _status_cell(text: str | None, tab: str) -> CellAddress | None:
    """An address that names the export's own tab stands wherever that tab is."""
    cell = None if text is None else cell_address(text)
    return replace(cell, tab=None) if cell is not None and cell.on(tab) else cell


def _removal(command: CreateExportConfig, strategy: WriteStrategy) -> RemovalPolicy:
    """Rows that are never touched again stay, unless told otherwise."""
    if command.removal is not None:
        return removal_named(command.removal)
    lasting = strategy in {WriteStrategy.APPEND, WriteStrategy.INSERT}
    return RemovalPolicy.KEEP if lasting else RemovalPolicy.REMOVE


def _usual_brake(command: CreateExportConfig, exporter: BaseExporter) -> int:
    """Rows of reports and of moving periods vanish by the nature of the thing, all of them at the turn of a month."""
    if command.brake_percent is not None:
        return command.brake_percent
    moving = any(one.operator == Operator.WITHIN and not is_fixed(one.value) for one in command.conditions)
    return NO_BRAKE if moving or exporter.family is Family.REPORTS else BRAKE_PERCENT


def _chosen(command: CreateExportConfig, exporter: BaseExporter, mode: RowMode) -> tuple[ChosenColumn, ...]:
    wanted = command.columns or tuple(ColumnChoice(id=column) for column in exporter.defaults(mode))
    return tuple(
        ChosenColumn(choice.id, choice.title or "", choice.constant, choice.expression, _kind(choice))
        for choice in wanted
    )


def _kind(choice: ColumnChoice) -> CellKind | None:
    if choice.kind is None:
        return None
    try:
        return CellKind(choice.kind)
    except ValueError as wrong:
        raise ColumnKindUnknown(kind=choice.kind[:50], known=", ".join(CellKind)) from wrong


def _titled(
    chosen: tuple[ChosenColumn, ...], exporter: BaseExporter, custom: tuple[Column, ...], mode: RowMode
) -> tuple[ChosenColumn, ...]:
    titles = {column.id: column.title for column in exporter.resolve(chosen, custom, mode)}
    return tuple(
        replace(choice, title=check_title(choice.title or titles.get(choice.id, ""), "column")) for choice in chosen
    )
