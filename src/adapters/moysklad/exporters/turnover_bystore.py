"""Turnover of one product by store (JSON API docs, report `turnover/bystore`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter
from domain.exports.columns import Column, Level
from domain.exports.exporter import Lines, RowMode
from domain.shared.cells import CellKind

_PRODUCT = v.linked_id("assortment", "ID товара")
_STORE = v.linked_id("store", "ID склада", level=Level.LINE)


class TurnoverByStore(ReportExporter):
    """One row for the product, and each of its variants, in each store. Sums are at cost, in the account's currency."""

    key = "turnover.bystore"
    title = "Обороты товара по складам"
    report = "turnover/bystore"
    lines = Lines("stockByStore[]", "key")
    row_modes = (RowMode.POSITION,)
    columns = (
        Column(id="key", title="Ключ", kind=CellKind.TEXT, parts=(_PRODUCT, _STORE), level=Level.LINE),
        _PRODUCT,
        _STORE,
        v.own("assortment.meta.type", "Вид"),
        v.own("assortment.name", "Товар"),
        v.own("assortment.code", "Код"),
        v.own("assortment.article", "Артикул"),
        v.own("assortment.productFolder.name", "Группа"),
        v.own("assortment.uom.name", "Ед. изм."),
        v.row_field("store.name", "Склад"),
        v.row_field("onPeriodStart.quantity", "На начало: количество", CellKind.NUMBER),
        v.row_field("onPeriodStart.sum", "На начало: сумма", CellKind.MONEY),
        v.row_field("income.quantity", "Приход: количество", CellKind.NUMBER),
        v.row_field("income.sum", "Приход: сумма", CellKind.MONEY),
        v.row_field("outcome.quantity", "Расход: количество", CellKind.NUMBER),
        v.row_field("outcome.sum", "Расход: сумма", CellKind.MONEY),
        v.row_field("onPeriodEnd.quantity", "На конец: количество", CellKind.NUMBER),
        v.row_field("onPeriodEnd.sum", "На конец: сумма", CellKind.MONEY),
    )
    default_columns = (
        "key",
        "assortment.name",
        "assortment.code",
        "store.name",
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
        v.by_one("product", "Товар", "product", required=True),
        *v.BY_TURNOVER,
    )
