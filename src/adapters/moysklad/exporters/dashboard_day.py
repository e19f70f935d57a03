"""Figures of the day (JSON API docs, report `dashboard/day`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter
from domain.exports.columns import Column
from domain.exports.exporter import Answer
from domain.shared.cells import CellKind


class FiguresOfDay(ReportExporter):
    """One row: sales, orders and money of this day so far, in the account's currency."""

    key = "dashboard.day"
    title = "Показатели за день"
    report = "dashboard/day"
    answer = Answer.OBJECT
    key_column = "period"
    columns = (Column(id="period", title="Период", kind=CellKind.TEXT, constant="day"), *v.FIGURES)
    default_columns = ("period", *(one.id for one in v.FIGURES))
