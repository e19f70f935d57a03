"""Links inside decoded objects: where they stand and where they lead."""

import re
from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import attrgetter
from typing import Any

from adapters.moysklad.rowing import Unreadable
from adapters.moysklad.shapes import LIST, Path, bare

STATES = "/metadata/states"
ACCOUNTS = "/accounts"
_TARGET = re.compile(r"/entity/(?P<kind>[a-z]+(?:/[0-9a-f-]{36})?|[a-z]+/metadata/states)/(?P<id>[0-9a-fA-F-]{36})$")


_ACCOUNT = re.compile(r"/entity/(?P<owner>[a-z]+)/(?P<id>[0-9a-fA-F-]{36}/accounts/[0-9a-fA-F-]{36})$")


def target(href: str) -> tuple[str, str]:
    """The kind and the id that an address names: `("counterparty", …)`, `("customerorder/metadata/states", …)`.

    A bank account has no list of its own, and its id names its owner too: `("counterparty/accounts",
    "<id>/accounts/<id>")`. Two empty texts for an address that leads to no entry of a list.
    """
    address = href.partition("?")[0]
    found = _TARGET.search(address)
    if found:
        return found["kind"], found["id"]
    account = _ACCOUNT.search(address)
    return (f"{account['owner']}{ACCOUNTS}", account["id"]) if account else ("", "")


def linked(objects: Sequence[Any], path: Path) -> Iterable[tuple[Any, Any, Any]]:
    """What may stand at `path`: its holder, the field or the place in a list, and the link, the object or None."""
    holders, name = _holders(objects, path), bare(path[-1])
    values = map(attrgetter(name), holders)
    if not path[-1].endswith(LIST):
        return zip(holders, repeat(name), values)
    return [(found, place, one) for found in values for place, one in enumerate(found or ())]


def unresolved(objects: Sequence[Any], path: Path) -> list[tuple[Any, str | int, str]]:
    """Links at `path` that no expansion has replaced: they have an address and no id."""
    if path[-1].endswith(LIST):
        return [(found, place, href) for found, place, one in linked(objects, path) if (href := _address(one))]
    get = attrgetter(path[-1])
    return [
        (holder, path[-1], one.meta.href)
        for holder in _holders(objects, path)  # as _address has it, without a call for each link of each row
        if (one := get(holder)) is not None and one.id is None and one.meta is not None and one.meta.href
    ]


def _address(one: Any) -> str | None:
    return one.meta.href if one is not None and one.id is None and one.meta is not None else None


def _holders(objects: Sequence[Any], path: Path) -> list[Any]:
    holders: list[Any] = [one for one in objects if type(one) is not Unreadable]
    for step in path[:-1]:
        inner = attrgetter(bare(step))
        if step.endswith(LIST):
            holders = [element for holder in holders for element in inner(holder) or () if element is not None]
        else:
            holders = [found for holder in holders if (found := inner(holder)) is not None]
    return holders


def put(holder: Any, name: str | int, found: Any) -> None:
    """Puts an object into a field of another one. Into a link of a list its fields are filled in instead, because such
    a link may have fields of its own, like the sum by which a payment is linked to an order.
    """
    if not isinstance(name, int):
        setattr(holder, name, found)
    elif found is not None:
        link = holder[name]
        for field in found.__struct_fields__:
            value = getattr(found, field)
            if value is not None and hasattr(link, field):
                setattr(link, field, value)
