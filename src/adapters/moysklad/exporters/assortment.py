"""Products, variants, services, bundles and consignments in one list (JSON API docs, `assortment`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter
from domain.exports.exporter import ById, Feed
from domain.exports.personal import PersonalKind


class Assortment(DictionaryExporter):
    """One row for each product, variant, service and bundle, and each consignment too where `groupBy` asks for them.

    The list is asked for in its new form, which leaves out stock and cannot be ordered by `updated`: it is read whole.
    It expands next to nothing, so units, suppliers, folders and owners are joined by id.
    """

    key = "assortment"
    title = "Ассортимент"
    entity = "assortment"
    feed = Feed.WHOLE
    announced = ("product", "variant", "service", "bundle", "consignment")
    asynchronous = True
    order = "name,asc;code,asc"
    beta = "assortmentWithoutStock"
    attributes_of = "product"
    prices = True
    characteristics = True
    by_id = (
        ById("unit", "uom.meta.href"),
        ById("folder", "productFolder.meta.href"),
        ById("vendor", "supplier.meta.href"),
        ById("origin", "country.meta.href"),
        ById("keeper", "owner.meta.href"),
        ById("department", "group.meta.href"),
        ById("parent", "product.meta.href"),
        ById("goods", "assortment.meta.href"),
        ById("buyCurrency", "buyPrice.currency.meta.href"),
        ById("minCurrency", "minPrice.currency.meta.href"),
    )
    columns = (
        v.ID,
        v.own("meta.type", "Вид"),
        v.NAME,
        v.CODE,
        v.ARTICLE,
        v.EXTERNAL_CODE,
        v.PATH_NAME,
        v.link("folder", "Группа товаров"),
        v.link("unit", "Ед. изм."),
        v.of_people(PersonalKind.NAME, v.link("vendor", "Поставщик")),
        v.link("origin", "Страна"),
        v.link("parent", "Товар модификации"),
        v.link("goods", "Товар партии"),
        v.own("label", "Метка партии"),
        v.moment("expiryDate", "Срок годности"),
        v.several("characteristics[].value", "Характеристики"),
        v.money("buyPrice.value", "Закупочная цена", currency="buyCurrency.isoCode"),
        v.of("buyCurrency", "isoCode", "Валюта закупочной цены"),
        v.money("minPrice.value", "Минимальная цена", currency="minCurrency.isoCode"),
        v.of("minCurrency", "isoCode", "Валюта минимальной цены"),
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
        v.flag("partialDisposal", "Частичное выбытие"),
        v.flag("isSerialTrackable", "Учёт по серийным номерам"),
        v.integer("components.meta.size", "Число компонентов"),
        v.IMAGES_COUNT,
        v.FILES_COUNT,
        v.SYNC_ID,
        v.ARCHIVED,
        v.DESCRIPTION,
        v.UPDATED,
        v.of_people(PersonalKind.NAME, v.link("keeper", "Сотрудник")),
        v.link("department", "Отдел"),
        v.SHARED,
        v.PAGE,
    )
    default_columns = (
        "id",
        "meta.type",
        "name",
        "code",
        "article",
        "pathName",
        "unit.name",
        "vendor.name",
        "buyPrice.value",
        "barcodes",
        "archived",
    )
    filters = (
        *v.BY_NAMED,
        v.BY_PATH_NAME,
        v.BY_BARCODE_OF_ANY,
        v.by_choice("type", "Вид", "product", "variant", "service", "bundle", "consignment"),
        v.by_reference("productFolder", "Группа товаров", "productfolder"),
        v.by_flag("withSubFolders", "Вместе с подгруппами"),
        v.by_reference("supplier", "Поставщик", "counterparty"),
        v.parameter("groupBy", "Группировка", "product", "variant", "consignment"),
        v.BY_ARCHIVED,
        v.BY_DESCRIPTION,
        v.BY_GROUP,
        v.BY_ID,
    )
