"""Incoming payments (JSON API docs, `paymentin`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DocumentExporter


class PaymentsIn(DocumentExporter):
    """One row for each payment. Sums are in the payment's own currency."""

    key = "paymentin"
    title = "Входящие платежи"
    entity = "paymentin"
    columns = v.document(
        *v.DEALERS,
        v.PROJECT,
        v.CONTRACT,
        v.SALES_CHANNEL,
        *v.CURRENCY,
        v.SUM,
        v.VAT_SUM,
        v.own("paymentPurpose", "Назначение платежа"),
        *v.INCOMING,
        v.link("factureOut", "Счёт-фактура выданный"),
        *v.OPERATIONS,
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "agent.name",
        "organization.name",
        "sum",
        "paymentPurpose",
        "incomingNumber",
        "incomingDate",
        "operations.name",
        "owner.name",
        "description",
        "updated",
    )
    filters = v.by_document(
        v.by_text("paymentPurpose", "Назначение платежа"),
        *v.BY_INCOMING,
        *v.BY_PARTIES,
        *v.BY_TERMS,
        v.BY_SALES_CHANNEL,
        v.BY_SUM,
    )
