"""Products (JSON API docs, `product`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter


class Products(DictionaryExporter):
    """Prices by price type are columns of the company's own."""

    key = "product"
    title = "Товары"
    entity = "product"
    attributes_of = "product"
    prices = True
    columns = (
        v.ID,
        v.NAME,
        v.CODE,
        v.own("article", "Артикул"),
        v.EXTERNAL_CODE,
        v.own("pathName", "Группа"),
        v.of("uom", "name", "Ед. изм."),
        v.of("supplier", "name", "Поставщик"),
        v.of("country", "name", "Страна"),
        v.money("buyPrice.value", "Закупочная цена", currency="buyPrice.currency.isoCode"),
        v.of("buyPrice.currency", "isoCode", "Валюта закупочной цены"),
        v.money("minPrice.value", "Минимальная цена", currency="minPrice.currency.isoCode"),
        v.of("minPrice.currency", "isoCode", "Валюта минимальной цены"),
        v.several("barcodes[]", "Штрихкоды"),
        v.integer("effectiveVat", "НДС, %"),
        v.number("weight", "Вес"),
        v.number("volume", "Объём"),
        v.number("minimumBalance", "Неснижаемый остаток"),
        v.integer("variantsCount", "Модификаций"),
        v.own("trackingType", "Тип маркировки"),
        v.ARCHIVED,
        v.DESCRIPTION,
        v.UPDATED,
        v.SYNC_ID,
        *v.ACCESS,
        v.PAGE,
    )
    default_columns = (
        "id",
        "name",
        "code",
        "article",
        "pathName",
        "uom.name",
        "buyPrice.value",
        "barcodes",
        "archived",
    )
    filters = (
        v.BY_NAME,
        v.BY_CODE,
        v.by_text("article", "Артикул"),
        v.BY_EXTERNAL_CODE,
        v.by_text("pathName", "Группа"),
        v.by_text("barcode", "Штрихкод"),
        v.by_reference("supplier", "Поставщик", "counterparty"),
        v.by_number("weight", "Вес"),
        v.BY_ARCHIVED,
        *v.BY_ACCESS,
    )
