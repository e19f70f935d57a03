"""What can this company choose from?"""

import msgspec

from application.connections.ports import Urgency
from application.connections.vendor_access import MoySkladAccess
from application.exports.offers import ExporterView, offered_columns, view_of
from application.exports.ports import ExporterCatalogue, Source
from application.messages import Query


class DescribeExporter(Query[ExporterView], frozen=True, kw_only=True):
    """One exporter, with the company's own attributes among its columns."""

    exporter: str


class DescribeExporterHandler:
    """Asks MoySklad for the company's attributes."""

    def __init__(self, catalogue: ExporterCatalogue, moysklad: MoySkladAccess, source: Source) -> None:
        self._catalogue = catalogue
        self._moysklad = moysklad
        self._source = source

    async def __call__(self, query: DescribeExporter) -> ExporterView:
        """Raises ExporterUnknown, CompanyInactive, MoySkladDisconnected, VendorBusy or VendorFailed."""
        exporter = self._catalogue.get(query.exporter)
        view = view_of(exporter)
        if not exporter.has_attributes:
            return view
        key = await self._moysklad.key(query.company_id, Urgency.INTERACTIVE)
        attributes = await self._source.attributes(key, exporter)
        return msgspec.structs.replace(view, columns=[*view.columns, *offered_columns(exporter, attributes)])
