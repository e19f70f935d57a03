"""Columns of documents' positions, and of all positions of a document together."""

from adapters.moysklad.vocabulary.building import DOCUMENT_CURRENCY, line, line_money, line_of, line_total, own
from domain.exports.columns import Column, Computed, Level
from domain.shared.cells import CellKind

POSITION_ID = line("id", "ID позиции")

GOODS = (
    line_of("assortment", "name", "Товар"),
    line_of("assortment", "code", "Код товара"),
    line_of("assortment", "article", "Артикул"),
    line_of("assortment", "externalCode", "Внешний код товара"),
    line_of("assortment", "pathName", "Группа товара"),
    Column(
        id="position.assortment.barcodes",
        title="Штрихкоды товара",
        kind=CellKind.LIST,
        path="assortment.barcodes[]",
        reference="assortment",
        level=Level.LINE,
    ),
    Column(
        id="position.assortment.type",
        title="Вид товара",
        kind=CellKind.TEXT,
        path="assortment.meta.type",
        level=Level.LINE,
    ),
    line_of("assortment.uom", "name", "Ед. изм."),
    line("pack.quantity", "В упаковке", CellKind.NUMBER),
)

QUANTITY = line("quantity", "Количество", CellKind.NUMBER)

PRICE = line_money("price", "Цена")

DISCOUNT = line("discount", "Скидка, %", CellKind.NUMBER)

VAT = line("vat", "НДС, %", CellKind.INTEGER)

VAT_ENABLED = line("vatEnabled", "Позиция с НДС", CellKind.BOOLEAN)

LINE_SUM = Column(
    id="position.sum",
    title="Сумма позиции",
    kind=CellKind.MONEY,
    level=Level.LINE,
    computed=Computed.LINE_SUM,
    currency=DOCUMENT_CURRENCY,
)

PRICED = (QUANTITY, PRICE, DISCOUNT, VAT, VAT_ENABLED, LINE_SUM)
"""What positions of sales and purchases have."""

SERIAL_NUMBERS = line("things[]", "Серийные номера", CellKind.LIST)

MARKING_CODES = (
    line("trackingCodes[].cis", "Коды маркировки", CellKind.LIST),
    line("trackingCodes[].trackingCodes[].cis", "Коды маркировки в упаковках", CellKind.LIST),
)

MARKING_CODES_1162 = line("trackingCodes_1162[].cis_1162", "Коды маркировки (тег 1162)", CellKind.LIST)

ORIGIN = (line_of("country", "name", "Страна происхождения"), line("gtd.name", "ГТД"))

SLOT = line_of("slot", "name", "Ячейка")

COST = line_money("cost", "Себестоимость позиции", currency="")
"""Sent for services, and for returns without a shipment (JSON API docs, positions)."""

LINE_OVERHEAD = line_money("overhead", "Накладные расходы позиции")

REASON = line("reason", "Причина")

REWARD = line_money("reward", "Вознаграждение")

CELL_PRICES = Column(
    id="position.cells.sum",
    title="Цены позиции",
    kind=CellKind.LIST,
    path="cells[].sum",
    level=Level.LINE,
    computed=Computed.PRICES,
)

STOCK = (
    line("stock.cost", "Себестоимость", CellKind.MONEY, fields="stock"),
    line("stock.quantity", "Остаток на складе", CellKind.NUMBER, fields="stock"),
    line("stock.reserve", "Резерв на складе", CellKind.NUMBER, fields="stock"),
    line("stock.intransit", "Ожидание на склад", CellKind.NUMBER, fields="stock"),
    line("stock.available", "Доступно на складе", CellKind.NUMBER, fields="stock"),
)
"""What `fields=stock` adds (JSON API docs, `fields`): as of the document for shipped ones, as of now for orders."""

TOTAL_QUANTITY = line_total("quantity", "Количество всего")

TOTAL_NAMES = Column(
    id="positions.names",
    title="Товары",
    kind=CellKind.LIST,
    path="assortment.name",
    reference="assortment",
    level=Level.TOTAL,
    computed=Computed.EACH,
)

TOTALS = (
    TOTAL_QUANTITY,
    Column(
        id="positions.sum",
        title="Сумма позиций",
        kind=CellKind.MONEY,
        level=Level.TOTAL,
        computed=Computed.LINE_SUMS,
        currency=DOCUMENT_CURRENCY,
    ),
    TOTAL_NAMES,
)
"""What can be said of all positions together."""

POSITIONS_COUNT = own("positions.meta.size", "Число позиций", CellKind.INTEGER)

POSITIONS = (POSITIONS_COUNT, POSITION_ID, *GOODS, *PRICED, *TOTALS)
"""The usual positions of a sale or purchase."""

VALUED_POSITIONS = (POSITIONS_COUNT, POSITION_ID, *GOODS, QUANTITY, PRICE, LINE_SUM, *TOTALS)
"""Positions of a movement of stock: no discount and no VAT."""

COUNTED_POSITIONS = (POSITIONS_COUNT, POSITION_ID, *GOODS, QUANTITY, TOTAL_QUANTITY, TOTAL_NAMES)
"""Positions without a price."""

USUAL_TOTALS = ("positions.quantity", "positions.sum", "positions.names")
"""What is chosen of the totals when nobody chooses; shown only where rows are documents with totals."""

USUAL_LINE_COLUMNS = (
    "position.id",
    "name",
    "moment",
    "agent.name",
    "position.assortment.name",
    "position.assortment.code",
    "position.assortment.article",
    "position.quantity",
    "position.assortment.uom.name",
    "position.price",
    "position.discount",
    "position.sum",
)

STOCK_LINE_COLUMNS = tuple(one for one in USUAL_LINE_COLUMNS if one not in {"agent.name", "position.discount"})
"""The same for movements of stock, which have no counterparty."""
