"""Tax invoices received (JSON API docs, `facturein`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DocumentExporter


class FacturesIn(DocumentExporter):
    """One row for each tax invoice. The sum is in its own currency."""

    key = "facturein"
    title = "Счета-фактуры полученные"
    entity = "facturein"
    columns = v.document(
        *v.AGENT,
        v.ORGANIZATION,
        v.CONTRACT,
        *v.CURRENCY,
        v.SUM,
        *v.INCOMING,
        v.links("supplies", "Приёмки"),
        v.links("payments", "Платежи"),
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "agent.name",
        "organization.name",
        "sum",
        "incomingNumber",
        "incomingDate",
        "supplies.name",
        "owner.name",
        "description",
        "updated",
    )
    filters = v.by_document(*v.BY_PARTIES, v.BY_OWN_AGENT, v.BY_CONTRACT, v.BY_SUM)
