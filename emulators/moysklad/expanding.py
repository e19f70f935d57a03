"""The `expand` and `fields` parameters (JSON API docs, "replacing links with objects" and "fields").

In lists both work only when `limit` is given and is at most 100; otherwise they are ignored without a word.
"""

from collections.abc import Callable, Mapping

from emulators.moysklad import errors
from emulators.moysklad.catalogue import CHILDREN, CUSTOM_ENTITY, ENTITIES, Collection, Entity, Field, Kind, targets
from emulators.moysklad.render import Tree

DEPTH = 3
EXPAND_LIMIT = 100
PRICED = {"salePrices", "buyPrice", "minPrice", "overhead"}
_LINKS = {Kind.REFERENCE, Kind.REFERENCES, Kind.OPERATIONS}
HIDDEN_FIELDS = {"stock", "minimumStock", "downloadPermanentHref", "declaration"}


def heeded(query: Mapping[str, str]) -> bool:
    """Whether a list request may expand anything."""
    limit = query.get("limit", "")
    return limit.isdigit() and int(limit) <= EXPAND_LIMIT


def parse(entity: Entity, text: str) -> Tree:
    """Reads a comma list of dotted paths. Raises ApiError for a path that cannot be expanded."""
    return _parse(text, lambda parts: _allowed(entity, parts))


def parse_rows(collection: Collection, text: str) -> Tree:
    """The same for rows of a nested collection."""
    return _parse(text, lambda parts: _allowed_in(collection.by_name, parts))


def known(kind: str, name: str) -> bool:
    """Whether objects of this type have a link or a collection of this name."""
    return _allowed(ENTITIES[kind], [name]) or name in PRICED


def wants_stock(query: Mapping[str, str]) -> bool:
    """Whether positions show stock. Raises ApiError for an unknown hidden field."""
    value = query.get("fields")
    if value is None:
        return False
    if "," in value or ";" in value:
        raise errors.one_field_only()
    if value not in HIDDEN_FIELDS:
        raise errors.fields_refused(value)
    return value == "stock"


def _parse(text: str, allowed: Callable[[list[str]], bool]) -> Tree:
    tree: Tree = {}
    for path in filter(None, (piece.strip() for piece in text.split(","))):
        parts = path.split(".")
        if len(parts) > DEPTH or not allowed(parts):
            raise errors.expand_refused(path)
        branch = tree
        for part in parts:
            branch = branch.setdefault(part, {})
    return tree


def _allowed(entity: Entity, parts: list[str]) -> bool:
    head, rest = parts[0], parts[1:]
    collection = entity.nested.get(head)
    if collection is not None:
        return not rest or _allowed_in(collection.by_name, rest)
    if head == "rate" and entity.document:
        return "rate" in entity.by_name and rest == ["currency"]
    return _allowed_in(entity.by_name, parts)


def _allowed_in(known: dict[str, Field], parts: list[str]) -> bool:
    head, rest = parts[0], parts[1:]
    field = known.get(head)
    if field is None:
        return False
    if field.kind is Kind.JSON:
        return rest == ["currency"] and head in PRICED
    if field.kind not in _LINKS:
        return False
    return not rest or any(_allowed_below(target, rest) for target in targets(field.targets) if target != "state")


def _allowed_below(target: str, rest: list[str]) -> bool:
    if target in CHILDREN:
        name, owners = CHILDREN[target]
        return any(_allowed_in(ENTITIES[owner].nested[name].by_name, rest) for owner in owners)
    return _allowed(ENTITIES.get(target, CUSTOM_ENTITY), rest)
