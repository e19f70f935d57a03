"""The catalogue of exporters: every subclass that stands in a module of the exporters package."""

import importlib
import inspect
import pkgutil
from collections.abc import Sequence

from adapters.moysklad import exporters
from domain.exports.exporter import BaseExporter, ExporterUnknown


class ScannedExporters:
    """Finds the exporters once, when it is made. Adding an exporter is adding a file.

    Raises ValueError when two of them have one key.
    """

    def __init__(self) -> None:
        self._by_key: dict[str, BaseExporter] = {}
        for exporter in sorted(_scan(), key=lambda one: one.key):
            if self._by_key.setdefault(exporter.key, exporter) is not exporter:
                raise ValueError(f"two exporters are called {exporter.key}")

    def get(self, key: str) -> BaseExporter:
        """Raises ExporterUnknown, which names the keys that exist."""
        exporter = self._by_key.get(key)
        if exporter is None:
            raise ExporterUnknown(exporter=key[:50], known=", ".join(self._by_key))
        return exporter

    def all(self) -> Sequence[BaseExporter]:
        """Every exporter, in the order of their keys."""
        return tuple(self._by_key.values())


def _scan() -> list[BaseExporter]:
    found = []
    for entry in pkgutil.iter_modules(exporters.__path__):
        module = importlib.import_module(f"{exporters.__name__}.{entry.name}")
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, BaseExporter) and kind.__module__ == module.__name__:
                found.append(kind())
    return found
