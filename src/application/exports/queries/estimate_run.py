"""What will it take to read everything that an export shows?"""

import msgspec

from application.billing.quotas import Quotas
from application.connections.ports import Urgency
from application.connections.vendor_access import MoySkladAccess
from application.exports.ports import CronCalendar, ExportConfigs, ExportedRows, ExporterCatalogue
from application.exports.vendor_ports import Reading, Source
from application.messages import Query
from application.ports import Clock, Transaction
from application.tenants.ports import Companies
from domain.exports.columns import CUSTOM_PREFIXES
from domain.exports.custom import every_filter
from domain.exports.estimate import estimate
from domain.exports.exporter import RowMode
from domain.shared.identities import ConfigId


class RunEstimate(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What reading everything and writing it will come to. `rows`, `cells`, `writes` and `fits` are null where nobody
    knows yet how many lines an object has. `seconds` count from the first request to the last, if nobody else spends
    the same quotas. `units` are MoySklad's at a weight of 1, `writes` requests to Google. At least `plan_rows` of the
    plan are taken: those that do not stand in the sheet yet. `plan_rows_left` is null where the plan has no limit.
    """

    objects: int
    rows: int | None
    cells: int | None
    units: int
    writes: int | None
    seconds: float
    fits: bool | None
    plan_rows: int | None
    plan_rows_left: int | None
    within_plan: bool | None


class EstimateRun(Query[RunEstimate], frozen=True, kw_only=True):
    """Of a run that reads everything: a first one, or a full one."""

    config_id: ConfigId


class EstimateRunHandler:
    """Asks MoySklad how many objects there are, with one request, and works out the rest."""

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        configs: ExportConfigs,
        rows: ExportedRows,
        catalogue: ExporterCatalogue,
        calendar: CronCalendar,
        quotas: Quotas,
        moysklad: MoySkladAccess,
        source: Source,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._configs = configs
        self._rows = rows
        self._catalogue = catalogue
        self._calendar = calendar
        self._quotas = quotas
        self._moysklad = moysklad
        self._source = source
        self._clock = clock

    async def __call__(self, query: EstimateRun) -> RunEstimate:
        """Raises ConfigNotFound and what Source raises."""
        async with self._transaction(query.company_id):
            config = await self._configs.get(query.company_id, query.config_id)
            company = await self._companies.get(query.company_id)
            standing = (await self._rows.totals(query.company_id, config.id)).live
            left = await self._quotas.rows_left(query.company_id)
        exporter = self._catalogue.get(config.exporter_key)
        key = await self._moysklad.key(query.company_id, Urgency.INTERACTIVE)
        names = [*(column.id for column in config.columns), *(one.filter_id for one in config.conditions)]
        named = any(name.startswith(CUSTOM_PREFIXES) for name in names)
        custom = await self._source.custom_columns(key, exporter, config.conditions) if named else ()
        exporter.check_conditions(config.conditions, every_filter(exporter, custom)[len(exporter.filters) :])
        reading = Reading(
            exporter=exporter,
            columns=exporter.resolve(config.columns, custom, config.mode),
            conditions=config.conditions,
            cursor=None,
            zone=self._calendar.zone(company.time_zone),
            now=self._clock.now(),
            mode=config.mode,
            custom=custom,
        )
        objects = await self._source.count(key, reading)
        share = 1.0 if config.mode is not RowMode.POSITION else (standing / objects if standing and objects else None)
        found = estimate(objects, self._source.units(reading, objects), share, len(config.columns))
        new = None if found.rows is None else max(found.rows - standing, 0)
        return RunEstimate(
            objects=found.objects,
            rows=found.rows,
            cells=found.cells,
            units=found.units,
            writes=found.writes,
            seconds=found.seconds,
            fits=found.fits,
            plan_rows=new,
            plan_rows_left=left,
            within_plan=True if left is None else (None if new is None else new <= left),
        )
