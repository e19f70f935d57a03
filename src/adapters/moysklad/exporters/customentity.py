"""Entries of dictionaries of a company's own (JSON API docs, `customentity`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter


class CustomDictionaries(DictionaryExporter):
    """One row for each entry of the dictionary that the filter names, without which there is nothing to ask for."""

    key = "customentity"
    title = "Пользовательские справочники"
    entity = "customentity/{dictionary}"
    archive = False
    attributes_of = "customentity/{dictionary}"
    columns = (*v.NAMED, v.DESCRIPTION, v.UPDATED, *v.ACCESS, v.PAGE)
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
    filters = (v.CUSTOM_DICTIONARY, *v.BY_NAMED, *v.BY_KEPT)
