"""Regions (JSON API docs, `region`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter


class Regions(DictionaryExporter):
    """One row for each region."""

    key = "region"
    title = "Регионы"
    entity = "region"
    archive = False
    columns = (*v.NAMED, v.integer("version", "Версия"), v.UPDATED)
    default_columns = (
        "id",
        "name",
        "code",
        "externalCode",
        "version",
        "updated",
    )
    filters = (*v.BY_NAMED, v.BY_ID)
