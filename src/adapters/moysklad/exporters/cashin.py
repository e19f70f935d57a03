"""Incoming cash orders (JSON API docs, `cashin`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DocumentExporter


class CashIn(DocumentExporter):
    """One row for each cash order. Sums are in the order's own currency."""

    key = "cashin"
    title = "Приходные ордера"
    entity = "cashin"
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
        "operations.name",
        "owner.name",
        "description",
        "updated",
    )
    filters = v.by_document(
        v.by_text("paymentPurpose", "Основание"),
        *v.BY_PARTIES,
        *v.BY_TERMS,
        v.BY_SALES_CHANNEL,
        v.BY_SUM,
    )
