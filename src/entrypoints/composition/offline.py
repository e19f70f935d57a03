"""What works without a database, a queue or a vendor."""

from collections.abc import Sequence

from adapters.moysklad.catalogue import ScannedExporters
from adapters.moysklad.preview import preview
from adapters.system.calendar import CronsimCalendar
from adapters.wording.catalogue import words
from domain.exports.columns import Column
from domain.exports.exporter import BaseExporter
from domain.exports.rows import Row
from domain.shared.errors import SkladSheetsError


def exporters() -> Sequence[BaseExporter]:
    """Every exporter."""
    return ScannedExporters().all()


def preview_file(
    key: str, body: bytes, time_zone: str, mode: str | None
) -> tuple[Sequence[Column], Sequence[Row], Sequence[str]]:
    """Columns, rows and remarks of a saved MoySklad answer. Raises what the exporter's mapping raises."""
    exporter = ScannedExporters().get(key)
    columns, rows, notes = preview(exporter, body, CronsimCalendar().zone(time_zone), exporter.mode_named(mode))
    return columns, rows, [str(note) for note in notes]


def explained(error: SkladSheetsError) -> str:
    """The error in both languages, for a terminal."""
    told = words(error.code, error.details)
    return f"{told.ru.title}. {told.ru.action}\n{told.en.title}. {told.en.action}\n[{error}]"
