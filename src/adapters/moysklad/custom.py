"""Columns of a company's own: custom attributes, price types, characteristics (JSON API docs, metadata)."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from adapters.moysklad.asking import Asking, decoded
from domain.exports.columns import Column, attribute_column, characteristic_column, price_columns
from domain.exports.exporter import BaseExporter
from domain.exports.filters import Condition, Place
from domain.shared.cells import CellKind

_PAGE = 1000

ATTRIBUTE_KINDS: dict[str, CellKind] = {
    "link": CellKind.LINK,
    "long": CellKind.INTEGER,
    "double": CellKind.NUMBER,
    "boolean": CellKind.BOOLEAN,
    "time": CellKind.DATE_TIME,
}
"""Types of custom attributes (JSON API docs, custom fields). Every other type, known or new, shows as text."""

_DICTIONARIES = frozenset({"counterparty", "contract", "project", "store", "employee", "product", "customentity"})


class _Link(msgspec.Struct):
    href: str = ""


class _Attribute(msgspec.Struct):
    id: UUID
    name: str
    type: str = "string"
    custom_entity_meta: _Link | None = msgspec.field(name="customEntityMeta", default=None)


class _Meta(msgspec.Struct):
    size: int = 0


class _Attributes(msgspec.Struct):
    rows: list[_Attribute] = []
    meta: _Meta = msgspec.field(default_factory=_Meta)


class _Named(msgspec.Struct):
    id: UUID
    name: str


class _VariantMetadata(msgspec.Struct):
    characteristics: list[_Named] = []


_ATTRIBUTES = msgspec.json.Decoder(_Attributes)
_PRICE_TYPES = msgspec.json.Decoder(list[_Named])
_VARIANTS = msgspec.json.Decoder(_VariantMetadata)


class CustomColumns:
    """Asks an account what its objects have besides what every account's have."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def of(self, exporter: BaseExporter, conditions: Sequence[Condition]) -> tuple[Column, ...]:
        """Attributes first, then prices, then characteristics, each in MoySklad's order."""
        found: list[Column] = []
        if exporter.attributes_of is not None:
            found += await self._attributes(_filled(exporter.attributes_of, exporter, conditions))
        if exporter.prices:
            body = await self._asking.get("/context/companysettings/pricetype")
            for price_type in decoded(_PRICE_TYPES, body, "price types"):
                found += price_columns(price_type.id, price_type.name)
        if exporter.characteristics:
            metadata = decoded(_VARIANTS, await self._asking.get("/entity/variant/metadata"), "characteristics")
            found += [characteristic_column(one.id, one.name) for one in metadata.characteristics]
        return tuple(found)

    async def _attributes(self, entity: str) -> list[Column]:
        found: dict[UUID, Column] = {}
        offset = 0
        while True:
            question = (("limit", str(_PAGE)), ("offset", str(offset)))
            body = await self._asking.get(f"/entity/{entity}/metadata/attributes", question)
            page: _Attributes = decoded(_ATTRIBUTES, body, "attributes")
            found |= {one.id: _column(one) for one in page.rows}
            offset += len(page.rows)
            if not page.rows or offset >= page.meta.size:
                return list(found.values())


def attribute_kind(type_name: str) -> CellKind:
    """How an attribute of that type is shown."""
    return ATTRIBUTE_KINDS.get(type_name, CellKind.TEXT)


def _column(one: _Attribute) -> Column:
    entity = one.type if one.type in _DICTIONARIES else ""
    if one.type == "customentity" and one.custom_entity_meta is not None:
        entity = f"customentity/{one.custom_entity_meta.href.rstrip('/').rpartition('/')[2]}"
    return attribute_column(one.id, one.name, attribute_kind(one.type), entity=entity, filterable=one.type != "file")


def _filled(entity: str, exporter: BaseExporter, conditions: Sequence[Condition]) -> str:
    """The entity with the ids that conditions put into its path."""
    for condition in conditions:
        offer = next((one for one in exporter.filters if one.id == condition.filter_id), None)
        if offer is not None and offer.place is Place.PATH:
            entity = entity.replace(f"{{{offer.id}}}", str(UUID(condition.value)))
    return entity
