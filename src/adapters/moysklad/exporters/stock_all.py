"""Stock with prices (JSON API docs, report `stock/all`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter


class StockAll(ReportExporter):
    """One row for each product, variant or consignment, as `groupBy` says. Prices are in the account's currency.

    Without a word on `quantityMode` MoySklad leaves out what is all reserved; here it is asked for all, unless a
    condition says otherwise.
    """

    key = "stock.all"
    title = "Остатки расширенные"
    report = "stock/all"
    units = 5
    asynchronous = True
    columns = (
        v.linked_id("", "ID товара"),
        v.own("meta.type", "Вид"),
        v.NAME,
        v.CODE,
        v.ARTICLE,
        v.EXTERNAL_CODE,
        v.own("folder.name", "Группа"),
        v.own("folder.pathName", "Путь группы"),
        v.own("uom.name", "Ед. изм."),
        v.number("stock", "Остаток"),
        v.number("reserve", "Резерв"),
        v.number("inTransit", "Ожидание"),
        v.number("quantity", "Доступно"),
        v.money("price", "Себестоимость"),
        v.money("salePrice", "Цена продажи"),
        v.number("stockDays", "Дней на складе"),
        v.PAGE,
    )
    default_columns = (
        "id",
        "name",
        "code",
        "article",
        "folder.name",
        "uom.name",
        "stock",
        "reserve",
        "inTransit",
        "quantity",
        "price",
        "salePrice",
        "stockDays",
    )
    filters = (
        *v.BY_STOCK,
        v.by_choice("quantityMode", "Доступно", *v.STOCK_MODES, default="all"),
        v.by_flag("withSubFolders", "Вместе с подгруппами"),
        v.by_flag("reserveOnly", "Только с резервом"),
        v.by_flag("inTransitOnly", "Только с ожиданием"),
        v.by_count("stockDaysFrom", "Дней на складе, от"),
        v.by_count("stockDaysTo", "Дней на складе, до"),
        v.BY_ARCHIVED,
        v.STOCK_GROUPING,
    )
