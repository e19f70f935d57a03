"""`POST /webhooks/telegram`: what Telegram tells our bot (Bot API, setWebhook)."""

import hmac
from typing import Any

import msgspec
from litestar import Request, Response, Router, post
from litestar.datastructures import State
from litestar.di import NamedDependency

from application.bus import Application
from domain.dealers.bindings import BotNotConfigured
from domain.dealers.languages import Language
from domain.shared.errors import Unauthenticated
from entrypoints.botting import BotSettings
from entrypoints.chatting import Reply, Update, take_in
from entrypoints.rest.words import Wording

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
_UPDATE = msgspec.json.Decoder(Update)


class UpdateRefused(Unauthenticated):
    """Whoever calls does not know the secret that the webhook was set with."""

    code = "dealers.update_refused"


class Answered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A method of the Bot API's as the answer to an update, which Telegram then carries out; nothing without one
    (Bot API, making requests when getting updates).
    """

    method: str = ""
    chat_id: str = ""
    text: str = ""
    message_thread_id: int | None = None


@post("/webhooks/telegram", summary="What is said to the Telegram bot", status_code=200)
async def hear(
    request: Request[Any, Any, Any],
    state: State,
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
) -> Response[Answered]:
    """200 once what was said has been carried out, perhaps with what the bot says to it. Telegram repeats what is
    answered otherwise; an update that cannot be read would be repeated in vain, and is passed over.
    """
    bot: BotSettings = state.bot
    if bot.name is None or bot.secret is None:
        raise BotNotConfigured
    if not hmac.compare_digest(request.headers.get(SECRET, "").encode(), bot.secret.encode()):
        raise UpdateRefused
    try:
        update = _UPDATE.decode(await request.body())
    except msgspec.DecodeError:
        return Response(Answered())
    reply = await take_in(application, update, bot.name)
    return Response(Answered() if reply is None else _said(reply, wording))


def _said(reply: Reply, wording: Wording) -> Answered:
    both = wording(reply.code, reply.details)
    words = both.en if reply.language is Language.EN else both.ru
    return Answered(
        method="sendMessage",
        chat_id=reply.address.recipient,
        text=f"{words.title}\n{words.action}",
        message_thread_id=reply.address.thread,
    )


ROUTER = Router("/", route_handlers=[hear], tags=["Telegram"])
