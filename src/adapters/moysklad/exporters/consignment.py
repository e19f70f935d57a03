"""Consignments (JSON API docs, `consignment`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter


class Consignments(DictionaryExporter):
    """One row for each batch of a product."""

    key = "consignment"
    title = "Партии"
    entity = "consignment"
    attributes_of = "consignment"
    columns = (
        *v.NAMED,
        v.own("label", "Метка"),
        v.named("assortment", "Товар"),
        v.of("assortment", "code", "Код товара"),
        v.of("assortment", "article", "Артикул товара"),
        v.moment("expiryDate", "Срок годности"),
        v.BARCODES,
        v.IMAGES_COUNT,
        v.ARCHIVED,
        v.DESCRIPTION,
        v.UPDATED,
        v.PAGE,
    )
    default_columns = (
        "id",
        "name",
        "label",
        "code",
        "assortment.name",
        "assortment.article",
        "expiryDate",
        "barcodes",
        "archived",
        "updated",
    )
    filters = (
        *v.BY_NAMED,
        v.by_text("label", "Метка"),
        v.by_moment("expiryDate", "Срок годности"),
        v.BY_BARCODE,
        v.BY_ARCHIVED,
        v.BY_DESCRIPTION,
        v.BY_ID,
    )
