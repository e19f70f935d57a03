"""Bots, people, groups and what was said there."""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from emulators.common.options import Options
from emulators.telegram.errors import unauthorized
from emulators.telegram.limits import Limits, Settings
from emulators.telegram.updates import UpdateQueue

DEFAULT_TOKEN = "7000000001:AAEmulatedBotForDevelopmentOnly0001"
DEFAULT_NAME = "skladsheets_demo_bot"
_FIRST_USER, _FIRST_GROUP, _FIRST_SUPERGROUP = 500_000_001, -4_000_000_001, -1_002_000_000_001


@dataclass(slots=True)
class Bot:
    """A bot, and where it may write: people who started it and did not block it, groups that it is in."""

    token: str
    id: int
    username: str
    updates: UpdateQueue
    revoked: bool = False
    started: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    kicked: set[int] = field(default_factory=set)
    commands: list[Any] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        """As a User."""
        return {"id": self.id, "is_bot": True, "first_name": self.username, "username": self.username}


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the user's), a group or a supergroup. `moved_to` is where a group went."""

    id: int
    type: str
    title: str = ""
    username: str = ""
    forum: bool = False
    deactivated: bool = False
    moved_to: int | None = None
    members: set[int] = field(default_factory=set)
    topics: dict[int, str] = field(default_factory=dict)
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    last: int = 0

    def shown(self) -> dict[str, Any]:
        """As a Chat."""
        shown: dict[str, Any] = {"id": self.id, "type": self.type}
        if self.type == "private":
            shown["first_name"] = self.title
        else:
            shown["title"] = self.title
        if self.username:
            shown["username"] = self.username
        if self.forum:
            shown["is_forum"] = True
        return shown

    def user(self) -> dict[str, Any]:
        """A private chat's person, as a User."""
        shown = {"id": self.id, "is_bot": False, "first_name": self.title, "language_code": "ru"}
        return {**shown, "username": self.username} if self.username else shown


class World:
    """Everything there is."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.settings = Settings(limits=not options.lenient)
        self.limits = Limits(self.settings)
        self.bots: dict[str, Bot] = {}
        self.chats: dict[int, Chat] = {}
        self.add_bot(DEFAULT_TOKEN, DEFAULT_NAME)

    def add_bot(self, token: str, username: str) -> Bot:
        """A new bot, or the one of that token, working again."""
        known = self.bots.get(token)
        if known is None:
            number = token.partition(":")[0]
            known = Bot(token, int(number) if number.isdigit() else 1, username, UpdateQueue())
            self.bots[token] = known
        known.revoked, known.username = False, username
        return known

    def bot(self, token: str) -> Bot:
        """The bot of that token; a lenient world has any. Raises BotError with 401."""
        found = self.bots.get(token)
        if found is None and self.options.lenient:
            return self.add_bot(token, f"bot_{token.partition(':')[0]}")
        if found is None or found.revoked:
            raise unauthorized()
        return found

    def add_user(self, name: str, username: str = "", user_id: int | None = None) -> Chat:
        """A person, with the private chat that a bot would have with them."""
        number = user_id or max([one for one in self.chats if one > 0] or [_FIRST_USER - 1]) + 1
        return self.chats.setdefault(number, Chat(number, "private", name, username))

    def add_group(self, title: str, *, supergroup: bool, forum: bool = False) -> Chat:
        """A group."""
        first = _FIRST_SUPERGROUP if supergroup else _FIRST_GROUP
        taken = [one for one in self.chats if one < 0 and (one < _FIRST_SUPERGROUP + 1) is supergroup]
        number = min([*taken, first + 1]) - 1
        self.chats[number] = Chat(number, "supergroup" if supergroup else "group", title, forum=forum)
        return self.chats[number]

    def put(self, chat: Chat, sender: dict[str, Any], thread: int | None = None, **content: Any) -> dict[str, Any]:
        """Has something said in a chat; answers the Message."""
        chat.last += 1
        message: dict[str, Any] = {
            "message_id": chat.last,
            "from": sender,
            "chat": chat.shown(),
            "date": int(time.time()),
            **content,
        }
        if thread is not None:
            message |= {"message_thread_id": thread, "is_topic_message": True}
        chat.messages[chat.last] = message
        return message

    def tell(self, chat: Chat, kind: str, content: dict[str, Any], only: Bot | None = None) -> list[int]:
        """Gives bots that are in the chat an update; answers the updates' ids."""
        told = [only] if only is not None else [one for one in self.bots.values() if self.hears(one, chat)]
        return [one.updates.put(kind, content) for one in told]

    def hears(self, bot: Bot, chat: Chat) -> bool:
        """Whether a bot is in a chat."""
        if bot.revoked:
            return False
        return chat.id not in bot.blocked if chat.type == "private" else bot.id in chat.members


def callback_id() -> str:
    """An id of a pressed button."""
    return str(secrets.randbits(60))
