"""What works without a database, a queue or a vendor."""

import secrets
from collections.abc import Callable, Mapping, Sequence

from adapters.moysklad.catalogue import ScannedExporters
from adapters.moysklad.descriptor import descriptor
from adapters.moysklad.granting import NOT_ON_OFFER
from adapters.moysklad.mapping import Mapping as RowMapping
from adapters.moysklad.planning import Plan, plan
from adapters.moysklad.preview import preview
from adapters.system.calendar import CronsimCalendar
from adapters.wording.catalogue import words
from application.exports.ports import CronCalendar
from domain.exports.columns import ChosenColumn, Column
from domain.exports.exporter import BaseExporter
from domain.exports.personal import PSEUDONYM_KEY_BYTES, PersonalTerms, Treatment, treated
from domain.exports.rows import Row
from domain.shared.cells import Cell
from domain.shared.errors import SkladSheetsError
from domain.shared.moments import MOSCOW


def calendar() -> CronCalendar:
    """Cron and time zones as the service has them."""
    return CronsimCalendar()


def exporters() -> Sequence[BaseExporter]:
    """Every exporter."""
    return ScannedExporters().all()


def exporter(key: str) -> BaseExporter:
    """The exporter of that key. Raises ExporterUnknown."""
    return ScannedExporters().get(key)


def plan_reading(
    key: str, objects: int, columns: tuple[str, ...] | None, mode: str | None, sizes: Mapping[str, int]
) -> Plan:
    """What reading so many objects will cost. Raises ExporterUnknown, RowModeUnknown or the columns' errors."""
    found = exporter(key)
    rows = found.mode_named(mode)
    ids = columns or found.defaults(rows)
    resolved = found.resolve(tuple(ChosenColumn(column, column) for column in ids), (), rows)
    return plan(found, RowMapping(found, resolved, MOSCOW, rows), objects, sizes)


def preview_file(
    key: str, body: bytes, time_zone: str, mode: str | None, personal: Treatment = Treatment.AS_IS
) -> tuple[Sequence[Column], Sequence[Row], Sequence[str]]:
    """Columns, rows and remarks of a saved MoySklad answer, with data about people shown in that way. Raises what the
    exporter's mapping raises.
    """
    exporter = ScannedExporters().get(key)
    columns, rows, notes = preview(exporter, body, CronsimCalendar().zone(time_zone), exporter.mode_named(mode))
    secret, terms = secrets.token_bytes(PSEUDONYM_KEY_BYTES), PersonalTerms(personal)
    veils = [treated(terms.of(column.id, column.personal), column.personal, secret) for column in columns]
    shown = [row._replace(cells=tuple(map(_veiled, veils, row.cells))) for row in rows]
    return columns, shown, [str(note) for note in notes]


def _veiled(veil: Callable[[Cell], Cell] | None, cell: Cell) -> Cell:
    return cell if veil is None else veil(cell)


def app_descriptor(base_url: str, page_url: str | None, *, admin: bool) -> tuple[str, Sequence[str]]:
    """The descriptor of our app, and the exporters that it does not reach."""
    found = exporters()
    beyond = [] if admin else [one.key for one in found if one.key in NOT_ON_OFFER]
    return descriptor(found, base_url, page_url, admin=admin), beyond


def explained(error: SkladSheetsError) -> str:
    """The error in both languages, for a terminal."""
    told = words(error.code, error.details)
    return f"{told.ru.title}. {told.ru.action}\n{told.en.title}. {told.en.action}\n[{error}]"
