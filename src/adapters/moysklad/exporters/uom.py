"""Units of measure (JSON API docs, `uom`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter


class UnitsOfMeasure(DictionaryExporter):
    """One row for each unit."""

    key = "uom"
    title = "Единицы измерения"
    entity = "uom"
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
