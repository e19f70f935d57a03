"""Which entities exist and what their fields are like (JSON API docs, attribute tables of each entity; OpenAPI)."""

from emulators.moysklad.catalogue.documents import DOCUMENTS
from emulators.moysklad.catalogue.fields import ANY_DOCUMENT, Collection, Entity, Field, Kind
from emulators.moysklad.catalogue.goods import ASSORTMENT, GOODS
from emulators.moysklad.catalogue.money import BONUSES, MONEY
from emulators.moysklad.catalogue.people import PEOPLE
from emulators.moysklad.catalogue.small import CUSTOM_ENTITY, SMALL
from emulators.moysklad.catalogue.stock import PRODUCTION, STOCK

ENTITIES = {
    entity.name: entity for entity in (*DOCUMENTS, *MONEY, *STOCK, *GOODS, *PEOPLE, *SMALL, *PRODUCTION, *BONUSES)
}
CUSTOMER_ORDER = ENTITIES["customerorder"]

DICTIONARY_ATTRIBUTES = ("counterparty", "contract", "project", "store", "employee", "product", "customentity")
ATTRIBUTE_TYPES = ("string", "text", "long", "double", "boolean", "time", "link", "file", *DICTIONARY_ATTRIBUTES)

CHILDREN = {
    "account": ("accounts", ("counterparty", "organization")),
    "slot": ("slots", ("store",)),
    "storezone": ("zones", ("store",)),
    "processingprocessposition": ("positions", ("processingprocess",)),
    "productionrow": ("productionRows", ("productiontask",)),
}
"""Types that live in a nested collection and can be linked to: the collection and the types that have it."""


def targets(names: tuple[str, ...]) -> tuple[str, ...]:
    """Types that a link may point at, with "any document" spelt out."""
    if ANY_DOCUMENT not in names:
        return names
    return tuple(name for name, entity in ENTITIES.items() if entity.document)


__all__ = [
    "ANY_DOCUMENT",
    "ASSORTMENT",
    "ATTRIBUTE_TYPES",
    "CHILDREN",
    "CUSTOMER_ORDER",
    "CUSTOM_ENTITY",
    "DICTIONARY_ATTRIBUTES",
    "ENTITIES",
    "Collection",
    "Entity",
    "Field",
    "Kind",
    "targets",
]
