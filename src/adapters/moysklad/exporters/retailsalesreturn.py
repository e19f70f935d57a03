"""Retail returns (JSON API docs, `retailsalesreturn`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter


class RetailReturns(PositionedExporter):
    """One row for each return at a till, or for each of its positions. Sums are in the return's own currency."""

    key = "retailsalesreturn"
    title = "Розничные возвраты"
    entity = "retailsalesreturn"
    columns = (
        *v.document(
            *v.DEALERS,
            v.STORE,
            v.CONTRACT,
            *v.RETAIL,
            *v.CURRENCY,
            v.SUM,
            v.VAT_SUM,
            *v.TILL_SUMS,
            *v.VAT_FLAGS,
            v.TAX_SYSTEM,
            v.named("demand", "Розничная продажа"),
            without=("files.meta.size",),
        ),
        *v.POSITIONS,
        v.COST,
        v.SERIAL_NUMBERS,
        *v.STOCK,
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "agent.name",
        "organization.name",
        "retailStore.name",
        "store.name",
        "demand.name",
        "sum",
        "cashSum",
        "noCashSum",
        "owner.name",
        "updated",
        *v.USUAL_TOTALS,
    )
    default_line_columns = (*v.USUAL_LINE_COLUMNS, "retailStore.name")
    filters = v.by_document(
        *v.BY_PARTIES,
        v.BY_STORE,
        v.BY_CONTRACT,
        v.BY_RETAIL_STORE,
        v.BY_RETAIL_SHIFT,
        *v.BY_ASSORTMENT,
        v.BY_SUM,
    )
