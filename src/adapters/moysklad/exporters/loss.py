"""Write-offs (JSON API docs, `loss`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter


class Losses(PositionedExporter):
    """One row for each write-off, or for each of its positions."""

    key = "loss"
    title = "Списания"
    entity = "loss"
    columns = (
        *v.document(
            v.ORGANIZATION,
            v.STORE,
            v.PROJECT,
            *v.CURRENCY,
            v.SUM,
            v.named("expenseItem", "Статья расходов"),
            v.link("salesReturn", "Возврат покупателя"),
            v.link("inventory", "Инвентаризация"),
        ),
        *v.VALUED_POSITIONS,
        v.REASON,
        v.SLOT,
        v.SERIAL_NUMBERS,
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "organization.name",
        "store.name",
        "sum",
        "expenseItem.name",
        "owner.name",
        "description",
        "updated",
        *v.USUAL_TOTALS,
    )
    default_line_columns = (*v.STOCK_LINE_COLUMNS, "store.name", "position.reason")
    filters = v.by_document(v.BY_ORGANIZATION, v.BY_STORE, v.BY_PROJECT, *v.BY_ASSORTMENT, v.BY_SUM)
