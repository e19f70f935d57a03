"""A catalogue of chosen exporters."""

from collections.abc import Sequence

from domain.exports.exporter import BaseExporter, ExporterUnknown


class MemoryExporterCatalogue:
    """Offers the exporters that it was given."""

    def __init__(self, exporters: Sequence[BaseExporter]) -> None:
        self._by_key = {exporter.key: exporter for exporter in sorted(exporters, key=lambda one: one.key)}

    def get(self, key: str) -> BaseExporter:
        """See application.exports.ports.ExporterCatalogue."""
        exporter = self._by_key.get(key)
        if exporter is None:
            raise ExporterUnknown(exporter=key[:50], known=", ".join(self._by_key))
        return exporter

    def all(self) -> Sequence[BaseExporter]:
        """See application.exports.ports.ExporterCatalogue."""
        return tuple(self._by_key.values())
