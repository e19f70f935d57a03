"""Stock beside the lines of one document (JSON API docs, "stock report by document")."""

from typing import Any

from emulators.moysklad import errors
from emulators.moysklad.accounts import Account
from emulators.moysklad.calls import Call
from emulators.moysklad.records import Record
from emulators.moysklad.reports import documents, goods, ledger
from emulators.moysklad.reports.answers import Table
from emulators.moysklad.reports.ledger import Balance
from emulators.moysklad.reports.stock import sees_costs
from emulators.moysklad.stockbook import Place

OF_THE_MOMENT = ("demand", "retaildemand", "supply", "retailsalesreturn", "purchasereturn", "salesreturn")
OF_TODAY = ("customerorder", "invoiceout", "purchaseorder", "invoicein")


def by_operation(call: Call) -> Table:
    """`/report/stock/byoperation?operation.id=`: stock of a document's goods in its store, as of its moment for
    what is shipped, as of now for orders and invoices.
    """
    identifier = call.query.get("operation.id")
    if identifier is None:
        raise errors.bad_parameters("operation.id")
    record = documents.find(call.account, identifier.lower(), (*OF_THE_MOMENT, *OF_TODAY))
    if record is None:
        raise errors.not_found("operation", identifier)
    now = call.world.clock.now()
    until = documents.moment(record) if record.entity.name in OF_THE_MOMENT else now
    balances = ledger.ledger(call.account).balances(until)
    return Table(
        "stockbyoperation",
        [record],
        lambda one: _operation(call.account, one, balances, costs=sees_costs(call)),
        flat_context=True,
        with_query=True,
    )


def _operation(account: Account, record: Record, balances: dict[Place, Balance], *, costs: bool) -> dict[str, Any]:
    store = documents.link(record, "store")
    shown = []
    for ref, line in documents.lines(record):
        balance = Balance()
        for (good, place), one in balances.items():
            if good == ref.id and (store is None or place == store.id):
                balance.add(one)
        row = {
            "meta": goods.meta(account, ref, screen=False),
            "name": goods.name(goods.find(account, ref)),
            "stock": balance.stock,
            "cost": round(balance.unit_cost * line.quantity, 4),
            "inTransit": balance.transit,
            "reserve": balance.reserve,
            "quantity": round(balance.quantity, 4),
        }
        if not costs:
            del row["cost"]
        shown.append(row)
    return {"meta": goods.meta(account, record.ref, screen=False), "positions": shown}
