"""Invoices from suppliers (JSON API docs, `invoicein`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter


class InvoicesIn(PositionedExporter):
    """One row for each invoice, or for each of its positions. Sums are in the invoice's own currency."""

    key = "invoicein"
    title = "Счета поставщиков"
    entity = "invoicein"
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
            *v.VAT_FLAGS,
            *v.INCOMING,
            v.moment("paymentPlannedMoment", "Планируемая дата оплаты"),
            v.link("purchaseOrder", "Заказ поставщику"),
            v.links("supplies", "Приёмки"),
            *v.PAYMENTS,
        ),
        *v.POSITIONS,
        *v.STOCK,
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "agent.name",
        "organization.name",
        "sum",
        "payedSum",
        "shippedSum",
        "incomingNumber",
        "incomingDate",
        "paymentPlannedMoment",
        "owner.name",
        "description",
        "updated",
        *v.USUAL_TOTALS,
    )
    default_line_columns = v.USUAL_LINE_COLUMNS
    filters = v.by_document(
        *v.BY_INCOMING,
        v.by_moment("paymentPlannedMoment", "Планируемая дата оплаты"),
        *v.BY_PARTIES,
        v.BY_STORE,
        *v.BY_TERMS,
        *v.BY_ASSORTMENT,
        v.BY_SUM,
    )
