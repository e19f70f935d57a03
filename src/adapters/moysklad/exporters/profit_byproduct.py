"""Profit by product (JSON API docs, report `profit/byproduct`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter


class ProfitByProduct(ReportExporter):
    """One row for each product or service sold in the period.

    Sums are in the account's currency, margins are shares of one.
    """

    key = "profit.byproduct"
    title = "Прибыльность по товарам"
    report = "profit/byproduct"
    asynchronous = True
    key_column = "assortment.id"
    columns = (
        v.linked_id("assortment", "ID товара"),
        v.own("assortment.meta.type", "Вид"),
        v.own("assortment.name", "Товар"),
        v.own("assortment.code", "Код"),
        v.own("assortment.article", "Артикул"),
        v.own("assortment.uom.name", "Ед. изм."),
        v.number("sellQuantity", "Продано"),
        v.money("sellPrice", "Средняя цена продажи"),
        v.money("sellCost", "Себестоимость продажи"),
        v.money("sellSum", "Сумма продаж"),
        v.money("sellCostSum", "Себестоимость продаж"),
        v.number("returnQuantity", "Возвращено"),
        v.money("returnPrice", "Средняя цена возврата"),
        v.money("returnCost", "Себестоимость возврата"),
        v.money("returnSum", "Сумма возвратов"),
        v.money("returnCostSum", "Себестоимость возвратов"),
        *v.PROFIT,
    )
    default_columns = (
        "assortment.id",
        "assortment.name",
        "assortment.code",
        "assortment.article",
        "sellQuantity",
        "sellPrice",
        "sellSum",
        "sellCostSum",
        "returnQuantity",
        "returnSum",
        "profit",
        "margin",
    )
    filters = v.BY_PROFIT
