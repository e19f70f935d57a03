"""Stock by store (JSON API docs, report `stock/bystore`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter
from domain.exports.columns import Column, Level
from domain.exports.exporter import ById, Lines, RowMode
from domain.shared.cells import CellKind

_PRODUCT = Column(id="assortment.id", title="ID товара", kind=CellKind.TEXT, path="meta.href", href_id=True)
_STORE = Column(id="store.id", title="ID склада", kind=CellKind.TEXT, path="meta.href", href_id=True, level=Level.LINE)


class StockByStore(ReportExporter):
    """One row for each product in each store. MoySklad's rows bear no names: those are joined by id."""

    key = "stock.bystore"
    title = "Остатки по складам"
    report = "stock/bystore"
    units = 5
    asynchronous = True
    lines = Lines("stockByStore[]", "key")
    row_modes = (RowMode.POSITION,)
    by_id = (ById("assortment", "meta.href"),)
    columns = (
        Column(id="key", title="Ключ", kind=CellKind.TEXT, parts=(_PRODUCT, _STORE), level=Level.LINE),
        _PRODUCT,
        _STORE,
        v.own("meta.type", "Вид"),
        v.link("assortment", "Товар"),
        v.of("assortment", "code", "Код"),
        v.of("assortment", "article", "Артикул"),
        v.of("assortment", "externalCode", "Внешний код"),
        v.of("assortment", "pathName", "Группа"),
        v.row_field("name", "Склад", name="store.name"),
        v.row_field("stock", "Остаток", CellKind.NUMBER),
        v.row_field("reserve", "Резерв", CellKind.NUMBER),
        v.row_field("inTransit", "Ожидание", CellKind.NUMBER),
    )
    default_columns = (
        "key",
        "assortment.name",
        "assortment.code",
        "assortment.article",
        "store.name",
        "stock",
        "reserve",
        "inTransit",
    )
    filters = (*v.BY_STOCK_IN_STORES, v.STOCK_GROUPING)
