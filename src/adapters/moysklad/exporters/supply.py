"""Goods received (JSON API docs, `supply`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter


class Supplies(PositionedExporter):
    """One row for each receipt, or for each of its positions. Sums are in the receipt's own currency."""

    key = "supply"
    title = "Приёмки"
    entity = "supply"
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
            *v.OVERHEAD,
            *v.INCOMING,
            v.link("purchaseOrder", "Заказ поставщику"),
            v.link("factureIn", "Счёт-фактура полученный"),
            v.links("invoicesIn", "Счета поставщиков"),
            v.links("returns", "Возвраты"),
            *v.PAYMENTS,
            v.link("productionTask", "Производственное задание"),
        ),
        *v.POSITIONS,
        v.LINE_OVERHEAD,
        v.SLOT,
        *v.ORIGIN,
        v.SERIAL_NUMBERS,
        *v.MARKING_CODES,
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
        "incomingNumber",
        "incomingDate",
        "purchaseOrder.name",
        "owner.name",
        "description",
        "updated",
        *v.USUAL_TOTALS,
    )
    default_line_columns = v.USUAL_LINE_COLUMNS
    filters = v.by_document(*v.BY_PARTIES, v.BY_STORE, *v.BY_TERMS, *v.BY_ASSORTMENT, v.BY_SUM)
