"""Stock at this moment (JSON API docs, report `stock/all/current`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter
from domain.exports.exporter import Answer, ById


class StockAllNow(ReportExporter):
    """One row for each product, variant and consignment.

    Of the five quantities an answer holds the one that `stockType` asks for; the others stay empty. Without
    `include` what has run out is missing.

    A run that asks for the stock without zeros reads what changed of late; once a day it reads everything, because
    nothing tells that a good has another name now.
    """

    key = "stock.all.current"
    title = "Текущие остатки"
    report = "stock/all/current"
    answer = Answer.ARRAY
    recent = v.CHANGED_STOCK
    stock_report = "all"
    key_column = "assortmentId"
    by_id = (ById("assortment", "assortmentId", "assortment"),)
    columns = (
        v.own("assortmentId", "ID товара"),
        v.link("assortment", "Товар"),
        v.of("assortment", "code", "Код"),
        v.of("assortment", "article", "Артикул"),
        v.of("assortment", "externalCode", "Внешний код"),
        v.of("assortment", "pathName", "Группа"),
        v.number("stock", "Остаток"),
        v.number("freeStock", "Остаток без резерва"),
        v.number("quantity", "Доступно"),
        v.number("reserve", "Резерв"),
        v.number("inTransit", "Ожидание"),
    )
    default_columns = (
        "assortmentId",
        "assortment.name",
        "assortment.code",
        "assortment.article",
        "stock",
    )
    filters = (
        v.STOCK_TYPE,
        v.parameter("include", "Нулевые остатки", "zeroLines"),
        v.by_given_id("assortmentId", "ID товара"),
        v.by_given_id("storeId", "ID склада"),
    )
