"""Objects as JSON: rows, nested collections and expanded links (JSON API docs, examples of each entity)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from emulators.moysklad.accounts import Account, Attribute
from emulators.moysklad.catalogue import CHILDREN, DICTIONARY_ATTRIBUTES, Collection, Entity, Kind
from emulators.moysklad.links import JSON_TYPE
from emulators.moysklad.records import Record, Ref, Row

Raw = msgspec.Raw
Tree = dict[str, Any]
Shown = Callable[[Record, Row], dict[str, float] | None]
"""What to add to a line about stock."""


@dataclass(frozen=True, slots=True)
class View:
    """How objects are shown: at most `nested` rows of a collection, with stock or without, and which types the caller
    has no right to see.
    """

    nested: int = 0
    stock: Shown | None = None
    denied: frozenset[str] = frozenset()


PLAIN = View()
_encode = msgspec.json.Encoder().encode
_AS_IS, _LINK, _LINKS, _OPERATIONS = range(4)
_MODES = {Kind.REFERENCE: _LINK, Kind.REFERENCES: _LINKS, Kind.OPERATIONS: _OPERATIONS}
_layouts: dict[str, tuple[tuple[str, int], ...]] = {}
COLLECTION_LIMIT = 1000


def row(account: Account, record: Record) -> bytes:
    """The object's JSON without expansion, from the cache when nothing changed."""
    if record.row is None:
        record.row = _encode(_build(account, record, {}, PLAIN))
    return record.row


def expanded(account: Account, record: Record, tree: Tree, view: View) -> bytes:
    """The object's JSON with the links of `tree` replaced by objects, as `view` wants it."""
    if not tree:
        return row(account, record)
    return _encode(_build(account, record, tree, view))


def line(
    account: Account, record: Record, collection: Collection, one: Row, tree: Tree, view: View = PLAIN
) -> dict[str, Any]:
    """One row of a nested collection as JSON."""
    links = account.links
    kind = record.entity.name
    meta = {"href": f"{links.href(record.ref)}/{collection.address}/{one.id}"}
    if collection.name == "positions":
        meta["metadataHref"] = f"{links.api}/entity/{kind}/metadata"
    meta |= {"type": collection.kind, "mediaType": JSON_TYPE}
    out: dict[str, Any] = {"meta": meta, "id": one.id, "accountId": account.id}
    for field in collection.fields:
        value = one.get(field.name)
        if value is not None:
            out[field.name] = _value(account, value, _MODES.get(field.kind, _AS_IS), tree.get(field.name), view)
    numbers = view.stock(record, one) if view.stock is not None and collection.name == "positions" else None
    if numbers is not None:
        out["stock"] = numbers
    return out


def reference(account: Account, ref: Ref) -> Raw:
    """`{"meta": …}` of a link."""
    found = account.ref_cache.get(ref)
    if found is None:
        found = account.ref_cache[ref] = Raw(_encode({"meta": account.links.meta(ref)}))
    return found


def collection_meta(account: Account, record: Record, collection: Collection, size: int, limit: int) -> dict[str, Any]:
    """The `meta` of a nested collection."""
    return {
        "href": f"{account.links.href(record.ref)}/{collection.address}",
        "metadataHref": f"{account.links.entity(record.entity.name)}/metadata",
        "type": collection.kind,
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


def _build(account: Account, record: Record, tree: Tree, view: View) -> dict[str, Any]:
    entity = record.entity
    fields = record.fields
    out: dict[str, Any] = {"meta": account.links.meta(record.ref), "id": record.id}
    if entity.has_account:
        out["accountId"] = account.id
    for name, mode in _layout(entity):
        value = fields.get(name)
        if value is None:
            continue
        if mode == _AS_IS:
            out[name] = value if name not in tree else _inner(account, value, tree[name], view)
        else:
            out[name] = _value(account, value, mode, tree.get(name), view)
    if isinstance(fields.get("rate"), Ref):
        out["rate"] = _rate(account, fields, tree.get("rate", {}), view)
    for collection in entity.collections:
        out[collection.name] = _collection(account, record, collection, tree.get(collection.name), view)
    if record.attributes:
        out["attributes"] = _attributes(account, record)
    if record.distorted is not None:
        out |= record.distorted
    return out


def _layout(entity: Entity) -> tuple[tuple[str, int], ...]:
    found = _layouts.get(entity.name)
    if found is None:
        found = tuple((one.name, _MODES.get(one.kind, _AS_IS)) for one in entity.fields)
        _layouts[entity.name] = found
    return found


def _rate(account: Account, fields: dict[str, Any], tree: Tree, view: View) -> dict[str, Any]:
    """The currency of an object; its rate is shown only when it is not one."""
    rate = {"currency": _link(account, fields["rate"], tree.get("currency"), view)}
    if fields.get("rateValue", 1) != 1:
        rate["value"] = fields["rateValue"]
    return rate


def _value(account: Account, value: Any, mode: int, tree: Tree | None, view: View) -> Any:
    if mode == _LINK:
        return _link(account, value, tree, view)
    if mode == _LINKS:
        return [_link(account, one, tree, view) for one in value]
    if mode == _OPERATIONS:
        return [_operation(account, one.ref, one.amount, tree, view) for one in value]
    return value


def _operation(account: Account, ref: Ref, amount: float, tree: Tree | None, view: View) -> dict[str, Any]:
    target = account.find(ref) if tree is not None and ref.kind not in view.denied else None
    if target is not None:
        return _build(account, target, tree or {}, _inside(view)) | {"linkedSum": amount}
    return {"meta": account.links.meta(ref), "linkedSum": amount}


def _link(account: Account, ref: Ref, tree: Tree | None, view: View) -> Any:
    if tree is None:
        return reference(account, ref)
    if ref.kind == "state":
        state = account.state(ref)
        return state if state is not None else reference(account, ref)
    if ref.kind in CHILDREN:
        found = account.child(ref)
        if found is None:
            return reference(account, ref)
        owner, row_ = found
        return line(account, owner, owner.entity.nested[CHILDREN[ref.kind][0]], row_, tree, view)
    target = account.find(ref)
    if target is None:
        return reference(account, ref)
    if ref.kind in view.denied:
        return {"meta": account.links.meta(ref) | {"permitted": False}}
    if not tree:
        return Raw(row(account, target))
    return _build(account, target, tree, _inside(view))


def _inside(view: View) -> View:
    """Objects within objects show no stock beside their lines."""
    return view if view.stock is None else replace(view, stock=None)


def _inner(account: Account, value: Any, tree: Tree, view: View) -> Any:
    """A value made of objects, with the links inside it that `tree` names expanded: the currency of a price."""
    if isinstance(value, list):
        return [_inner(account, one, tree, view) for one in value]
    if not isinstance(value, dict):
        return value
    out = dict(value)
    for name, below in tree.items():
        if isinstance(out.get(name), dict) and "meta" in out[name]:
            out[name] = _link(account, account.links.read(out[name]["meta"]["href"], name), below, view)
    return out


def _collection(
    account: Account, record: Record, collection: Collection, tree: Tree | None, view: View
) -> dict[str, Any]:
    rows = record.rows(collection.name)
    if tree is None:
        return {"meta": collection_meta(account, record, collection, len(rows), COLLECTION_LIMIT)}
    return {
        "meta": collection_meta(account, record, collection, len(rows), view.nested),
        "rows": [line(account, record, collection, one, tree, view) for one in rows[: view.nested]],
    }


def _attributes(account: Account, record: Record) -> list[Raw]:
    owner = record.attribute_owner
    known = account.attributes.get(owner, {})
    out = []
    for identifier, value in record.attributes.items():
        attribute = known.get(identifier)
        if attribute is None:
            continue
        if not attribute.prefix:
            attribute.prefix = _prefix(account, owner, attribute)
        shown = _attribute_value(account, attribute, value)
        extra = b""
        if attribute.type == "file":
            extra = b',"download":' + _encode(_download(account, record, attribute))
        out.append(Raw(b'%b,"value":%b%b}' % (attribute.prefix, _encode(shown), extra)))
    return out


def _download(account: Account, record: Record, attribute: Attribute) -> dict[str, str]:
    """Where a file of a custom field would be downloaded from."""
    href = f"{account.links.api}/download/{record.id[:8]}{attribute.id[8:]}"
    return {"href": href, "mediaType": "application/octet-stream"}


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
