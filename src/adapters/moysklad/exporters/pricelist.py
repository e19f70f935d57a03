"""Price lists (JSON API docs, `pricelist`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter
from domain.exports.exporter import RowMode
from domain.shared.cells import CellKind


class PriceLists(PositionedExporter):
    """One row for each price list, or for each of its goods.

    A list has columns of its own, whose names and prices stand in two cells of a row, in one order.
    """

    key = "pricelist"
    title = "Прайс-листы"
    entity = "pricelist"
    row_modes = (RowMode.DOCUMENT, RowMode.POSITION)
    columns = (
        *v.document(
            v.ORGANIZATION,
            v.own("priceType.name", "Тип цены"),
            v.own("priceType.externalCode", "Внешний код типа цены"),
            v.several("columns[].name", "Столбцы"),
            v.several("columns[].percentageDiscount", "Скидки столбцов, %"),
        ),
        v.POSITIONS_COUNT,
        v.POSITION_ID,
        *v.GOODS,
        v.line("cells[].column", "Столбцы позиции", CellKind.LIST),
        v.CELL_PRICES,
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "organization.name",
        "priceType.name",
        "columns.name",
        "owner.name",
        "description",
        "updated",
    )
    default_line_columns = (
        "position.id",
        "name",
        "moment",
        "position.assortment.name",
        "position.assortment.code",
        "position.assortment.article",
        "position.assortment.uom.name",
        "position.cells.column",
        "position.cells.sum",
    )
    filters = v.by_document(v.BY_ORGANIZATION)
