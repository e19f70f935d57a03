"""Turnover of one product by document (JSON API docs, report `turnover/byoperations`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter
from domain.exports.columns import Column
from domain.exports.personal import PersonalKind
from domain.shared.cells import CellKind

_OPERATION = v.linked_id("operation", "ID документа")
_PRODUCT = v.linked_id("assortment", "ID товара")
_STORE = v.linked_id("store", "ID склада")


class TurnoverByOperations(ReportExporter):
    """One row for each document that moved the product or one of its variants, in each store; what left is negative.

    Costs are in the account's currency. That a document has one row for a good in a store is not documented: where it
    has more, the keys of the others end with a number.
    """

    key = "turnover.byoperations"
    title = "Обороты товара по документам"
    report = "turnover/byoperations"
    key_column = "key"
    twins = True
    columns = (
        Column(id="key", title="Ключ", kind=CellKind.TEXT, parts=(_OPERATION, _PRODUCT, _STORE)),
        _OPERATION,
        _PRODUCT,
        _STORE,
        v.own("operation.meta.type", "Вид документа"),
        v.own("operation.name", "Номер документа"),
        v.own("operation.moment", "Дата", CellKind.DATE_TIME),
        v.own("operation.description", "Комментарий"),
        v.of_people(PersonalKind.NAME, v.own("operation.agent.name", "Контрагент")),
        v.own("assortment.meta.type", "Вид"),
        v.own("assortment.name", "Товар"),
        v.own("assortment.code", "Код"),
        v.own("assortment.article", "Артикул"),
        v.own("assortment.productFolder.name", "Группа"),
        v.own("assortment.uom.name", "Ед. изм."),
        v.own("store.name", "Склад"),
        v.number("quantity", "Количество"),
        v.money("cost", "Себестоимость"),
        v.money("sum", "Сумма себестоимости"),
    )
    default_columns = (
        "key",
        "operation.meta.type",
        "operation.name",
        "operation.moment",
        "operation.agent.name",
        "assortment.name",
        "store.name",
        "quantity",
        "cost",
        "sum",
    )
    filters = (
        v.report_period(default="this_month"),
        v.by_one("product", "Товар", "product", required=True),
        *v.BY_TURNOVER,
    )
