"""Objects as JSON: rows, nested positions and expanded links (JSON API docs, examples of each entity)."""

from typing import Any

import msgspec

from emulators.moysklad.accounts import Account, Attribute
from emulators.moysklad.catalogue import DICTIONARY_ATTRIBUTES, Entity, Kind
from emulators.moysklad.links import JSON_TYPE
from emulators.moysklad.records import Position, Record, Ref

Raw = msgspec.Raw
Tree = dict[str, Any]
_encode = msgspec.json.Encoder().encode
_layouts: dict[str, tuple[tuple[str, bool], ...]] = {}


def row(account: Account, record: Record) -> bytes:
    """The object's JSON without expansion, from the cache when nothing changed."""
    if record.row is None:
        record.row = _encode(_build(account, record, {}, 0, stock=False))
    return record.row


def expanded(account: Account, record: Record, tree: Tree, nested: int, *, stock: bool = False) -> bytes:
    """The object's JSON with the links of `tree` replaced by objects and at most `nested` rows of positions."""
    if not tree:
        return row(account, record)
    return _encode(_build(account, record, tree, nested, stock=stock))


def position(account: Account, record: Record, line: Position, tree: Tree, *, stock: bool = False) -> dict[str, Any]:
    """One line of an order as JSON."""
    links = account.links
    kind = record.entity.name
    out: dict[str, Any] = {
        "meta": {
            "href": f"{links.api}/entity/{kind}/{record.id}/positions/{line.id}",
            "metadataHref": f"{links.api}/entity/{kind}/metadata",
            "type": f"{kind}position",
            "mediaType": JSON_TYPE,
        },
        "id": line.id,
        "accountId": account.id,
        "quantity": line.quantity,
        "price": line.price,
        "discount": line.discount,
        "vat": line.vat,
        "vatEnabled": line.vat_enabled,
        "assortment": _link(account, line.assortment, tree.get("assortment"), 0),
        "shipped": line.shipped,
        "reserve": line.reserve,
    }
    if stock:
        out["stock"] = {
            "cost": round(line.price * 0.6, 2),
            "quantity": line.quantity * 3,
            "reserve": line.reserve,
            "intransit": 0.0,
            "available": line.quantity * 3 - line.reserve,
        }
    return out


def reference(account: Account, ref: Ref) -> Raw:
    """`{"meta": …}` of a link."""
    found = account.ref_cache.get(ref)
    if found is None:
        found = account.ref_cache[ref] = Raw(_encode({"meta": account.links.meta(ref)}))
    return found


def collection_meta(account: Account, record: Record, name: str, kind: str, size: int, limit: int) -> dict[str, Any]:
    """The `meta` of a nested collection."""
    links = account.links
    return {
        "href": f"{links.href(record.ref)}/{name}",
        "metadataHref": f"{links.entity(record.entity.name)}/metadata",
        "type": kind,
        "mediaType": JSON_TYPE,
        "size": size,
        "limit": limit,
        "offset": 0,
    }


def attribute_definition(account: Account, owner: str, attribute: Attribute) -> dict[str, Any]:
    """One custom field's definition."""
    out: dict[str, Any] = {
        "meta": account.links.attribute_meta(owner, attribute.id),
        "id": attribute.id,
        "name": attribute.name,
        "type": attribute.type,
        "required": attribute.required,
        "show": True,
    }
    if attribute.description:
        out["description"] = attribute.description
    if attribute.type == "customentity":
        out["customEntityMeta"] = {
            "href": f"{account.links.api}/context/companysettings/metadata/customEntities/{attribute.dictionary}",
            "type": "customentitymetadata",
            "mediaType": JSON_TYPE,
        }
    return out


def _build(account: Account, record: Record, tree: Tree, nested: int, *, stock: bool) -> dict[str, Any]:
    entity = record.entity
    fields = record.fields
    out: dict[str, Any] = {"meta": account.links.meta(record.ref), "id": record.id}
    if entity.has_account:
        out["accountId"] = account.id
    for name, is_link in _layout(entity):
        value = fields.get(name)
        if value is None:
            continue
        out[name] = value if not is_link else _link(account, value, tree.get(name), nested)
    if isinstance(fields.get("rate"), Ref):
        sub = tree.get("rate", {}).get("currency")
        out["rate"] = {"currency": _link(account, fields["rate"], sub, nested)}
        if fields.get("rateValue", 1) != 1:
            out["rate"]["value"] = fields["rateValue"]
    for name, kind in entity.collections:
        meta = collection_meta(account, record, name, kind, 0, 1000)
        out[name] = {"meta": meta, "rows": []} if name in tree else {"meta": meta}
    if record.attributes:
        out["attributes"] = _attributes(account, record)
    if record.positions is not None:
        out["positions"] = _positions(account, record, record.positions, tree.get("positions"), nested, stock=stock)
    return out


def _layout(entity: Entity) -> tuple[tuple[str, bool], ...]:
    found = _layouts.get(entity.name)
    if found is None:
        found = tuple((one.name, one.kind is Kind.REFERENCE) for one in entity.fields)
        _layouts[entity.name] = found
    return found


def _link(account: Account, ref: Ref, tree: Tree | None, nested: int) -> Any:
    if tree is None:
        return reference(account, ref)
    if ref.kind == "state":
        state = account.state(ref)
        return state if state is not None else reference(account, ref)
    target = account.find(ref)
    if target is None:
        return reference(account, ref)
    if not tree:
        return Raw(row(account, target))
    return _build(account, target, tree, nested, stock=False)


def _positions(
    account: Account, record: Record, lines: list[Position], tree: Tree | None, nested: int, *, stock: bool
) -> dict[str, Any]:
    kind = f"{record.entity.name}position"
    if tree is None:
        return {"meta": collection_meta(account, record, "positions", kind, len(lines), 1000)}
    return {
        "meta": collection_meta(account, record, "positions", kind, len(lines), nested),
        "rows": [position(account, record, line, tree, stock=stock) for line in lines[:nested]],
    }


def _attributes(account: Account, record: Record) -> list[Raw]:
    known = account.attributes.get(record.entity.name, {})
    out = []
    for identifier, value in record.attributes.items():
        attribute = known.get(identifier)
        if attribute is None:
            continue
        if not attribute.prefix:
            attribute.prefix = _prefix(account, record.entity.name, attribute)
        shown = _attribute_value(account, attribute, value)
        out.append(Raw(b'%b,"value":%b}' % (attribute.prefix, _encode(shown))))
    return out


def _prefix(account: Account, owner: str, attribute: Attribute) -> bytes:
    head = {
        "meta": account.links.attribute_meta(owner, attribute.id),
        "id": attribute.id,
        "name": attribute.name,
        "type": attribute.type,
    }
    return _encode(head)[:-1]


def _attribute_value(account: Account, attribute: Attribute, value: Any) -> Any:
    if attribute.type not in DICTIONARY_ATTRIBUTES:
        return value
    target = account.find(value)
    name = target.fields.get("name", "") if target is not None else ""
    return {"meta": account.links.meta(value), "name": name}
