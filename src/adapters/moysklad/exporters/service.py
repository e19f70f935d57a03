"""Services (JSON API docs, `service`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter


class Services(DictionaryExporter):
    """One row for each service. Custom attributes are those of products."""

    key = "service"
    title = "Услуги"
    entity = "service"
    attributes_of = "product"
    prices = True
    columns = (
        *v.NAMED,
        v.PATH_NAME,
        v.named("productFolder", "Группа товаров"),
        v.UOM,
        *v.BUY_PRICE,
        *v.MIN_PRICE,
        v.BARCODES,
        *v.GOODS_VAT,
        v.TAX_SYSTEM,
        v.PAYMENT_ITEM,
        v.DISCOUNT_PROHIBITED,
        v.own("mod__tasnif__uz.ikpu", "ИКПУ (Узбекистан)"),
        v.FILES_COUNT,
        v.SYNC_ID,
        *v.KEPT,
    )
    default_columns = (
        "id",
        "name",
        "code",
        "pathName",
        "uom.name",
        "buyPrice.value",
        "effectiveVat",
        "barcodes",
        "archived",
        "updated",
    )
    filters = (
        *v.BY_NAMED,
        v.BY_PATH_NAME,
        v.BY_BARCODE,
        v.BY_ARCHIVED,
        v.BY_SYNC_ID,
        *v.BY_KEPT,
    )
