"""Folders of products (JSON API docs, `productfolder`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter


class ProductFolders(DictionaryExporter):
    """One row for each folder."""

    key = "productfolder"
    title = "Группы товаров"
    entity = "productfolder"
    columns = (
        *v.NAMED,
        v.own("pathName", "Путь"),
        v.named("productFolder", "Родительская группа"),
        *v.GOODS_VAT,
        v.TAX_SYSTEM,
        *v.KEPT,
    )
    default_columns = (
        "id",
        "name",
        "pathName",
        "productFolder.name",
        "code",
        "externalCode",
        "effectiveVat",
        "archived",
        "updated",
    )
    filters = (*v.BY_NAMED, v.by_text("pathName", "Путь"), v.BY_ARCHIVED, *v.BY_KEPT)
