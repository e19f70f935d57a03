"""What people say to the bot, as the Bot API's Update objects tell it (core.telegram.org/bots/api#update).

Updates may come twice and in another order. Everything that follows from one absorbs that, by the moments at which
things were said, so that no update has to be remembered.
"""

from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from application.bus import Application
from application.dealers.commands.bind_chat import BindChat
from application.dealers.commands.follow_chat import FollowChat
from application.dealers.commands.leave_chat import LeaveChat
from application.dealers.commands.note_lost_chat import NoteLostChat
from application.dealers.queries.get_chat_languages import GetChatLanguages
from application.digests import TokenMalformed, read_chat_token
from domain.dealers.addresses import Address, Channel
from domain.dealers.bindings import BindLinkInvalid, BotRemoved, TooManyChats
from domain.dealers.languages import Language, spoken
from domain.shared.errors import Detail

_LONGEST_TITLE = 255
_GONE = frozenset({"kicked", "left"})


class Chat(msgspec.Struct, frozen=True, kw_only=True):
    """Where something was said."""

    id: int
    type: str = ""
    title: str = ""
    first_name: str = ""
    last_name: str = ""
    username: str = ""


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """Who said it. `language_code` is the IETF language tag of their Telegram, where it is told (Bot API, User)."""

    language_code: str = ""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A message. `date` is in seconds since 1970."""

    date: int
    chat: Chat
    text: str = ""
    message_thread_id: int | None = None
    is_topic_message: bool = False
    migrate_to_chat_id: int | None = None
    sender: Sender | None = msgspec.field(name="from", default=None)


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Of whom in the chat."""

    status: str = ""


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """The bot was let in, or sent out, or blocked."""

    date: int
    chat: Chat
    new_chat_member: Standing


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """As much of it as concerns us."""

    update_id: int
    message: Said | None = None
    channel_post: Said | None = None
    my_chat_member: Membership | None = None


class Reply(NamedTuple):
    """What is answered in the chat: a code of the wording's, what fills it, and in which language."""

    address: Address
    code: str
    details: dict[str, Detail]
    language: Language


async def take_in(application: Application, update: Update, bot: str) -> Reply | None:
    """Carries out what was said; answers what is to be said in the chat, if anything is."""
    gone = update.my_chat_member
    if gone is not None and gone.new_chat_member.status in _GONE:
        at = _moment(gone.date)
        await application.execute(NoteLostChat(recipient=str(gone.chat.id), reason=BotRemoved.code, at=at))
        return None
    said = update.message or update.channel_post
    if said is None:
        return None
    if said.migrate_to_chat_id is not None:
        await application.execute(FollowChat(recipient=str(said.chat.id), moved_to=str(said.migrate_to_chat_id)))
        return None
    return await _answer(application, said, bot)


async def _answer(application: Application, said: Said, bot: str) -> Reply | None:
    word, _, rest = said.text.strip().partition(" ")
    command, _, meant = word.partition("@")
    if meant and meant.lower() != bot.lower():
        return None
    thread = said.message_thread_id if said.is_topic_message else None
    address = Address(Channel.TELEGRAM, str(said.chat.id), thread)
    match command:
        case "/start" if rest.strip():
            language = await _language(application, said, address, rest.strip())
            return await _start(application, rest.strip(), said, address, language)
        case "/start" | "/help":
            return Reply(address, "dealers.bot_help", {}, await _language(application, said, address))
        case "/stop":
            language = await _language(application, said, address)
            gone_now = await application.execute(LeaveChat(address=address, asked_at=_moment(said.date)))
            return Reply(address, "dealers.chat_unbound" if gone_now else "dealers.chat_unknown", {}, language)
    return None


async def _language(application: Application, said: Said, address: Address, token: str = "") -> Language:
    """Looked up before anything is carried out: afterwards the chat may be nobody's."""
    told = await application.ask(GetChatLanguages(address=address, token=token))
    return spoken(told, "" if said.sender is None else said.sender.language_code)


async def _start(application: Application, token: str, said: Said, address: Address, language: Language) -> Reply:
    try:
        bound = await application.execute(
            BindChat(
                company_id=read_chat_token(token),
                token=token,
                address=address,
                title=_title(said.chat),
                asked_at=_moment(said.date),
            )
        )
    except TokenMalformed:
        return Reply(address, BindLinkInvalid.code, {}, language)
    except (BindLinkInvalid, TooManyChats) as refused:
        return Reply(address, refused.code, refused.details, language)
    if bound.own:
        return Reply(address, "dealers.own_chat_bound", {"company": bound.name}, language)
    return Reply(address, "dealers.chat_bound", {"dealer": bound.name}, language)


def _title(chat: Chat) -> str:
    title = chat.title or f"{chat.first_name} {chat.last_name}".strip() or chat.username
    return "".join(one for one in title if one.isprintable())[:_LONGEST_TITLE]


def _moment(seconds: int) -> datetime:
    """Telegram tells whole seconds."""
    return datetime.fromtimestamp(seconds, UTC)
