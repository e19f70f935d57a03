"""Production plans (JSON API docs, `processingplan`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter
from domain.exports.exporter import Lines, RowMode


class ProcessingPlans(DictionaryExporter):
    """One row for each plan, or for each material that it needs.

    Of products and stages the number is shown.
    """

    key = "processingplan"
    title = "Техкарты"
    entity = "processingplan"
    lines = Lines("materials", "position.id")
    row_modes = (RowMode.DOCUMENT, RowMode.POSITION)
    columns = (
        *v.NAMED,
        v.PATH_NAME,
        v.named("parent", "Группа техкарт"),
        v.named("processingProcess", "Техпроцесс"),
        v.money("cost", "Стоимость производства"),
        v.own("costDistributionType", "Распределение себестоимости"),
        v.integer("stages.meta.size", "Число этапов"),
        v.integer("materials.meta.size", "Число материалов"),
        v.integer("parametricMaterials.meta.size", "Число зависимых материалов"),
        v.integer("products.meta.size", "Число продуктов"),
        v.ARCHIVED,
        v.UPDATED,
        *v.ACCESS,
        v.PAGE,
        v.line("id", "ID материала"),
        v.line_of("assortment", "name", "Материал"),
        v.line_of("assortment", "code", "Код материала"),
        v.line_of("assortment", "article", "Артикул материала"),
        v.line_of("assortment.uom", "name", "Ед. изм. материала"),
        v.QUANTITY,
    )
    default_columns = (
        "id",
        "name",
        "code",
        "pathName",
        "processingProcess.name",
        "cost",
        "costDistributionType",
        "materials.meta.size",
        "products.meta.size",
        "archived",
        "updated",
    )
    default_line_columns = (
        "position.id",
        "name",
        "code",
        "position.assortment.name",
        "position.assortment.code",
        "position.assortment.article",
        "position.quantity",
        "position.assortment.uom.name",
    )
    filters = (*v.BY_NAMED, v.BY_ARCHIVED, *v.BY_ACCESS, v.BY_ID)
