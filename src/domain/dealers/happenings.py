"""What happens to a company's documents, whom it concerns, and what they are told of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.dealers.bindings import ChatBinding
from domain.dealers.dealers import Dealer, NoticeKind, Points
from domain.dealers.naming import folded

CREATED: dict[str, NoticeKind] = {
    "customerorder": NoticeKind.ORDER,
    "paymentin": NoticeKind.PAYMENT,
    "cashin": NoticeKind.PAYMENT,
    "demand": NoticeKind.SHIPMENT,
}
"""Documents by their types at MoySklad, and what it means that one was made."""

NEWS = timedelta(days=30)
"""What is changed so long after it was made is not new. Shorter than the ledger of notices is kept, which says what was
told already."""

TYPES: dict[NoticeKind, frozenset[str]] = {
    **{kind: frozenset(type_ for type_, one in CREATED.items() if one is kind) for kind in CREATED.values()},
    NoticeKind.STATE: frozenset(CREATED),
}
"""Of which documents somebody has to hear who is to be told of this."""


@dataclass(frozen=True, slots=True)
class Item:
    """A position. `price` is in hundredths of the document's currency, before the `discount` of so many percent."""

    name: str
    quantity: float
    price: float
    discount: float = 0.0


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """A document as dealers are told of it. `total` is in hundredths of the document's own currency, whose `currency`
    is an ISO code; `address` leads to it at MoySklad. `comment` is what MoySklad calls `description`.
    """

    type: str
    id: str
    name: str
    created: datetime
    moment: datetime
    updated: datetime
    total: float
    currency: str
    partner: UUID | None = None
    partner_name: str = ""
    groups: frozenset[str] = frozenset()
    retail_store: UUID | None = None
    store: UUID | None = None
    sales_channel: UUID | None = None
    state_id: str = ""
    state: str = ""
    address: str = ""
    store_name: str = ""
    comment: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """That something is told in a chat; `once_key` is the same however often that is decided."""

    chat: ChatBinding
    kind: NoticeKind
    facts: DocumentFacts
    once_key: str


def concerns(points: Points, facts: DocumentFacts) -> bool:
    """Whether the document is the partner's own, or belongs to one of the points of sale. Whether MoySklad keeps the
    case of groups' names is not documented: it makes no difference.
    """
    return (
        (points.partner is not None and points.partner == facts.partner)
        or facts.retail_store in points.retail_stores
        or facts.store in points.stores
        or facts.sales_channel in points.sales_channels
        or not {folded(one) for one in points.groups}.isdisjoint(map(folded, facts.groups))
    )


def decide(dealer: Dealer, chats: Iterable[ChatBinding], facts: DocumentFacts, changes: int) -> list[Decided]:
    """What the dealer is told of a document. `changes` counts how often its state was seen to change, if it just did.

    Only what was made after the switch was turned on, and after the chat was bound, is told as new there, and only for
    a while: an old document that is changed is no news, and the ledger may have forgotten that it was told.
    """
    if not concerns(dealer.points, facts):
        return []
    decided = []
    for chat in chats:
        if chat.lost is not None:
            continue
        kind = CREATED[facts.type]
        since = dealer.switches.get(kind)
        if since is not None and facts.created >= max(since, chat.bound_at) and facts.updated <= facts.created + NEWS:
            decided.append(Decided(chat, kind, facts, f"{chat.id}:{kind}:{facts.type}:{facts.id}"))
        if changes and NoticeKind.STATE in dealer.switches:
            key = f"{chat.id}:{NoticeKind.STATE}:{facts.type}:{facts.id}:{facts.state_id}:{changes}"
            decided.append(Decided(chat, NoticeKind.STATE, facts, key))
    return decided
