"""Figures of the month (JSON API docs, report `dashboard/month`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter
from domain.exports.columns import Column
from domain.exports.exporter import Answer
from domain.shared.cells import CellKind


class FiguresOfMonth(ReportExporter):
    """One row: sales, orders and money of this month so far, in the account's currency."""

    key = "dashboard.month"
    title = "Показатели за месяц"
    report = "dashboard/month"
    answer = Answer.OBJECT
    key_column = "period"
    columns = (Column(id="period", title="Период", kind=CellKind.TEXT, constant="month"), *v.FIGURES)
    default_columns = ("period", *(one.id for one in v.FIGURES))
