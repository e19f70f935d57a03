"""Stock in stores at this moment (JSON API docs, report `stock/bystore/current`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter
from domain.exports.columns import Column
from domain.exports.exporter import Answer, ById
from domain.shared.cells import CellKind

_PRODUCT = v.own("assortmentId", "ID товара")
_STORE = v.own("storeId", "ID склада")


class StockByStoreNow(ReportExporter):
    """One row for each product in each store.

    Of the five quantities an answer holds the one that `stockType` asks for; the others stay empty. What is reserved
    without a store has an empty store, and a key that ends with `/`. Stock that MoySklad is just counting anew comes
    as an empty cell, so that its row does not vanish in between.

    A run that asks for the stock without zeros reads what changed of late; once a day it reads everything, because
    nothing tells that a good has another name now.
    """

    key = "stock.bystore.current"
    title = "Текущие остатки по складам"
    report = "stock/bystore/current"
    answer = Answer.ARRAY
    recent = v.CHANGED_STOCK
    stock_report = "bystore"
    key_column = "key"
    by_id = (ById("assortment", "assortmentId", "assortment"), ById("store", "storeId", "store"))
    columns = (
        Column(id="key", title="Ключ", kind=CellKind.TEXT, parts=(_PRODUCT, _STORE)),
        _PRODUCT,
        _STORE,
        v.link("assortment", "Товар"),
        v.of("assortment", "code", "Код"),
        v.of("assortment", "article", "Артикул"),
        v.of("assortment", "externalCode", "Внешний код"),
        v.of("assortment", "pathName", "Группа"),
        v.link("store", "Склад"),
        v.number("stock", "Остаток"),
        v.number("freeStock", "Остаток без резерва"),
        v.number("quantity", "Доступно"),
        v.number("reserve", "Резерв"),
        v.number("inTransit", "Ожидание"),
    )
    default_columns = (
        "key",
        "assortment.name",
        "assortment.code",
        "assortment.article",
        "store.name",
        "stock",
    )
    filters = (
        v.STOCK_TYPE,
        v.parameter("include", "Нулевые остатки", "zeroLines"),
        v.parameter("withRecalculate", "С пересчитываемыми", "true", "false", default="true"),
        v.by_given_id("assortmentId", "ID товара"),
        v.by_given_id("storeId", "ID склада"),
    )
