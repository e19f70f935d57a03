"""Production orders (JSON API docs, `processingorder`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter
from domain.shared.cells import CellKind


class ProcessingOrders(PositionedExporter):
    """One row for each order, or for each of its materials."""

    key = "processingorder"
    title = "Заказы на производство"
    entity = "processingorder"
    columns = (
        *v.document(
            v.ORGANIZATION,
            v.STORE,
            v.PROJECT,
            v.named("processingPlan", "Техкарта"),
            v.number("quantity", "Объём производства"),
            v.moment("deliveryPlannedMoment", "Планируемая дата производства"),
            v.links("processings", "Техоперации"),
        ),
        *v.COUNTED_POSITIONS,
        v.line("reserve", "Резерв", CellKind.NUMBER, volatile=True),
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "organization.name",
        "processingPlan.name",
        "quantity",
        "store.name",
        "deliveryPlannedMoment",
        "owner.name",
        "description",
        "updated",
        "positions.quantity",
        "positions.names",
    )
    default_line_columns = (
        "position.id",
        "name",
        "moment",
        "processingPlan.name",
        "store.name",
        "position.assortment.name",
        "position.assortment.code",
        "position.assortment.article",
        "position.quantity",
        "position.assortment.uom.name",
        "position.reserve",
    )
    filters = v.by_document(
        v.by_moment("deliveryPlannedMoment", "Планируемая дата производства"),
        v.by_number("quantity", "Объём производства"),
        v.BY_ORGANIZATION,
        v.BY_PROJECT,
    )
