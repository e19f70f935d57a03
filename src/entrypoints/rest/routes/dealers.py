"""The directory of dealers, and the chats in which they are told things."""

from datetime import time
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from application.bus import Application
from application.dealers.bind_links import MadeBindLink
from application.dealers.commands.change_dealer import ChangeDealer
from application.dealers.commands.create_bind_link import CreateBindLink
from application.dealers.commands.create_dealer import CreateDealer
from application.dealers.commands.remove_dealer import RemoveDealer
from application.dealers.commands.unbind_chat import UnbindChat
from application.dealers.queries.get_dealer import GetDealer
from application.dealers.queries.list_dealers import ListDealers
from application.dealers.views import DealerView
from application.tenants.ports import Identity
from domain.dealers.dealers import NoticeKind, Points
from domain.dealers.languages import Language
from domain.dealers.quiet import Quiet
from domain.dealers.rhythms import Often, Rhythm
from domain.shared.identities import BindingId, DealerId
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION
from entrypoints.rest.idempotency import ONCE
from entrypoints.rest.pages import CursorInvalid, PageOf, page_by_key, read_key, read_limit

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]
Group = Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]


class DealerPoints(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Ids at MoySklad: the counterparty that the dealer is, retail stores, stores and sales channels; and names of
    counterparties' groups.
    """

    partner: UUID | None = None
    retail_stores: frozenset[UUID] = frozenset()
    stores: frozenset[UUID] = frozenset()
    sales_channels: frozenset[UUID] = frozenset()
    groups: frozenset[Group] = frozenset()


class QuietHours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`HH:MM:SS` on the company's clock, over midnight where `ends` is earlier. What happens meanwhile is told then."""

    begins: time
    ends: time


class DealerRhythm(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """`at_once`, `hourly`, or `daily` with `at`, `HH:MM:SS` on the company's clock: what was held goes as one message,
    or as several where it is too long. With `quietAsOne` so goes what happened in quiet hours when they end.
    """

    often: Often = Often.AT_ONCE
    at: time | None = None
    quiet_as_one: bool = False


class NewDealer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`notices` are what the dealer is told of: `order`, `payment`, `shipment`, `state`; `language` is in what
    they are told it, and answered: `ru` or `en`.
    """

    name: Name
    points: DealerPoints = DealerPoints()
    notices: frozenset[NoticeKind] = frozenset()
    quiet: QuietHours | None = None
    rhythm: DealerRhythm = DealerRhythm()
    language: Language = Language.RU


class ChangedDealer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays; `points`, `notices` and `rhythm` are replaced as a whole; a null `quiet` takes quiet
    hours away. A new `rhythm` or `language` is for what happens from now on.
    """

    name: Name | None = None
    points: DealerPoints | None = None
    notices: frozenset[NoticeKind] | None = None
    quiet: QuietHours | msgspec.UnsetType | None = msgspec.UNSET
    rhythm: DealerRhythm | None = None
    language: Language | None = None


@get("/dealers", summary="Dealers")
async def list_dealers(
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> PageOf[DealerView]:
    """In the order in which they were made, with their chats."""
    identity.require(Permission.READ)
    size = read_limit(limit)
    query = ListDealers(company_id=identity.company_id, after=_after(read_key(cursor)), limit=size + 1)
    return page_by_key(await application.ask(query), size, lambda dealer: str(dealer.id))


@post("/dealers", summary="Add a dealer", opt=ONCE)
async def create_dealer(
    data: JSONBody[NewDealer], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> DealerView:
    """Documents that are made from now on are told of, of which the dealer wants to be told."""
    identity.require(Permission.MANAGE_EXPORTS)
    made = await application.execute(
        CreateDealer(
            company_id=identity.company_id,
            name=data.name,
            points=_points(data.points),
            notices=data.notices,
            quiet=_quiet(data.quiet),
            rhythm=_rhythm(data.rhythm),
            language=data.language,
        )
    )
    return await application.ask(GetDealer(company_id=identity.company_id, dealer_id=made))


@get("/dealers/{dealer_id:uuid}", summary="A dealer")
async def get_dealer(
    dealer_id: FromPath[UUID], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> DealerView:
    """A chat with a `lost` is told nothing any more; the code says why."""
    identity.require(Permission.READ)
    return await application.ask(GetDealer(company_id=identity.company_id, dealer_id=DealerId(dealer_id)))


@patch("/dealers/{dealer_id:uuid}", summary="Change a dealer")
async def change_dealer(
    dealer_id: FromPath[UUID],
    data: JSONBody[ChangedDealer],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> DealerView:
    """A kind of notice that was wanted already is wanted since when it was."""
    identity.require(Permission.MANAGE_EXPORTS)
    company_id, own = identity.company_id, DealerId(dealer_id)
    quiet = data.quiet
    await application.execute(
        ChangeDealer(
            company_id=company_id,
            dealer_id=own,
            name=data.name,
            points=None if data.points is None else _points(data.points),
            notices=data.notices,
            quiet=quiet if isinstance(quiet, msgspec.UnsetType) else _quiet(quiet),
            rhythm=None if data.rhythm is None else _rhythm(data.rhythm),
            language=data.language,
        )
    )
    return await application.ask(GetDealer(company_id=company_id, dealer_id=own))


@delete("/dealers/{dealer_id:uuid}", summary="Remove a dealer")
async def remove_dealer(
    dealer_id: FromPath[UUID], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> None:
    """With their chats: nothing is told there any more."""
    identity.require(Permission.MANAGE_EXPORTS)
    await application.execute(RemoveDealer(company_id=identity.company_id, dealer_id=DealerId(dealer_id)))


@post("/dealers/{dealer_id:uuid}/bind-links", summary="Make a link that binds a chat", opt=ONCE)
async def create_bind_link(
    dealer_id: FromPath[UUID], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> MadeBindLink:
    """Give it to the dealer: whoever opens it within ten minutes and presses Start binds their chat, or the group that
    they choose. It works once.
    """
    identity.require(Permission.MANAGE_EXPORTS)
    return await application.execute(
        CreateBindLink(company_id=identity.company_id, dealer_id=DealerId(dealer_id)),
    )


@delete("/dealers/{dealer_id:uuid}/chats/{chat_id:uuid}", summary="Unbind a chat")
async def unbind_chat(
    dealer_id: FromPath[UUID],
    chat_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> None:
    """People in the chat can do the same by saying /stop."""
    identity.require(Permission.MANAGE_EXPORTS)
    await application.execute(
        UnbindChat(company_id=identity.company_id, dealer_id=DealerId(dealer_id), binding_id=BindingId(chat_id))
    )


def _points(data: DealerPoints) -> Points:
    return Points(data.partner, data.retail_stores, data.stores, data.sales_channels, data.groups)


def _quiet(data: QuietHours | None) -> Quiet | None:
    return None if data is None else Quiet(data.begins.replace(tzinfo=None), data.ends.replace(tzinfo=None))


def _rhythm(data: DealerRhythm) -> Rhythm:
    return Rhythm(data.often, None if data.at is None else data.at.replace(tzinfo=None), data.quiet_as_one)


def _after(key: str | None) -> DealerId | None:
    if key is None:
        return None
    try:
        return DealerId(UUID(key))
    except ValueError as wrong:
        raise CursorInvalid from wrong


ROUTER = Router(
    "/",
    route_handlers=[
        list_dealers,
        create_dealer,
        get_dealer,
        change_dealer,
        remove_dealer,
        create_bind_link,
        unbind_chat,
    ],
    tags=["Dealers"],
    security=SESSION,
)
