"""Profit by customer (JSON API docs, report `profit/bycounterparty`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter
from domain.exports.personal import PersonalKind


class ProfitByCounterparty(ReportExporter):
    """One row for each customer with sales in the period.

    Sums are in the account's currency, margins are shares of one.
    """

    key = "profit.bycounterparty"
    title = "Прибыльность по покупателям"
    report = "profit/bycounterparty"
    asynchronous = True
    key_column = "counterparty.id"
    columns = (
        v.linked_id("counterparty", "ID покупателя"),
        v.of_people(PersonalKind.NAME, v.own("counterparty.name", "Покупатель")),
        *v.PROFIT_OF_SALES,
        *v.PROFIT,
    )
    default_columns = (
        "counterparty.id",
        "counterparty.name",
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
