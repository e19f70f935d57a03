"""Internal orders (JSON API docs, `internalorder`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter


class InternalOrders(PositionedExporter):
    """One row for each order from one's own store, or for each of its positions."""

    key = "internalorder"
    title = "Внутренние заказы"
    entity = "internalorder"
    columns = (
        *v.document(
            v.ORGANIZATION,
            v.STORE,
            v.PROJECT,
            *v.CURRENCY,
            v.SUM,
            v.VAT_SUM,
            *v.VAT_FLAGS,
            v.moment("deliveryPlannedMoment", "Планируемая дата приёмки"),
            v.links("moves", "Перемещения"),
            v.links("purchaseOrders", "Заказы поставщикам"),
            v.PRODUCTION_TASKS,
        ),
        *v.VALUED_POSITIONS,
        v.VAT,
        v.VAT_ENABLED,
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "organization.name",
        "store.name",
        "sum",
        "deliveryPlannedMoment",
        "owner.name",
        "description",
        "updated",
        *v.USUAL_TOTALS,
    )
    default_line_columns = (*v.STOCK_LINE_COLUMNS, "store.name")
    filters = v.by_document(v.BY_ORGANIZATION, v.BY_PROJECT, *v.BY_ASSORTMENT, v.BY_SUM)
