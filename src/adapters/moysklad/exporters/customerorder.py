"""Customer orders (JSON API docs, `customerorder`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter
from domain.exports.personal import PersonalKind
from domain.shared.cells import CellKind


class CustomerOrders(PositionedExporter):
    """One row for each order, or for each of its positions. Sums are in the order's own currency."""

    key = "customerorder"
    title = "Заказы покупателей"
    entity = "customerorder"
    by_id = v.address_links("shipmentAddressFull")
    columns = (
        *v.document(
            *v.DEALERS,
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
            v.TAX_SYSTEM,
            v.moment("deliveryPlannedMoment", "Планируемая дата отгрузки"),
            v.of_people(PersonalKind.ADDRESS, v.own("shipmentAddress", "Адрес доставки")),
            *v.address_of_people("shipmentAddressFull", "доставки"),
            v.links("demands", "Отгрузки"),
            v.links("invoicesOut", "Счета покупателю"),
            *v.PAYMENTS,
            v.links("prepayments", "Предоплаты"),
            v.links("purchaseOrders", "Заказы поставщикам"),
            v.links("moves", "Перемещения"),
            v.PRODUCTION_TASKS,
        ),
        *v.POSITIONS,
        v.line("reserve", "Резерв", CellKind.NUMBER, volatile=True),
        v.line("shipped", "Отгружено позиции", CellKind.NUMBER, volatile=True),
        v.line("taxSystem", "Система налогообложения позиции"),
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
        *v.USUAL_TOTALS,
    )
    default_line_columns = (*v.USUAL_LINE_COLUMNS, "position.reserve", "position.shipped")
    filters = v.by_document(
        v.by_moment("deliveryPlannedMoment", "Планируемая дата отгрузки"),
        *v.BY_PARTIES,
        v.BY_STORE,
        *v.BY_TERMS,
        v.BY_SALES_CHANNEL,
        *v.BY_ASSORTMENT,
        v.BY_SUM,
        v.by_text("shipmentAddress", "Адрес доставки"),
    )
