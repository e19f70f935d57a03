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
        v.of("assortment", "name", "Товар"),
        v.of("assortment", "code", "Код"),
        v.of("assortment", "article", "Артикул"),
        Column(id="store.name", title="Склад", kind=CellKind.TEXT, path="name", level=Level.LINE),
        Column(id="stock", title="Остаток", kind=CellKind.NUMBER, path="stock", level=Level.LINE),
        Column(id="reserve", title="Резерв", kind=CellKind.NUMBER, path="reserve", level=Level.LINE),
        Column(id="inTransit", title="Ожидание", kind=CellKind.NUMBER, path="inTransit", level=Level.LINE),
    )
    default_columns = ("key", "assortment.name", "assortment.code", "store.name", "stock", "reserve", "inTransit")
    filters = (
        v.by_reference("store", "Склад", "store"),
        v.by_reference("productFolder", "Группа товаров", "productfolder"),
        v.by_reference("product", "Товар", "product"),
        v.parameter("groupBy", "Группировка", "product", "variant", "consignment", default="variant"),
    )
