"""VAT rates (JSON API docs, `taxrate`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter
from domain.exports.exporter import Feed


class TaxRates(DictionaryExporter):
    """One row for each rate. The list cannot be filtered by `updated`, so it is read whole."""

    key = "taxrate"
    title = "Ставки НДС"
    entity = "taxrate"
    feed = Feed.WHOLE
    columns = (v.ID, v.number("rate", "Ставка, %"), v.own("comment", "Комментарий"), v.ARCHIVED, v.UPDATED, *v.ACCESS)
    default_columns = (
        "id",
        "rate",
        "comment",
        "archived",
        "owner.name",
        "group.name",
        "updated",
    )
    filters = (v.BY_ARCHIVED, v.BY_OWNER, v.BY_GROUP)
