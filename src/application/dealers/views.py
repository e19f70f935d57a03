"""What is told of dealers and their chats."""

from datetime import datetime, time
from uuid import UUID

import msgspec

from domain.dealers.addresses import Channel
from domain.dealers.bindings import ChatBinding
from domain.dealers.dealers import Dealer, NoticeKind
from domain.dealers.languages import Language
from domain.dealers.rhythms import Often
from domain.shared.identities import BindingId, DealerId


class ChatView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A chat of a dealer's. `lost` is the code of why nothing can be delivered there any more, if so."""

    id: BindingId
    channel: Channel
    recipient: str
    thread: int | None
    title: str
    bound_at: datetime
    lost: str | None


class PointsView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What belongs to the dealer at MoySklad."""

    partner: UUID | None
    retail_stores: list[UUID]
    stores: list[UUID]
    sales_channels: list[UUID]
    groups: list[str]


class QuietView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """On the company's clock."""

    begins: time
    ends: time


class RhythmView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How often the dealer is told; `at` is on the company's clock."""

    often: Often
    at: time | None
    quiet_as_one: bool


class DealerView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A dealer with their chats. `notices` are kinds with the moments since when they are wanted;
    `language` is that of texts and answers.
    """

    id: DealerId
    name: str
    points: PointsView
    notices: dict[NoticeKind, datetime]
    quiet: QuietView | None
    rhythm: RhythmView
    language: Language
    chats: list[ChatView]
    created_at: datetime


def dealer_view(dealer: Dealer, chats: list[ChatBinding]) -> DealerView:
    """The dealer as people are shown them."""
    points = dealer.points
    return DealerView(
        id=dealer.id,
        name=dealer.name,
        points=PointsView(
            partner=points.partner,
            retail_stores=sorted(points.retail_stores),
            stores=sorted(points.stores),
            sales_channels=sorted(points.sales_channels),
            groups=sorted(points.groups),
        ),
        notices=dict(dealer.switches),
        quiet=None if dealer.quiet is None else QuietView(begins=dealer.quiet.begins, ends=dealer.quiet.ends),
        rhythm=RhythmView(often=dealer.rhythm.often, at=dealer.rhythm.at, quiet_as_one=dealer.rhythm.quiet_as_one),
        language=dealer.language,
        chats=[chat_view(chat) for chat in chats],
        created_at=dealer.created_at,
    )


def chat_view(chat: ChatBinding) -> ChatView:
    """The chat as people are shown it."""
    return ChatView(
        id=chat.id,
        channel=chat.address.channel,
        recipient=chat.address.recipient,
        thread=chat.address.thread,
        title=chat.title,
        bound_at=chat.bound_at,
        lost=chat.lost,
    )
