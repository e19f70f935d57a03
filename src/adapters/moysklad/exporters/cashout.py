"""Outgoing cash orders (JSON API docs, `cashout`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DocumentExporter


class CashOut(DocumentExporter):
    """One row for each cash order. Sums are in the order's own currency."""

    key = "cashout"
    title = "Расходные ордера"
    entity = "cashout"
    columns = v.document(
        *v.AGENT,
        v.ORGANIZATION,
        v.PROJECT,
        v.CONTRACT,
        v.SALES_CHANNEL,
        *v.CURRENCY,
        v.SUM,
        v.VAT_SUM,
        v.own("paymentPurpose", "Основание"),
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
        v.by_text("paymentPurpose", "Основание"),
        v.BY_EMPLOYEE_AGENT,
        v.BY_OWN_AGENT,
        *v.BY_PARTIES,
        *v.BY_TERMS,
        v.BY_SALES_CHANNEL,
        v.BY_SUM,
    )
