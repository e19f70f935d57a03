"""Adjustments of mutual settlements (JSON API docs, `counterpartyadjustment`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DocumentExporter


class CounterpartyAdjustments(DocumentExporter):
    """One row for each adjustment, in the account's currency."""

    key = "counterpartyadjustment"
    title = "Корректировки взаиморасчётов"
    entity = "counterpartyadjustment"
    columns = v.document(
        *v.AGENT,
        v.ORGANIZATION,
        v.money("sum", "Сумма"),
        without=("code", "syncId", "state.name"),
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "agent.name",
        "organization.name",
        "sum",
        "owner.name",
        "description",
        "updated",
    )
    filters = v.by_document(
        *v.BY_PARTIES,
        v.BY_EMPLOYEE_AGENT,
        v.BY_SUM,
        without=("code", "syncId", "state", "printed", "published"),
    )
