"""Items of expense (JSON API docs, `expenseitem`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter


class ExpenseItems(DictionaryExporter):
    """One row for each item."""

    key = "expenseitem"
    title = "Статьи расходов"
    entity = "expenseitem"
    archive = False
    columns = (*v.NAMED, v.DESCRIPTION, v.UPDATED, *v.ACCESS)
    default_columns = (
        "id",
        "name",
        "code",
        "externalCode",
        "description",
        "owner.name",
        "group.name",
        "updated",
    )
    filters = (*v.BY_NAMED, *v.BY_KEPT)
