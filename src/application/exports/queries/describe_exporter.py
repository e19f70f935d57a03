"""What can this company choose from?"""

import msgspec

from application.connections.ports import Urgency
from application.connections.vendor_access import MoySkladAccess
from application.exports.offers import ExporterView, offered_columns, offered_filters, view_of
from application.exports.ports import ExporterCatalogue
from application.exports.vendor_ports import Source
from application.messages import Query
from domain.exports.custom import attribute_filters
from domain.exports.filters import Condition


class DescribeExporter(Query[ExporterView], frozen=True, kw_only=True):
    """One exporter, with the columns and filters of the company's own metadata.

    `conditions` tell which custom dictionary is meant, where the exporter needs one.
    """

    exporter: str
    conditions: tuple[Condition, ...] = ()


class DescribeExporterHandler:
    """Asks MoySklad for the company's attributes, price types and characteristics."""

    def __init__(self, catalogue: ExporterCatalogue, moysklad: MoySkladAccess, source: Source) -> None:
        self._catalogue = catalogue
        self._moysklad = moysklad
        self._source = source

    async def __call__(self, query: DescribeExporter) -> ExporterView:
        """Raises ExporterUnknown, CompanyInactive, MoySkladDisconnected, VendorBusy or VendorFailed."""
        exporter = self._catalogue.get(query.exporter)
        view = view_of(exporter)
        if not exporter.has_custom_columns:
            return view
        key = await self._moysklad.key(query.company_id, Urgency.INTERACTIVE)
        custom = await self._source.custom_columns(key, exporter, query.conditions)
        return msgspec.structs.replace(
            view,
            columns=[*view.columns, *offered_columns(exporter, custom)],
            filters=[*view.filters, *offered_filters(attribute_filters(exporter, custom))],
        )
