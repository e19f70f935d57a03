"""Invoices to customers (JSON API docs, `invoiceout`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter


class InvoicesOut(PositionedExporter):
    """One row for each invoice, or for each of its positions. Sums are in the invoice's own currency."""

    key = "invoiceout"
    title = "Счета покупателям"
    entity = "invoiceout"
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
            *v.VAT_FLAGS,
            v.moment("paymentPlannedMoment", "Планируемая дата оплаты"),
            v.link("customerOrder", "Заказ покупателя"),
            v.links("demands", "Отгрузки"),
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
        "paymentPlannedMoment",
        "customerOrder.name",
        "owner.name",
        "description",
        "updated",
        *v.USUAL_TOTALS,
    )
    default_line_columns = v.USUAL_LINE_COLUMNS
    filters = v.by_document(
        v.by_moment("paymentPlannedMoment", "Планируемая дата оплаты"),
        *v.BY_PARTIES,
        v.BY_STORE,
        *v.BY_TERMS,
        v.BY_SALES_CHANNEL,
        *v.BY_ASSORTMENT,
        v.BY_SUM,
    )
