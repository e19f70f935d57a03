"""Production tasks (JSON API docs, `productiontask`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter
from domain.exports.exporter import Lines, RowMode
from domain.shared.cells import CellKind


class ProductionTasks(PositionedExporter):
    """One row for each task, or for each of its production rows: which plan, how much.

    Products and materials are further collections; of products the number is shown. The filter `isDeleted` is refused
    here (field evidence, UNVERIFIED), so deleted tasks are not asked for: they are noticed by their absence.
    """

    key = "productiontask"
    title = "Производственные задания"
    entity = "productiontask"
    trash = False
    lines = Lines("productionRows", "position.id")
    row_modes = (RowMode.DOCUMENT, RowMode.POSITION)
    columns = (
        *v.document(
            v.ORGANIZATION,
            v.named("materialsStore", "Склад материалов"),
            v.named("productsStore", "Склад продукции"),
            v.moment("deliveryPlannedMoment", "Планируемая дата выполнения"),
            v.moment("productionStart", "Начало производства"),
            v.moment("productionEnd", "Окончание производства"),
            v.flag("awaiting", "Ожидание продукции"),
            v.flag("reserve", "Резерв материалов"),
            v.integer("productionRows.meta.size", "Число позиций"),
            v.integer("products.meta.size", "Число продуктов"),
            v.links("customerOrders", "Заказы покупателей"),
            v.links("internalOrders", "Внутренние заказы"),
            v.links("purchaseOrders", "Заказы поставщикам"),
            v.links("demands", "Отгрузки"),
            v.links("moves", "Перемещения"),
            v.links("supplies", "Приёмки"),
            v.links("emissionOrders", "Заказы кодов маркировки"),
            v.links("productionTasks", "Связанные задания"),
            without=("syncId",),
        ),
        v.POSITION_ID,
        v.line("name", "Наименование позиции"),
        v.line("externalCode", "Внешний код позиции"),
        v.line_of("processingPlan", "name", "Техкарта"),
        v.line("productionVolume", "Объём производства", CellKind.NUMBER),
        v.line("updated", "Позиция изменена", CellKind.DATE_TIME),
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "organization.name",
        "materialsStore.name",
        "productsStore.name",
        "deliveryPlannedMoment",
        "productionStart",
        "productionEnd",
        "owner.name",
        "description",
        "updated",
    )
    default_line_columns = (
        "position.id",
        "name",
        "moment",
        "state.name",
        "position.name",
        "position.processingPlan.name",
        "position.productionVolume",
        "productionStart",
        "productionEnd",
    )
    filters = v.by_document(
        v.by_moment("deliveryPlannedMoment", "Планируемая дата выполнения"),
        v.BY_ORGANIZATION,
        without=("created", "printed", "published", "applicable", "state", "isDeleted", "syncId"),
    )
