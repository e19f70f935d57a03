"""Movements between stores (JSON API docs, `move`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter


class Moves(PositionedExporter):
    """One row for each movement, or for each of its positions."""

    key = "move"
    title = "Перемещения"
    entity = "move"
    columns = (
        *v.document(
            v.ORGANIZATION,
            v.named("sourceStore", "Со склада"),
            v.named("targetStore", "На склад"),
            v.PROJECT,
            *v.CURRENCY,
            v.SUM,
            *v.OVERHEAD,
            v.named("internalOrder", "Внутренний заказ"),
            v.named("customerOrder", "Заказ покупателя"),
            v.named("demand", "Отгрузка"),
            v.named("supply", "Приёмка"),
            v.PRODUCTION_TASKS,
        ),
        *v.VALUED_POSITIONS,
        v.LINE_OVERHEAD,
        v.line_of("sourceSlot", "name", "Из ячейки"),
        v.line_of("targetSlot", "name", "В ячейку"),
        v.SERIAL_NUMBERS,
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "organization.name",
        "sourceStore.name",
        "targetStore.name",
        "sum",
        "internalOrder.name",
        "owner.name",
        "description",
        "updated",
        *v.USUAL_TOTALS,
    )
    default_line_columns = (*v.STOCK_LINE_COLUMNS, "sourceStore.name", "targetStore.name")
    filters = v.by_document(v.BY_ORGANIZATION, v.BY_PROJECT, *v.BY_ASSORTMENT, v.BY_SUM)
