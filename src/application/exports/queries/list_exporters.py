"""What can be exported?"""

from application.exports.offers import ExporterView, view_of
from application.exports.ports import ExporterCatalogue
from application.messages import SystemQuery


class ListExporters(SystemQuery[list[ExporterView]], frozen=True, kw_only=True):
    """The same for every company."""


class ListExportersHandler:
    """Reads the catalogue."""

    def __init__(self, catalogue: ExporterCatalogue) -> None:
        self._catalogue = catalogue

    async def __call__(self, query: ListExporters) -> list[ExporterView]:
        """In the order of their keys."""
        del query
        return [view_of(exporter) for exporter in self._catalogue.all()]
