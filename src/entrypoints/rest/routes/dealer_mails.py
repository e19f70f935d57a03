"""E-mail addresses of dealers."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from application.bus import Application
from application.dealers.commands.ask_mail import AskMail
from application.dealers.mail_asking import AskedMail
from application.tenants.ports import Identity
from domain.shared.identities import DealerId
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION
from entrypoints.rest.idempotency import ONCE


class NewAddress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the dealer wants to be told things."""

    address: Annotated[str, msgspec.Meta(min_length=3, max_length=254)]


@post("/dealers/{dealer_id:uuid}/emails", summary="Ask for an e-mail address", status_code=202, opt=ONCE)
async def ask_mail(
    dealer_id: FromPath[UUID],
    data: JSONBody[NewAddress],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> AskedMail:
    """A link is mailed there. Once whoever reads that mail has confirmed it, within a day, the address is among the
    dealer's `chats`, and can be unbound there; before that it is told nothing.
    """
    identity.require(Permission.MANAGE_EXPORTS)
    command = AskMail(company_id=identity.company_id, dealer_id=DealerId(dealer_id), address=data.address)
    return await application.execute(command)


ROUTER = Router("/", route_handlers=[ask_mail], tags=["Dealers"], security=SESSION)
