"""Documents are read the way dealers are told of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from application.connections.document_ports import Document
from domain.dealers.happenings import DocumentFacts, Item
from domain.shared.errors import VendorFailed
from domain.shared.moments import from_moscow

_COMMON = ("agent", "state", "rate.currency")
EXPANDED: dict[str, tuple[str, ...]] = {
    "customerorder": (*_COMMON, "store", "positions.assortment"),
    "demand": (*_COMMON, "store", "positions.assortment"),
    "paymentin": _COMMON,
    "cashin": _COMMON,
}
"""Which links are replaced by what they lead to (JSON API docs, expand)."""


class DocumentUnreadable(VendorFailed):
    """A document lacks what every document has."""

    code = "dealers.document_unreadable"


def facts_of(kind: str, document: Document) -> DocumentFacts:
    """What the document says. Raises DocumentUnreadable where it has not the form that MoySklad describes."""
    try:
        return _facts(kind, document)
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise DocumentUnreadable(type=kind) from wrong


def _facts(kind: str, document: Document) -> DocumentFacts:
    agent, state, store = (_object(document, name) for name in ("agent", "state", "store"))
    currency = _object(_object(document, "rate"), "currency")
    address = str(_object(document, "meta").get("uuidHref") or "")
    positions = document.get("positions")
    return DocumentFacts(
        type=kind,
        id=str(UUID(document["id"])),
        name=str(document.get("name") or ""),
        created=_moment(document, "created"),
        moment=_moment(document, "moment"),
        updated=_moment(document, "updated"),
        total=float(document.get("sum") or 0),
        currency=str(currency.get("isoCode") or "RUB"),
        partner=_id(agent),
        partner_name=str(agent.get("name") or ""),
        groups=frozenset(str(one) for one in agent.get("tags") or ()),
        retail_store=_id(_object(document, "retailStore")),
        store=_id(store),
        sales_channel=_id(_object(document, "salesChannel")),
        state_id=str(_id(state) or ""),
        state=str(state.get("name") or ""),
        address=address if address.startswith("https://") else "",
        store_name=str(store.get("name") or ""),
        comment=str(document.get("description") or ""),
        items=tuple(_item(one) for one in positions) if isinstance(positions, list) else (),
    )


def _item(position: Mapping[str, Any]) -> Item:
    name = str(_object(position, "assortment").get("name") or "")
    quantity, price, discount = (float(position.get(one) or 0) for one in ("quantity", "price", "discount"))
    return Item(name, quantity, price, discount)


def _object(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = holder.get(name) or {}
    if not isinstance(found, Mapping):
        raise TypeError(name)
    return found


def _id(found: Mapping[str, Any]) -> UUID | None:
    """Its own id where it was expanded, else the end of the link to it."""
    if "id" in found:
        return UUID(found["id"])
    href = str(_object(found, "meta").get("href") or "")
    return UUID(href.partition("?")[0].rsplit("/", 1)[-1]) if href else None


def _moment(document: Mapping[str, Any], name: str) -> datetime:
    return from_moscow(document[name])
