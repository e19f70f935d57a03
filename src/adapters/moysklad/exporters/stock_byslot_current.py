"""Stock in the slots of a store at this moment (JSON API docs, report `stock/byslot/current`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter
from domain.exports.columns import Column
from domain.exports.exporter import Answer, ById
from domain.shared.cells import CellKind

_PRODUCT = v.own("assortmentId", "ID товара")
_STORE = v.own("storeId", "ID склада")
_SLOT = v.own("slotId", "ID ячейки")


class StockBySlotNow(ReportExporter):
    """One row for each product in each slot of the store that the filter names.

    Slots are known by their ids only: MoySklad has no list of all slots to join.
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
        v.by_given("storeId", "ID склада", required=True),
        v.by_given("assortmentId", "ID товара"),
    )
