"""Filters that reports share."""

from adapters.moysklad.vocabulary.filtering import (
    by_choice,
    by_flag,
    by_given,
    by_one,
    by_reference,
    parameter,
    report_period,
)
from domain.exports.exporter import Recent
from domain.exports.filters import Filter, FilterKind, Operator

STOCK_MODES = ("all", "positiveOnly", "negativeOnly", "empty", "nonEmpty", "underMinimum")

STOCK_TYPE = parameter(
    "stockType", "Что показать", "stock", "freeStock", "quantity", "reserve", "inTransit", default="stock"
)

CHANGED_STOCK = Recent("changedSince", "stock", under=(("stockType", "stock"), ("include", "")))
"""What the brief stock reports tell of changes. That they tell when a reserve or an expectation alone changed is not
documented, so that only the stock itself is asked for like that. Nor can an answer with zero lines be told apart from
one in which goods were deleted: whoever wants to see zeros has everything read each time.
"""

STOCK_GROUPING = parameter("groupBy", "Группировка", "product", "variant", "consignment", default="variant")

_AS_OF = (
    by_flag("soldByWeight", "Весовые товары"),
    Filter("moment", "На момент", FilterKind.DATE_TIME, "moment", single=True, operators=(Operator.EQUAL,)),
    by_given("search", "Поиск"),
)
BY_STOCK = (
    by_reference("store", "Склад", "store"),
    by_reference("productFolder", "Группа товаров", "productfolder"),
    by_reference("product", "Товар", "product"),
    by_reference("variant", "Модификация", "variant"),
    by_reference("consignment", "Партия", "consignment"),
    by_reference("supplier", "Поставщик", "counterparty"),
    by_choice("stockMode", "Остаток", *STOCK_MODES),
    *_AS_OF,
)
BY_STOCK_IN_STORES = (
    by_one("store", "Склад", "store"),
    by_one("productFolder", "Группа товаров", "productfolder"),
    by_one("product", "Товар", "product"),
    by_one("variant", "Модификация", "variant"),
    by_one("consignment", "Партия", "consignment"),
    by_one("supplier", "Поставщик", "counterparty"),
    by_choice("stockMode", "Остаток", *STOCK_MODES),
    *_AS_OF,
)
"""The report by store knows no `!=`; without `stockMode` it leaves out goods of which no store has any."""

BY_PROFIT = (
    report_period(default="this_month"),
    by_reference("product", "Товар", "product"),
    by_reference("product", "Модификация", "variant", name="variant"),
    by_reference("product", "Услуга", "service", name="service"),
    by_reference("product", "Комплект", "bundle", name="bundle"),
    by_reference("productFolder", "Группа товаров", "productfolder"),
    by_flag("withSubFolders", "Вместе с подгруппами"),
    by_one("counterparty", "Контрагент", "counterparty"),
    by_given("agentTag", "Группа контрагентов"),
    by_one("organization", "Организация", "organization"),
    by_one("store", "Склад", "store"),
    by_one("project", "Проект", "project"),
    by_one("retailStore", "Точка продаж", "retailstore"),
    by_one("supplier", "Поставщик", "counterparty"),
    by_one("salesChannel", "Канал продаж", "saleschannel"),
    by_choice("entityType", "Вид документа", "demand", "retaildemand"),
)
"""The period and the filters of profit reports (JSON API docs, report `profit`). Without a period of one's own it is
this month, said outright: MoySklad's own default is the last month up to now."""

BY_TURNOVER = (
    by_one("agent", "Контрагент", "counterparty"),
    by_given("agentTag", "Группа контрагентов"),
    by_one("contract", "Договор", "contract"),
    by_one("organization", "Организация", "organization"),
    by_one("project", "Проект", "project"),
    by_one("retailStore", "Точка продаж", "retailstore"),
    by_one("store", "Склад", "store"),
    by_choice(
        "type",
        "Вид документа",
        "supply",
        "purchasereturn",
        "demand",
        "salesreturn",
        "loss",
        "enter",
        "move",
        "processing",
        "retaildemand",
        "retailsalesreturn",
        "productionstagecompletion",
    ),
)

INTERVAL = parameter("interval", "Интервал", "hour", "day", "month", default="day")
