"""Warehouses (JSON API docs, `store`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter


class Stores(DictionaryExporter):
    """One row for each warehouse."""

    key = "store"
    title = "Склады"
    entity = "store"
    attributes_of = "store"
    by_id = v.address_links("addressFull")
    columns = (
        *v.NAMED,
        v.PATH_NAME,
        v.named("parent", "Родительский склад"),
        v.own("address", "Адрес"),
        *v.address("addressFull", "склада"),
        v.integer("zones.meta.size", "Число зон"),
        v.integer("slots.meta.size", "Число ячеек"),
        *v.KEPT,
    )
    default_columns = (
        "id",
        "name",
        "code",
        "externalCode",
        "pathName",
        "parent.name",
        "address",
        "description",
        "archived",
        "updated",
    )
    filters = (
        *v.BY_NAMED,
        v.BY_PATH_NAME,
        v.by_text("address", "Адрес"),
        v.by_reference("parent", "Родительский склад", "store"),
        v.BY_ARCHIVED,
        *v.BY_KEPT,
    )
