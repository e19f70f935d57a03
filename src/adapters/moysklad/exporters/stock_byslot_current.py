"""Stock in the cells of stores at this moment (JSON API docs, report `stock/byslot/current`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter
from domain.exports.columns import Column
from domain.exports.exporter import Answer, ById
from domain.shared.cells import CellKind

_PRODUCT = v.own("assortmentId", "ID товара")
_STORE = v.own("storeId", "ID склада")
_SLOT = v.own("slotId", "ID ячейки")


class StockBySlotNow(ReportExporter):
    """One row for each product in each cell of a store with addressed storage; what lies outside of cells is not shown.

    MoySklad wants to be asked for a store or for goods, and here it is a store. `changedSince` is not documented for
    this report, so that it is read whole.
    """

    key = "stock.byslot.current"
    title = "Текущие остатки по ячейкам"
    report = "stock/byslot/current"
    answer = Answer.ARRAY
    key_column = "key"
    by_id = (ById("assortment", "assortmentId", "assortment"), ById("store", "storeId", "store"))
    columns = (
        Column(id="key", title="Ключ", kind=CellKind.TEXT, parts=(_PRODUCT, _STORE, _SLOT)),
        _PRODUCT,
        _STORE,
        _SLOT,
        v.link("assortment", "Товар"),
        v.of("assortment", "code", "Код"),
        v.of("assortment", "article", "Артикул"),
        v.of("assortment", "externalCode", "Внешний код"),
        v.of("assortment", "pathName", "Группа"),
        v.link("store", "Склад"),
        v.number("stock", "Остаток"),
    )
    default_columns = (
        "key",
        "assortment.name",
        "assortment.code",
        "assortment.article",
        "store.name",
        "slotId",
        "stock",
    )
    filters = (
        v.by_given_id("storeId", "ID склада", required=True),
        v.by_given_id("assortmentId", "ID товара"),
    )
