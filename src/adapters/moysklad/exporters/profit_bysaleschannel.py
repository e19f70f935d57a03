"""Profit by sales channel (JSON API docs, report `profit/bysaleschannel`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import ReportExporter


class ProfitBySalesChannel(ReportExporter):
    """One row for each sales channel with sales in the period.

    Sums are in the account's currency, margins are shares of one.
    """

    key = "profit.bysaleschannel"
    title = "Прибыльность по каналам продаж"
    report = "profit/bysaleschannel"
    asynchronous = True
    key_column = "salesChannel.id"
    columns = (
        v.linked_id("salesChannel", "ID канала"),
        v.own("salesChannel.name", "Канал продаж"),
        v.own("salesChannel.type", "Тип канала"),
        *v.PROFIT_OF_SALES,
        *v.PROFIT,
    )
    default_columns = (
        "salesChannel.id",
        "salesChannel.name",
        "salesCount",
        "salesAvgCheck",
        "sellSum",
        "sellCostSum",
        "returnCount",
        "returnSum",
        "profit",
        "margin",
    )
    filters = tuple(one for one in v.BY_PROFIT if one.id != "retailStore")
