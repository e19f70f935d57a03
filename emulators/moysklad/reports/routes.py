"""Which report a path is, who may read it and whether it can be built in the background."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from emulators.moysklad import errors
from emulators.moysklad.calls import Answer, Call
from emulators.moysklad.reports import (
    answers,
    by_operations,
    counterparties,
    current,
    money,
    profit,
    series,
    stock,
    stock_of_document,
    turnover,
)
from emulators.moysklad.reports.answers import Table, Whole


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `rights` are those of a solution and of employees who are not administrators (reference 4.3);
    `background` tells whether `async=true` is supported (reference 1.14).
    """

    build: Callable[[Call], Table | Whole]
    rights: tuple[str, ...]
    background: bool = False


STOCK = ("viewStockReport",)
PROFIT = ("viewSaleProfit",)
TURNOVER = ("viewTurnover",)
FIGURES = ("viewDashboard",)
MONEY = ("viewDashboard", "viewMoneyDashboard")
CLIENTS = ("viewCompanyCRM",)
REPORTS = {
    "stock/all": Report(stock.over_all, STOCK, background=True),
    "stock/bystore": Report(stock.by_store, STOCK, background=True),
    "stock/byoperation": Report(stock_of_document.by_operation, STOCK),
    "stock/all/current": Report(current.over_all, STOCK),
    "stock/bystore/current": Report(current.by_store, STOCK),
    "stock/byslot/current": Report(current.by_slot, STOCK),
    "profit/byproduct": Report(profit.by_product, PROFIT, background=True),
    "profit/byvariant": Report(profit.by_variant, PROFIT, background=True),
    "profit/byemployee": Report(profit.by_employee, PROFIT, background=True),
    "profit/bycounterparty": Report(profit.by_counterparty, PROFIT, background=True),
    "profit/bysaleschannel": Report(profit.by_sales_channel, PROFIT, background=True),
    "turnover/all": Report(turnover.over_all, TURNOVER),
    "turnover/bystore": Report(turnover.by_store, TURNOVER),
    "turnover/byoperations": Report(turnover.by_operations, TURNOVER),
    "money/plotseries": Report(series.money, MONEY, background=True),
    "money/byaccount": Report(money.by_account, MONEY, background=True),
    "sales/plotseries": Report(series.sales, FIGURES, background=True),
    "orders/plotseries": Report(series.orders, FIGURES, background=True),
    "dashboard/day": Report(money.day, FIGURES, background=True),
    "dashboard/week": Report(money.week, FIGURES, background=True),
    "dashboard/month": Report(money.month, FIGURES, background=True),
    "counterparty": Report(counterparties.every, CLIENTS, background=True),
    "byoperations/stock": Report(by_operations.stock, STOCK),
    "byoperations/reserve": Report(by_operations.reserve, STOCK),
    "byoperations/intransit": Report(by_operations.transit, STOCK),
}
KEPT = 4
"""How many reports an account keeps ready for their next pages."""
ZONE = "X-Lognex-Accept-Timezone"
FOR_EVERYONE = {"stock/all", "stock/bystore", "stock/byoperation"}
"""Reports that an employee needs no right for (JSON API docs, stock report)."""


def handle(call: Call, rest: list[str]) -> Answer:
    """Everything under `/report`. Raises ApiError for what the vendor would refuse."""
    path = "/".join(rest)
    match (call.method, rest):
        case ("GET", ["counterparty", identifier]):
            permit(call, "counterparty")
            return _answer(call, counterparties.one(call, identifier))
        case ("POST", ["counterparty"]):
            permit(call, "counterparty")
            return _answer(call, counterparties.some(call))
    if path not in REPORTS:
        raise errors.unknown_path(call.path)
    if call.method != "GET":
        raise errors.method_refused(call.method)
    permit(call, path)
    return _answer(call, _built(call, path))


def permit(call: Call, path: str) -> None:
    """Raises ApiError 1016 when the caller has no right to a report."""
    for right in REPORTS[path].rights:
        call.need("view", right)
    person = call.caller.person
    if person is not None and not person.admin and path not in FOR_EVERYONE:
        raise errors.denied("view")


def whole(call: Call, path: str) -> bytes:
    """The complete report, as an asynchronous task delivers it."""
    permit(call, path)
    made = REPORTS[path].build(call)
    return answers.everything(call, made) if isinstance(made, Table) else msgspec.json.encode(made.body)


def _built(call: Call, path: str) -> Table | Whole:
    """The report; one that is asked for again within the minute, as by pages, is built once for all of them.

    Only the selection is kept, never beyond a change of the account; what is being recalculated is not kept at all.
    """
    tables = call.account.stock.tables
    asked = tuple(pair for pair in call.query.items() if pair[0] not in {"limit", "offset"})
    minute, costs = call.world.clock.this_minute(), stock.sees_costs(call)
    question = (call.account.version, minute, costs, path, asked, call.headers.get(ZONE, ""))
    if question not in tables or call.world.settings.stock_recalculation_seconds > 0:
        made = REPORTS[path].build(call)
        if not isinstance(made, Table):
            return made
        while len(tables) >= KEPT:
            del tables[next(iter(tables))]
        tables[question] = made
    found: Table = tables[question]
    return found


def _answer(call: Call, made: Table | Whole) -> Answer:
    if isinstance(made, Table):
        return Answer(answers.page(call, made), kind="report")
    return Answer(msgspec.json.encode(made.body), kind="report", headers=made.headers)
