"""Returns to suppliers (JSON API docs, `purchasereturn`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter


class PurchaseReturns(PositionedExporter):
    """One row for each return, or for each of its positions. Sums are in the return's own currency.

    The attribute table does not mark `positions` as expandable, as it does for every other document; that they can be
    expanded here too is UNVERIFIED. MoySklad would answer 1089, and the run would say so.
    """

    key = "purchasereturn"
    title = "Возвраты поставщикам"
    entity = "purchasereturn"
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
            *v.VAT_FLAGS,
            v.link("supply", "Приёмка"),
            v.link("factureOut", "Счёт-фактура выданный"),
            v.link("factureIn", "Счёт-фактура полученный"),
            *v.PAYMENTS,
        ),
        *v.POSITIONS,
        v.SLOT,
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
        "supply.name",
        "owner.name",
        "description",
        "updated",
        *v.USUAL_TOTALS,
    )
    default_line_columns = v.USUAL_LINE_COLUMNS
    filters = v.by_document(*v.BY_PARTIES, v.BY_STORE, *v.BY_TERMS, *v.BY_ASSORTMENT, v.BY_SUM)
