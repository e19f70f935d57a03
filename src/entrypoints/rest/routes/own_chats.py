"""Where the people who run a company are told what they should act upon."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from application.bus import Application
from application.dealers.bind_links import MadeBindLink
from application.dealers.commands.ask_own_mail import AskOwnMail
from application.dealers.commands.create_own_link import CreateOwnLink
from application.dealers.commands.unbind_own_chat import UnbindOwnChat
from application.dealers.mail_asking import AskedMail
from application.dealers.queries.list_own_chats import ListOwnChats
from application.dealers.views import ChatView
from application.tenants.ports import Identity
from domain.shared.identities import BindingId, MemberId
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION, session_of
from entrypoints.rest.idempotency import ONCE


class OwnAddress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where you want to be told."""

    address: Annotated[str, msgspec.Meta(min_length=3, max_length=254)]


@get("/me/chats", summary="Where I am told what should be acted upon")
async def list_own_chats(
    identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> list[ChatView]:
    """Your own Telegram chats and e-mail addresses, the oldest first. One with a `lost` is told nothing any more; the
    code says why, and a new link begins anew. Only owners and admins are told, however many chats they have.
    """
    query = ListOwnChats(company_id=identity.company_id, member_id=_person(identity))
    return await application.ask(query)


@post("/me/bind-links", summary="Make a link that binds a chat of mine", opt=ONCE)
async def create_own_link(
    identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> MadeBindLink:
    """Open it within ten minutes and press Start, or choose a group: each new announcement is told there once, those of
    the same moment in one message, in your language. It works once. /stop in the chat ends it.
    """
    return await application.execute(CreateOwnLink(company_id=identity.company_id, member_id=_person(identity)))


@post("/me/emails", summary="Ask for an e-mail address of mine", status_code=202, opt=ONCE)
async def ask_own_mail(
    data: JSONBody[OwnAddress], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> AskedMail:
    """A link is mailed there. Once it was confirmed, within a day, the address is among your `chats`; before that it is
    told nothing.
    """
    command = AskOwnMail(company_id=identity.company_id, member_id=_person(identity), address=data.address)
    return await application.execute(command)


@delete("/me/chats/{chat_id:uuid}", summary="Unbind a chat or an address of mine")
async def unbind_own_chat(
    chat_id: FromPath[UUID], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> None:
    """What waits to be told there is not told."""
    await application.execute(
        UnbindOwnChat(company_id=identity.company_id, member_id=_person(identity), binding_id=BindingId(chat_id))
    )


def _person(identity: Identity) -> MemberId:
    """Raises PermissionMissing, or SessionNeeded for a machine: it has no chat of its own."""
    identity.require(Permission.MANAGE_CONNECTIONS)
    session_of(identity)
    return identity.member_id


ROUTER = Router(
    "/",
    route_handlers=[list_own_chats, create_own_link, ask_own_mail, unbind_own_chat],
    tags=["Announcements"],
    security=SESSION,
)
