"""Customer orders (JSON API docs, `customerorder`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter
from domain.shared.cells import CellKind


class CustomerOrders(PositionedExporter):
    """Sums are in the order's own currency."""

    key = "customerorder"
    title = "Заказы покупателей"
    entity = "customerorder"
    columns = (
        *v.document(
            *v.AGENT,
            v.ORGANIZATION,
            v.STORE,
            v.PROJECT,
            v.CONTRACT,
            v.SALES_CHANNEL,
            *v.CURRENCY,
            v.SUM,
            v.VAT_SUM,
            v.PAYED_SUM,
            v.SHIPPED_SUM,
            v.INVOICED_SUM,
            v.document_money("reservedSum", "Зарезервировано", volatile=True),
            *v.VAT_FLAGS,
            v.own("taxSystem", "Система налогообложения"),
            v.moment("deliveryPlannedMoment", "Планируемая дата отгрузки"),
            v.own("shipmentAddress", "Адрес доставки"),
            v.several("demands[].name", "Отгрузки", reference="demands[]"),
            v.several("invoicesOut[].name", "Счета покупателю", reference="invoicesOut[]"),
            v.several("payments[].name", "Платежи", reference="payments[]"),
            v.several("purchaseOrders[].name", "Заказы поставщикам", reference="purchaseOrders[]"),
            v.several("moves[].name", "Перемещения", reference="moves[]"),
        ),
        *v.POSITIONS,
        v.line("reserve", "Резерв", CellKind.NUMBER),
        v.line("shipped", "Отгружено позиции", CellKind.NUMBER),
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
        "reservedSum",
        "owner.name",
        "description",
        "updated",
        "meta.uuidHref",
    )
    default_line_columns = (*v.USUAL_LINE_COLUMNS, "position.reserve", "position.shipped")
    filters = (
        *v.BY_DOCUMENT,
        v.BY_CODE,
        v.by_moment("deliveryPlannedMoment", "Планируемая дата отгрузки"),
        v.BY_AGENT,
        v.BY_ORGANIZATION,
        v.BY_STORE,
        v.BY_PROJECT,
        v.BY_CONTRACT,
        v.BY_SALES_CHANNEL,
        v.BY_ASSORTMENT,
        v.BY_SUM,
        v.by_text("shipmentAddress", "Адрес доставки"),
    )
