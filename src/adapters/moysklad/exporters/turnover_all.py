"""Turnover of stock (JSON API docs, report `turnover/all`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter


class Turnover(ReportExporter):
    """One row for each product or variant in the period. Sums are at cost, in the account's currency."""

    key = "turnover.all"
    title = "Обороты"
    report = "turnover/all"
    key_column = "assortment.id"
    columns = (
        v.linked_id("assortment", "ID товара"),
        v.own("assortment.meta.type", "Вид"),
        v.own("assortment.name", "Товар"),
        v.own("assortment.code", "Код"),
        v.own("assortment.article", "Артикул"),
        v.own("assortment.productFolder.name", "Группа"),
        v.own("assortment.uom.name", "Ед. изм."),
        v.number("onPeriodStart.quantity", "На начало: количество"),
        v.money("onPeriodStart.sum", "На начало: сумма"),
        v.number("income.quantity", "Приход: количество"),
        v.money("income.sum", "Приход: сумма"),
        v.number("outcome.quantity", "Расход: количество"),
        v.money("outcome.sum", "Расход: сумма"),
        v.number("onPeriodEnd.quantity", "На конец: количество"),
        v.money("onPeriodEnd.sum", "На конец: сумма"),
    )
    default_columns = (
        "assortment.id",
        "assortment.name",
        "assortment.code",
        "assortment.article",
        "onPeriodStart.quantity",
        "onPeriodStart.sum",
        "income.quantity",
        "income.sum",
        "outcome.quantity",
        "outcome.sum",
        "onPeriodEnd.quantity",
        "onPeriodEnd.sum",
    )
    filters = (
        v.report_period(default="this_month"),
        v.parameter("groupBy", "Группировка", "product", "variant"),
        v.by_one("product", "Товар", "product"),
        v.by_one("variant", "Модификация", "variant"),
        v.by_one("supplier", "Поставщик", "counterparty"),
        *v.BY_TURNOVER,
        v.by_flag("withoutturnover", "Товары без движения"),
        v.BY_ARCHIVED,
    )
