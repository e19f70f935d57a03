"""Figures of the week (JSON API docs, report `dashboard/week`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter
from domain.exports.columns import Column
from domain.exports.exporter import Answer
from domain.shared.cells import CellKind


class FiguresOfWeek(ReportExporter):
    """One row: sales, orders and money of this week so far, in the account's currency."""

    key = "dashboard.week"
    title = "Показатели за неделю"
    report = "dashboard/week"
    answer = Answer.OBJECT
    key_column = "period"
    columns = (Column(id="period", title="Период", kind=CellKind.TEXT, constant="week"), *v.FIGURES)
    default_columns = ("period", *(one.id for one in v.FIGURES))
