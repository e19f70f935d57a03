"""Bundles of products (JSON API docs, `bundle`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter
from domain.exports.exporter import Lines, RowMode


class Bundles(DictionaryExporter):
    """One row for each bundle, or for each of its components. Custom attributes are those of products."""

    key = "bundle"
    title = "Комплекты"
    entity = "bundle"
    attributes_of = "product"
    prices = True
    lines = Lines("components", "position.id")
    row_modes = (RowMode.DOCUMENT, RowMode.POSITION)
    columns = (
        *v.NAMED,
        v.ARTICLE,
        v.PATH_NAME,
        v.named("productFolder", "Группа товаров"),
        v.UOM,
        v.COUNTRY,
        *v.MIN_PRICE,
        v.money("overhead.value", "Дополнительные расходы", currency="overhead.currency.isoCode"),
        v.of("overhead.currency", "isoCode", "Валюта дополнительных расходов"),
        v.BARCODES,
        *v.GOODS_VAT,
        v.TAX_SYSTEM,
        v.PAYMENT_ITEM,
        v.DISCOUNT_PROHIBITED,
        *v.SIZES,
        v.TRACKING_TYPE,
        v.own("tnved", "Код ТН ВЭД"),
        v.flag("partialDisposal", "Частичное выбытие"),
        v.own("mod__marking__uz.trackingType", "Тип маркировки (Узбекистан)"),
        v.own("mod__tasnif__uz.ikpu", "ИКПУ (Узбекистан)"),
        v.integer("components.meta.size", "Число компонентов"),
        v.IMAGES_COUNT,
        v.FILES_COUNT,
        v.SYNC_ID,
        *v.KEPT,
        v.line("id", "ID компонента"),
        v.line_of("assortment", "name", "Компонент"),
        v.line_of("assortment", "code", "Код компонента"),
        v.line_of("assortment", "article", "Артикул компонента"),
        v.line_of("assortment.uom", "name", "Ед. изм. компонента"),
        v.QUANTITY,
    )
    default_columns = (
        "id",
        "name",
        "code",
        "article",
        "pathName",
        "uom.name",
        "components.meta.size",
        "weight",
        "barcodes",
        "archived",
        "updated",
    )
    default_line_columns = (
        "position.id",
        "name",
        "code",
        "article",
        "position.assortment.name",
        "position.assortment.code",
        "position.assortment.article",
        "position.quantity",
        "position.assortment.uom.name",
    )
    filters = (
        *v.BY_NAMED,
        v.BY_ARTICLE,
        v.BY_PATH_NAME,
        v.BY_BARCODE,
        v.by_number("weight", "Вес"),
        v.by_number("volume", "Объём"),
        v.BY_ARCHIVED,
        v.BY_SYNC_ID,
        *v.BY_KEPT,
    )
