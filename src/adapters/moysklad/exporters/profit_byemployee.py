"""Profit by employee (JSON API docs, report `profit/byemployee`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter
from domain.exports.personal import PersonalKind


class ProfitByEmployee(ReportExporter):
    """One row for each employee with sales in the period.

    Sums are in the account's currency, margins are shares of one.
    """

    key = "profit.byemployee"
    title = "Прибыльность по сотрудникам"
    report = "profit/byemployee"
    asynchronous = True
    key_column = "employee.id"
    columns = (
        v.linked_id("employee", "ID сотрудника"),
        v.of_people(PersonalKind.NAME, v.own("employee.name", "Сотрудник")),
        *v.PROFIT_OF_SALES,
        *v.PROFIT,
    )
    default_columns = (
        "employee.id",
        "employee.name",
        "salesCount",
        "salesAvgCheck",
        "sellSum",
        "sellCostSum",
        "returnCount",
        "returnSum",
        "profit",
        "margin",
    )
    filters = v.BY_PROFIT
