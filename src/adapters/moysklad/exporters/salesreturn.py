"""Returns from customers (JSON API docs, `salesreturn`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter


class SalesReturns(PositionedExporter):
    """One row for each return, or for each of its positions. Sums are in the return's own currency."""

    key = "salesreturn"
    title = "Возвраты покупателей"
    entity = "salesreturn"
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
            *v.VAT_FLAGS,
            v.link("demand", "Отгрузка"),
            v.link("factureOut", "Счёт-фактура выданный"),
            v.links("losses", "Списания"),
            *v.PAYMENTS,
        ),
        *v.POSITIONS,
        v.COST,
        v.SLOT,
        *v.ORIGIN,
        v.SERIAL_NUMBERS,
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
        "demand.name",
        "owner.name",
        "description",
        "updated",
        *v.USUAL_TOTALS,
    )
    default_line_columns = v.USUAL_LINE_COLUMNS
    filters = v.by_document(
        *v.BY_PARTIES,
        v.BY_STORE,
        *v.BY_TERMS,
        v.BY_SALES_CHANNEL,
        *v.BY_ASSORTMENT,
        v.BY_SUM,
    )
