"""The `expand` and `fields` parameters (JSON API docs, "replacing links with objects" and "fields").

In lists both work only when `limit` is given and is at most 100; otherwise they are ignored without a word.
"""

from collections.abc import Mapping

from emulators.moysklad import errors
from emulators.moysklad.catalogue import CUSTOM_ENTITY, ENTITIES, Entity, Kind
from emulators.moysklad.render import Tree

DEPTH = 3
EXPAND_LIMIT = 100
HIDDEN_FIELDS = {"stock", "minimumStock", "downloadPermanentHref", "declaration"}


def heeded(query: Mapping[str, str]) -> bool:
    """Whether a list request may expand anything."""
    limit = query.get("limit", "")
    return limit.isdigit() and int(limit) <= EXPAND_LIMIT


def parse(entity: Entity, text: str, *, of_positions: bool = False) -> Tree:
    """Reads a comma list of dotted paths. Raises ApiError for a path that cannot be expanded."""
    tree: Tree = {}
    for path in filter(None, (piece.strip() for piece in text.split(","))):
        parts = path.split(".")
        if len(parts) > DEPTH or not _allowed(entity, parts, of_positions=of_positions):
            raise errors.expand_refused(path)
        branch = tree
        for part in parts:
            branch = branch.setdefault(part, {})
    return tree


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


def _allowed(entity: Entity, parts: list[str], *, of_positions: bool) -> bool:
    head, rest = parts[0], parts[1:]
    if of_positions:
        return head == "assortment" and (not rest or _allowed(ENTITIES["product"], rest, of_positions=False))
    if head == "positions":
        return entity.document and (not rest or _allowed(entity, rest, of_positions=True))
    if any(head == name for name, _ in entity.collections):
        return not rest
    if head == "rate":
        return "rate" in entity.by_name and rest == ["currency"]
    known = entity.by_name.get(head)
    if known is None or known.kind is not Kind.REFERENCE:
        return False
    if not rest:
        return True
    return any(_allowed(_entity(target), rest, of_positions=False) for target in known.targets if target != "state")


def _entity(name: str) -> Entity:
    return ENTITIES.get(name, CUSTOM_ENTITY)
