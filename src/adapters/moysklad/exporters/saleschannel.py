"""Sales channels (JSON API docs, `saleschannel`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter


class SalesChannels(DictionaryExporter):
    """One row for each channel."""

    key = "saleschannel"
    title = "Каналы продаж"
    entity = "saleschannel"
    columns = (*v.NAMED, v.own("type", "Тип"), *v.KEPT)
    default_columns = (
        "id",
        "name",
        "type",
        "code",
        "externalCode",
        "description",
        "owner.name",
        "archived",
        "updated",
    )
    filters = (
        *v.BY_NAMED,
        v.by_choice("type", "Тип", *v.CHANNEL_TYPES),
        v.BY_ARCHIVED,
        *v.BY_KEPT,
    )
