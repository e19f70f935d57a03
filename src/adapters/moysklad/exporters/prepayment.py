"""Prepayments at a till (JSON API docs, `prepayment`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter


class Prepayments(PositionedExporter):
    """One row for each prepayment, or for each of its positions."""

    key = "prepayment"
    title = "Предоплаты"
    entity = "prepayment"
    columns = (
        *v.document(
            *v.AGENT,
            v.ORGANIZATION,
            *v.RETAIL,
            *v.CURRENCY,
            v.SUM,
            v.VAT_SUM,
            *v.TILL_SUMS,
            *v.VAT_FLAGS,
            v.TAX_SYSTEM,
            v.named("customerOrder", "Заказ покупателя"),
            v.all_named("returns", "Возвраты предоплаты"),
        ),
        *v.POSITIONS,
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "agent.name",
        "organization.name",
        "retailStore.name",
        "customerOrder.name",
        "sum",
        "cashSum",
        "noCashSum",
        "qrSum",
        "updated",
        *v.USUAL_TOTALS,
    )
    default_line_columns = v.USUAL_LINE_COLUMNS
    filters = v.by_document(
        *v.BY_PARTIES,
        v.BY_RETAIL_STORE,
        v.BY_RETAIL_SHIFT,
        *v.BY_ASSORTMENT,
        v.BY_SUM,
    )
