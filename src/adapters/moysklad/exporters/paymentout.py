"""Outgoing payments (JSON API docs, `paymentout`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DocumentExporter


class PaymentsOut(DocumentExporter):
    """One row for each payment. Sums are in the payment's own currency."""

    key = "paymentout"
    title = "Исходящие платежи"
    entity = "paymentout"
    columns = v.document(
        *v.DEALERS,
        v.PROJECT,
        v.CONTRACT,
        v.SALES_CHANNEL,
        *v.CURRENCY,
        v.SUM,
        v.VAT_SUM,
        v.own("paymentPurpose", "Назначение платежа"),
        v.named("expenseItem", "Статья расходов"),
        v.flag("noClosingDocs", "Без закрывающих документов"),
        v.link("factureIn", "Счёт-фактура полученный"),
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
        "expenseItem.name",
        "paymentPurpose",
        "operations.name",
        "owner.name",
        "description",
        "updated",
    )
    filters = v.by_document(
        v.by_text("paymentPurpose", "Назначение платежа"),
        v.BY_EMPLOYEE_AGENT,
        v.BY_OWN_AGENT,
        *v.BY_PARTIES,
        *v.BY_TERMS,
        v.BY_SALES_CHANNEL,
        v.BY_SUM,
    )
