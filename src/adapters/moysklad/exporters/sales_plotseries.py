"""Sales over time (JSON API docs, report `sales/plotseries`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter
from domain.exports.exporter import Answer, Lines, RowMode
from domain.shared.cells import CellKind


class SalesSeries(ReportExporter):
    """One row for each hour, day or month of the period. Sums are in the account's currency."""

    key = "sales.plotseries"
    title = "Динамика продаж"
    report = "sales/plotseries"
    answer = Answer.OBJECT
    lines = Lines("series[]", "key")
    row_modes = (RowMode.POSITION,)
    columns = (
        v.row_field("date", "Ключ", name="key"),
        v.row_field("date", "Начало", CellKind.DATE_TIME),
        v.row_field("quantity", "Количество", CellKind.NUMBER),
        v.row_field("sum", "Сумма", CellKind.MONEY),
    )
    default_columns = (
        "key",
        "date",
        "quantity",
        "sum",
    )
    filters = (
        v.report_period(required=True, default="last_30_days"),
        v.INTERVAL,
        v.by_one("organization", "Организация", "organization"),
        v.by_one("store", "Склад", "store"),
        v.by_one("project", "Проект", "project"),
        v.by_one("retailStore", "Точка продаж", "retailstore"),
    )
