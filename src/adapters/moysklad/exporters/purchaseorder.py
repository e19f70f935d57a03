"""Orders to suppliers (JSON API docs, `purchaseorder`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter
from domain.shared.cells import CellKind


class PurchaseOrders(PositionedExporter):
    """One row for each order, or for each of its positions. Sums are in the order's own currency."""

    key = "purchaseorder"
    title = "Заказы поставщикам"
    entity = "purchaseorder"
    columns = (
        *v.document(
            *v.DEALERS,
            v.STORE,
            v.PROJECT,
            v.CONTRACT,
            *v.CURRENCY,
            v.SUM,
            v.VAT_SUM,
            v.PAYED_SUM,
            v.document_money("shippedSum", "Принято", volatile=True),
            v.INVOICED_SUM,
            v.document_money("waitSum", "В пути", volatile=True),
            *v.VAT_FLAGS,
            v.moment("deliveryPlannedMoment", "Планируемая дата приёмки"),
            v.links("customerOrders", "Заказы покупателей"),
            v.link("internalOrder", "Внутренний заказ"),
            v.links("supplies", "Приёмки"),
            v.links("invoicesIn", "Счета поставщиков"),
            *v.PAYMENTS,
            v.PRODUCTION_TASKS,
        ),
        *v.POSITIONS,
        v.line("shipped", "Принято позиции", CellKind.NUMBER, volatile=True),
        v.line("inTransit", "Ожидание", CellKind.NUMBER, volatile=True),
        *v.STOCK,
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "agent.name",
        "organization.name",
        "store.name",
        "sum",
        "payedSum",
        "shippedSum",
        "waitSum",
        "deliveryPlannedMoment",
        "owner.name",
        "description",
        "updated",
        *v.USUAL_TOTALS,
    )
    default_line_columns = (*v.USUAL_LINE_COLUMNS, "position.shipped", "position.inTransit")
    filters = v.by_document(
        v.by_moment("deliveryPlannedMoment", "Планируемая дата приёмки"),
        *v.BY_PARTIES,
        v.BY_STORE,
        *v.BY_TERMS,
        *v.BY_ASSORTMENT,
        v.BY_SUM,
    )
