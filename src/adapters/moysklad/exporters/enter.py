"""Stock entered without a supplier (JSON API docs, `enter`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter


class Enters(PositionedExporter):
    """One row for each entry, or for each of its positions."""

    key = "enter"
    title = "Оприходования"
    entity = "enter"
    columns = (
        *v.document(
            v.ORGANIZATION,
            v.STORE,
            v.PROJECT,
            *v.CURRENCY,
            v.SUM,
            *v.OVERHEAD,
            v.link("inventory", "Инвентаризация"),
        ),
        *v.VALUED_POSITIONS,
        v.LINE_OVERHEAD,
        v.REASON,
        v.SLOT,
        *v.ORIGIN,
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
        "overhead.sum",
        "owner.name",
        "description",
        "updated",
        *v.USUAL_TOTALS,
    )
    default_line_columns = (*v.STOCK_LINE_COLUMNS, "store.name", "position.reason")
    filters = v.by_document(v.BY_ORGANIZATION, v.BY_STORE, v.BY_PROJECT, *v.BY_ASSORTMENT, v.BY_SUM)
