"""Countries (JSON API docs, `country`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter


class Countries(DictionaryExporter):
    """One row for each country."""

    key = "country"
    title = "Страны"
    entity = "country"
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
