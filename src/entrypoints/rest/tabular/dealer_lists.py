"""Lists of dealers: what their columns are called, and what a line becomes."""

from collections.abc import Sequence
from enum import StrEnum

from application.dealers.commands.import_dealers import ListedLine
from domain.dealers.imported import Cell
from domain.dealers.naming import folded
from entrypoints.rest.tabular.refusals import HeadingRepeated, NameHeadingMissing, TableEmpty
from entrypoints.rest.tabular.rows import TableRow
from entrypoints.rest.tabular.separated import read_separated
from entrypoints.rest.tabular.workbooks import looks_like_workbook, read_workbook


class Tongue(StrEnum):
    """The language of headings."""

    RU = "ru"
    EN = "en"


HEADINGS: dict[Cell, dict[Tongue, str]] = {
    Cell.NAME: {Tongue.RU: "Название", Tongue.EN: "Name"},
    Cell.PARTNER: {Tongue.RU: "Контрагент", Tongue.EN: "Partner"},
    Cell.RETAIL_STORES: {Tongue.RU: "Точки продаж", Tongue.EN: "Retail stores"},
    Cell.STORES: {Tongue.RU: "Склады", Tongue.EN: "Stores"},
    Cell.SALES_CHANNELS: {Tongue.RU: "Каналы продаж", Tongue.EN: "Sales channels"},
    Cell.GROUPS: {Tongue.RU: "Группы контрагентов", Tongue.EN: "Counterparty groups"},
    Cell.NOTICES: {Tongue.RU: "Уведомления", Tongue.EN: "Notices"},
    Cell.ORDER: {Tongue.RU: "Заказы", Tongue.EN: "Orders"},
    Cell.PAYMENT: {Tongue.RU: "Оплаты", Tongue.EN: "Payments"},
    Cell.SHIPMENT: {Tongue.RU: "Отгрузки", Tongue.EN: "Shipments"},
    Cell.STATE: {Tongue.RU: "Статусы", Tongue.EN: "States"},
    Cell.QUIET: {Tongue.RU: "Тихие часы", Tongue.EN: "Quiet hours"},
    Cell.QUIET_BEGINS: {Tongue.RU: "Тихие часы с", Tongue.EN: "Quiet from"},
    Cell.QUIET_ENDS: {Tongue.RU: "Тихие часы до", Tongue.EN: "Quiet until"},
    Cell.LANGUAGE: {Tongue.RU: "Язык", Tongue.EN: "Language"},
}
_OTHERWISE: dict[Cell, tuple[str, ...]] = {
    Cell.NAME: ("имя", "наименование", "дилер", "название дилера", "dealer", "dealer name", "title"),
    Cell.PARTNER: ("партнер", "партнёр", "контрагент инн", "инн", "counterparty", "inn", "код контрагента"),
    Cell.RETAIL_STORES: ("точка продаж", "розничные точки", "розничная точка", "retail store", "points of sale"),
    Cell.STORES: ("склад", "store", "warehouse", "warehouses"),
    Cell.SALES_CHANNELS: ("канал продаж", "sales channel", "channels", "каналы"),
    Cell.GROUPS: ("группы", "группа", "группа контрагентов", "group", "counterparty group"),
    Cell.NOTICES: ("события", "уведомлять", "events", "notifications"),
    Cell.ORDER: ("заказ",),
    Cell.PAYMENT: ("оплата", "платежи"),
    Cell.SHIPMENT: ("отгрузка",),
    Cell.STATE: ("статус", "смена статуса", "состояния", "status", "statuses"),
    Cell.QUIET: ("quiet time", "не беспокоить"),
    Cell.QUIET_BEGINS: ("тихие часы от", "начало тихих часов", "quiet hours from", "quiet begins"),
    Cell.QUIET_ENDS: ("тихие часы по", "конец тихих часов", "quiet hours until", "quiet hours to", "quiet to"),
    Cell.LANGUAGE: ("язык уведомлений", "lang", "notice language"),
}
_CELLS = {
    folded(name): cell
    for cell in Cell
    for name in (cell.value, *HEADINGS[cell].values(), *_OTHERWISE.get(cell, ()))
}  # fmt: skip

_EXAMPLE: dict[Cell, tuple[dict[Tongue, str], dict[Tongue, str]]] = {
    Cell.NAME: ({Tongue.RU: "Север", Tongue.EN: "North"}, {Tongue.RU: "Юг", Tongue.EN: "South"}),
    Cell.PARTNER: ({Tongue.RU: "7707083893", Tongue.EN: "7707083893"}, {Tongue.RU: "ООО «Юг»", Tongue.EN: "South Ltd"}),
    Cell.RETAIL_STORES: (
        {Tongue.RU: "Магазин на Мира; Магазин на Лесной", Tongue.EN: "Shop 1; Shop 2"},
        {Tongue.RU: "", Tongue.EN: ""},
    ),
    Cell.STORES: ({Tongue.RU: "", Tongue.EN: ""}, {Tongue.RU: "Основной склад", Tongue.EN: "Main store"}),
    Cell.SALES_CHANNELS: ({Tongue.RU: "Сайт", Tongue.EN: "Site"}, {Tongue.RU: "", Tongue.EN: ""}),
    Cell.GROUPS: ({Tongue.RU: "", Tongue.EN: ""}, {Tongue.RU: "опт", Tongue.EN: "wholesale"}),
    Cell.ORDER: ({Tongue.RU: "да", Tongue.EN: "yes"}, {Tongue.RU: "да", Tongue.EN: "yes"}),
    Cell.PAYMENT: ({Tongue.RU: "да", Tongue.EN: "yes"}, {Tongue.RU: "нет", Tongue.EN: "no"}),
    Cell.SHIPMENT: ({Tongue.RU: "нет", Tongue.EN: "no"}, {Tongue.RU: "да", Tongue.EN: "yes"}),
    Cell.STATE: ({Tongue.RU: "да", Tongue.EN: "yes"}, {Tongue.RU: "нет", Tongue.EN: "no"}),
    Cell.QUIET: ({Tongue.RU: "22:00–08:00", Tongue.EN: "22:00–08:00"}, {Tongue.RU: "", Tongue.EN: ""}),
    Cell.LANGUAGE: (
        {Tongue.RU: "русский", Tongue.EN: "Russian"},
        {Tongue.RU: "английский", Tongue.EN: "English"},
    ),
}


def read_dealers(body: bytes) -> tuple[tuple[ListedLine, ...], tuple[str, ...]]:
    """The lines, and the headings of columns that were passed over.

    Raises TableUnreadable, TableMalformed, TableTooLarge, TableEmpty, NameHeadingMissing or HeadingRepeated.
    """
    rows = read_workbook(body) if looks_like_workbook(body) else read_separated(body, _known)
    if not rows:
        raise TableEmpty
    head, *rest = rows
    places = _places(head.cells)
    if not rest:
        raise TableEmpty
    unknown = tuple(cell.strip()[:100] for place, cell in enumerate(head.cells) if cell.strip() and place not in places)
    return tuple(_listed(row, places, len(head.cells)) for row in rest), unknown


def example(tongue: Tongue) -> list[list[str]]:
    """A header and two lines, as they are taken in."""
    return [
        [HEADINGS[cell][tongue] for cell in _EXAMPLE],
        *([lines[number][tongue] for lines in _EXAMPLE.values()] for number in (0, 1)),
    ]


def _known(heading: str) -> bool:
    return folded(heading) in _CELLS


def _places(head: Sequence[str]) -> dict[int, Cell]:
    """Raises NameHeadingMissing or HeadingRepeated."""
    places: dict[int, Cell] = {}
    for place, heading in enumerate(head):
        cell = _CELLS.get(folded(heading))
        if cell is None:
            continue
        if cell in places.values():
            raise HeadingRepeated(column=heading.strip()[:100])
        places[place] = cell
    if Cell.NAME not in places.values():
        found = ", ".join(cell.strip() for cell in head if cell.strip())
        raise NameHeadingMissing(found=found[:200])
    return places


def _listed(row: TableRow, places: dict[int, Cell], width: int) -> ListedLine:
    broken = next((places[place].value for place in sorted(row.broken) if place in places), None)
    return ListedLine(
        row=row.number,
        cells={cell: row.cells[place] for place, cell in places.items() if place < len(row.cells)},
        broken=broken,
        beyond=len(row.cells) > width,
    )
