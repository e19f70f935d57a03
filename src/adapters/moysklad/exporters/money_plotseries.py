"""Movement of money (JSON API docs, report `money/plotseries`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter
from domain.exports.columns import Column
from domain.exports.exporter import Answer, Lines, RowMode
from domain.shared.cells import CellKind


class MoneySeries(ReportExporter):
    """One row for each hour, day or month of the period. Sums are in the account's currency."""

    key = "money.plotseries"
    title = "Движение денежных средств"
    report = "money/plotseries"
    answer = Answer.OBJECT
    lines = Lines("series[]", "key")
    row_modes = (RowMode.POSITION,)
    columns = (
        v.row_field("date", "Ключ", name="key"),
        v.row_field("date", "Начало", CellKind.DATE_TIME),
        v.row_field("credit", "Доход", CellKind.MONEY),
        v.row_field("debit", "Расход", CellKind.MONEY),
        v.row_field("balance", "Баланс", CellKind.MONEY),
        Column(id="total.credit", title="Доход за весь период", kind=CellKind.MONEY, path="credit"),
        Column(id="total.debit", title="Расход за весь период", kind=CellKind.MONEY, path="debit"),
    )
    default_columns = (
        "key",
        "date",
        "credit",
        "debit",
        "balance",
    )
    filters = (
        v.report_period(required=True, default="last_30_days"),
        v.INTERVAL,
        v.by_one("organization", "Организация", "organization"),
        v.by_one("project", "Проект", "project"),
    )
