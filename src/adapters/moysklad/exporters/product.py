"""Products (JSON API docs, `product`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter
from domain.exports.personal import PersonalKind


class Products(DictionaryExporter):
    """One row for each product. Prices by price type are columns of the company's own."""

    key = "product"
    title = "Товары"
    entity = "product"
    attributes_of = "product"
    prices = True
    columns = (
        *v.NAMED,
        v.ARTICLE,
        v.PATH_NAME,
        v.named("productFolder", "Группа товаров"),
        v.UOM,
        v.of_people(PersonalKind.NAME, v.named("supplier", "Поставщик")),
        v.COUNTRY,
        *v.BUY_PRICE,
        *v.MIN_PRICE,
        v.BARCODES,
        *v.GOODS_VAT,
        v.TAX_SYSTEM,
        v.PAYMENT_ITEM,
        v.DISCOUNT_PROHIBITED,
        *v.SIZES,
        v.MINIMUM_BALANCE,
        v.integer("variantsCount", "Модификаций"),
        v.TRACKING_TYPE,
        v.own("tnved", "Код ТН ВЭД"),
        v.own("ppeType", "Код СИЗ"),
        v.flag("partialDisposal", "Частичное выбытие"),
        v.flag("isSerialTrackable", "Учёт по серийным номерам"),
        v.THINGS,
        v.flag("weighed", "Весовой"),
        v.flag("onTap", "Разливной"),
        v.flag("alcoholic.excise", "Акцизная марка"),
        v.integer("alcoholic.type", "Код вида алкоголя"),
        v.number("alcoholic.strength", "Крепость"),
        v.number("alcoholic.volume", "Объём тары"),
        *v.PACKS,
        v.own("mod__marking__uz.trackingType", "Тип маркировки (Узбекистан)"),
        v.own("mod__tasnif__uz.ikpu", "ИКПУ (Узбекистан)"),
        v.own("mod__tasnif__uz.packCode", "Код упаковки ТАСНИФ"),
        v.own("mod__tasnif__uz.barcodeTasnif", "Штрихкод ТАСНИФ"),
        v.own("mod__nct__kz.ntin", "NTIN (Казахстан)"),
        v.IMAGES_COUNT,
        v.FILES_COUNT,
        v.SYNC_ID,
        *v.KEPT,
    )
    default_columns = (
        "id",
        "name",
        "code",
        "article",
        "pathName",
        "uom.name",
        "supplier.name",
        "buyPrice.value",
        "barcodes",
        "effectiveVat",
        "weight",
        "archived",
        "updated",
    )
    filters = (
        *v.BY_NAMED,
        v.BY_ARTICLE,
        v.BY_PATH_NAME,
        v.BY_BARCODE,
        v.by_reference("supplier", "Поставщик", "counterparty"),
        v.by_flag("isSerialTrackable", "Учёт по серийным номерам"),
        v.by_number("weight", "Вес"),
        v.by_number("volume", "Объём"),
        v.by_number("minimumBalance", "Неснижаемый остаток"),
        v.BY_ARCHIVED,
        v.BY_SYNC_ID,
        *v.BY_KEPT,
    )
