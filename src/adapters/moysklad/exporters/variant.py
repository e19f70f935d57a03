"""Variants of products (JSON API docs, `variant`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter
from domain.exports.columns import Column
from domain.shared.cells import CellKind


class Variants(DictionaryExporter):
    """One row for each variant. Prices by price type and characteristics are columns of the company's own."""

    key = "variant"
    title = "Модификации"
    entity = "variant"
    prices = True
    characteristics = True
    columns = (
        *v.NAMED,
        v.ARTICLE,
        v.named("product", "Товар"),
        v.of("product", "code", "Код товара"),
        v.of("product", "article", "Артикул товара"),
        v.of("product", "pathName", "Группа"),
        v.several("characteristics[].value", "Характеристики"),
        *v.BUY_PRICE,
        *v.MIN_PRICE,
        v.BARCODES,
        v.DISCOUNT_PROHIBITED,
        v.THINGS,
        Column(id="packs.barcodes", title="Штрихкоды упаковок", kind=CellKind.LIST, path="packs[].barcodes[]"),
        v.IMAGES_COUNT,
        *v.KEPT,
    )
    default_columns = (
        "id",
        "name",
        "code",
        "article",
        "product.name",
        "characteristics.value",
        "buyPrice.value",
        "barcodes",
        "archived",
        "updated",
    )
    filters = (
        *v.BY_NAMED,
        v.BY_ARTICLE,
        v.BY_BARCODE,
        v.by_id("productid", "ID товара"),
        v.BY_ARCHIVED,
        v.BY_ID,
    )
