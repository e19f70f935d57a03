"""Production operations (JSON API docs, `processing`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter
from domain.exports.exporter import Lines


class Processings(PositionedExporter):
    """One row for each operation, or for each product that it has made.

    Materials and products are two collections; rows of the position mode are products, and of materials the number is
    shown.
    """

    key = "processing"
    title = "Техоперации"
    entity = "processing"
    lines = Lines("products", "position.id")
    columns = (
        *v.document(
            v.ORGANIZATION,
            v.of("organizationAccount", "accountNumber", "Счёт организации"),
            v.PROJECT,
            v.named("processingPlan", "Техкарта"),
            v.named("materialsStore", "Склад материалов"),
            v.named("productsStore", "Склад продукции"),
            v.money("processingSum", "Затраты на единицу производства"),
            v.number("quantity", "Объём производства"),
            v.link("processingOrder", "Заказ на производство"),
            v.integer("materials.meta.size", "Число материалов"),
            v.integer("products.meta.size", "Число продуктов"),
        ),
        v.POSITION_ID,
        *v.GOODS,
        v.QUANTITY,
        v.SLOT,
        v.TOTAL_QUANTITY,
        v.TOTAL_NAMES,
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "organization.name",
        "processingPlan.name",
        "quantity",
        "processingSum",
        "materialsStore.name",
        "productsStore.name",
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
        "productsStore.name",
        "position.assortment.name",
        "position.assortment.code",
        "position.assortment.article",
        "position.quantity",
        "position.assortment.uom.name",
    )
    filters = v.by_document(v.by_number("quantity", "Объём производства"), v.BY_ORGANIZATION, v.BY_PROJECT)
