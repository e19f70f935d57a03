"""How much is there to export?"""

import msgspec

from application.connections.ports import Urgency
from application.connections.vendor_access import MoySkladAccess
from application.exports.ports import CronCalendar, ExporterCatalogue
from application.exports.vendor_ports import Reading, Source
from application.messages import Query
from application.ports import Clock, Transaction
from application.tenants.ports import Companies
from domain.exports.columns import CUSTOM_PREFIXES, ChosenColumn
from domain.exports.custom import every_filter
from domain.exports.filters import Condition


class RowCount(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How many objects the conditions select now, and about how many request units reading all of them will take.

    A published app pays one for each, of which there are 45 in 3 s.
    """

    objects: int
    units: int


class CountRows(Query[RowCount], frozen=True, kw_only=True):
    """Before an export is described or changed. `rows` is the row mode; the exporter's usual columns are assumed."""

    exporter: str
    conditions: tuple[Condition, ...] = ()
    rows: str | None = None


class CountRowsHandler:
    """Checks the conditions as a new export would, then asks MoySklad for their size."""

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        catalogue: ExporterCatalogue,
        calendar: CronCalendar,
        moysklad: MoySkladAccess,
        source: Source,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._catalogue = catalogue
        self._calendar = calendar
        self._moysklad = moysklad
        self._source = source
        self._clock = clock

    async def __call__(self, query: CountRows) -> RowCount:
        """Raises ExporterUnknown, RowModeUnknown, the filters' errors and what Source raises."""
        exporter = self._catalogue.get(query.exporter)
        mode = exporter.mode_named(query.rows)
        async with self._transaction(query.company_id):
            company = await self._companies.get(query.company_id)
        key = await self._moysklad.key(query.company_id, Urgency.INTERACTIVE)
        named = any(condition.filter_id.startswith(CUSTOM_PREFIXES) for condition in query.conditions)
        custom = await self._source.custom_columns(key, exporter, query.conditions) if named else ()
        exporter.check_conditions(query.conditions, every_filter(exporter, custom)[len(exporter.filters) :])
        usual = tuple(ChosenColumn(column, column) for column in exporter.defaults(mode))
        reading = Reading(
            exporter=exporter,
            columns=exporter.resolve(usual, (), mode),
            conditions=query.conditions,
            cursor=None,
            zone=self._calendar.zone(company.time_zone),
            now=self._clock.now(),
            mode=mode,
            custom=custom,
        )
        objects = await self._source.count(key, reading)
        return RowCount(objects=objects, units=self._source.units(reading, objects))
