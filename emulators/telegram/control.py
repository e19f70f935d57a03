"""/_control: what tests and people set up, look at, and do on behalf of those who chat. JSON, no authentication."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from emulators.common.serving import json_response
from emulators.telegram.markup import commands
from emulators.telegram.page import chat_page, control_page
from emulators.telegram.world import Bot, Chat, World, callback_id

Wanted = TypeVar("Wanted")


class _Struct(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    pass


class NewBot(_Struct):
    token: str
    username: str = "another_bot"


class TokenOf(_Struct):
    token: str


class NewUser(_Struct):
    first_name: str = "Пользователь"
    username: str = ""
    id: int | None = None


class Crowd(_Struct):
    """People who have started the bot, with ids from `first` on."""

    first: int
    count: int


class NewGroup(_Struct):
    title: str = "Группа"
    members: list[int] = []
    supergroup: bool = False
    forum: bool = False
    bot: bool = True
    """Whether every bot is added at once."""


class Said(_Struct):
    """`chatId` is the user's own chat with the bot where it is not named."""

    user_id: int
    text: str
    chat_id: int | None = None
    message_thread_id: int | None = None


class Pressed(_Struct):
    user_id: int
    chat_id: int
    message_id: int
    data: str


class Blocked(_Struct):
    user_id: int
    blocked: bool = True


class OfChat(_Struct):
    chat_id: int


class NewTopic(_Struct):
    chat_id: int
    name: str = "Тема"


class Again(_Struct):
    update_id: int


class _Refused(Exception):
    pass


class Control:
    """Handlers of the control endpoints that are this emulator's own."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        posts: list[tuple[str, Callable[[web.Request], Awaitable[Any]]]] = [
            ("bots", self._add_bot),
            ("bots/revoke", self._revoke),
            ("users", self._add_user),
            ("crowd", self._add_crowd),
            ("groups", self._add_group),
            ("say", self._say),
            ("press", self._press),
            ("block", self._block),
            ("deactivate", self._deactivate),
            ("kick", self._kick),
            ("add", self._add),
            ("upgrade", self._upgrade),
            ("topics", self._add_topic),
            ("updates/again", self._again),
            ("settings", self._set),
        ]
        return [
            *[web.post(f"/_control/{path}", _answering(handler)) for path, handler in posts],
            web.get("/", self._page),
            web.get("/_control", self._page),
            web.get("/chats/{id:-?[0-9]+}", self._chat_page),
            web.get("/_control/settings", _answering(self._settings)),
            web.get("/_control/chats", _answering(self._chats)),
            web.get("/_control/chats/{id:-?[0-9]+}/messages", _answering(self._messages)),
            web.get("/_control/limits", _answering(self._limits)),
            web.delete("/_control/limits", _answering(self._clear_limits)),
        ]

    async def _page(self, _: web.Request) -> web.Response:
        return control_page(self._world)

    async def _chat_page(self, request: web.Request) -> web.Response:
        chat = self._world.chats.get(int(request.match_info["id"]))
        if chat is None:
            raise web.HTTPNotFound
        return chat_page(chat)

    async def _settings(self, _: web.Request) -> Any:
        return self._world.settings

    async def _set(self, request: web.Request) -> Any:
        changed = await _read(request, dict[str, Any])
        whole = msgspec.to_builtins(self._world.settings) | changed
        fresh = msgspec.convert(whole, type(self._world.settings))
        for name in fresh.__struct_fields__:
            setattr(self._world.settings, name, getattr(fresh, name))
        return self._world.settings

    async def _limits(self, _: web.Request) -> Any:
        return {"refused": self._world.limits.refused}

    async def _clear_limits(self, _: web.Request) -> Any:
        self._world.limits.clear()
        return {}

    async def _chats(self, _: web.Request) -> Any:
        return [one.shown() | {"messages": len(one.messages)} for one in self._world.chats.values()]

    async def _messages(self, request: web.Request) -> Any:
        return list(self._chat(int(request.match_info["id"])).messages.values())

    async def _add_bot(self, request: web.Request) -> Any:
        wanted = await _read(request, NewBot)
        return self._world.add_bot(wanted.token, wanted.username).shown()

    async def _revoke(self, request: web.Request) -> Any:
        wanted = await _read(request, TokenOf)
        if wanted.token not in self._world.bots:
            raise _Refused("no such bot")
        self._world.bots[wanted.token].revoked = True
        return {}

    async def _add_user(self, request: web.Request) -> Any:
        wanted = await _read(request, NewUser)
        return self._world.add_user(wanted.first_name, wanted.username, wanted.id).user()

    async def _add_crowd(self, request: web.Request) -> Any:
        wanted = await _read(request, Crowd)
        for number in range(wanted.first, wanted.first + wanted.count):
            self._world.add_user(f"Дилер {number}", user_id=number)
            for bot in self._world.bots.values():
                bot.started.add(number)
        return {}

    async def _add_group(self, request: web.Request) -> Any:
        wanted = await _read(request, NewGroup)
        chat = self._world.add_group(wanted.title, supergroup=wanted.supergroup or wanted.forum, forum=wanted.forum)
        chat.members.update(wanted.members)
        if wanted.bot:
            by = self._world.chats.get(wanted.members[0]) if wanted.members else None
            for bot in self._world.bots.values():
                self._join(bot, chat, by)
        return chat.shown()

    async def _say(self, request: web.Request) -> Any:
        wanted = await _read(request, Said)
        person = self._chat(wanted.user_id)
        chat = self._chat(wanted.chat_id or wanted.user_id)
        if chat.type == "private":
            for bot in self._world.bots.values():
                bot.started.add(chat.id)
                bot.blocked.discard(chat.id)
        content: dict[str, Any] = {"text": wanted.text}
        if found := commands(wanted.text):
            content["entities"] = found
        message = self._world.put(chat, person.user(), wanted.message_thread_id, **content)
        return {"message": message, "updates": self._world.tell(chat, "message", message)}

    async def _press(self, request: web.Request) -> Any:
        wanted = await _read(request, Pressed)
        chat = self._chat(wanted.chat_id)
        if wanted.message_id not in chat.messages:
            raise _Refused("no such message")
        query = {
            "id": callback_id(),
            "from": self._chat(wanted.user_id).user(),
            "message": chat.messages[wanted.message_id],
            "chat_instance": str(chat.id),
            "data": wanted.data,
        }
        return {"updates": self._world.tell(chat, "callback_query", query)}

    async def _block(self, request: web.Request) -> Any:
        wanted = await _read(request, Blocked)
        chat = self._chat(wanted.user_id)
        for bot in self._world.bots.values():
            (bot.blocked.add if wanted.blocked else bot.blocked.discard)(chat.id)
            self._membership(bot, chat, chat, "kicked" if wanted.blocked else "member")
        return {}

    async def _deactivate(self, request: web.Request) -> Any:
        self._chat((await _read(request, OfChat)).chat_id).deactivated = True
        return {}

    async def _kick(self, request: web.Request) -> Any:
        chat = self._chat((await _read(request, OfChat)).chat_id)
        for bot in self._world.bots.values():
            chat.members.discard(bot.id)
            bot.kicked.add(chat.id)
            self._membership(bot, chat, None, "kicked")
        return {}

    async def _add(self, request: web.Request) -> Any:
        chat = self._chat((await _read(request, OfChat)).chat_id)
        for bot in self._world.bots.values():
            self._join(bot, chat, None)
        return {}

    async def _upgrade(self, request: web.Request) -> Any:
        old = self._chat((await _read(request, OfChat)).chat_id)
        if old.type != "group" or old.moved_to is not None:
            raise _Refused("only a group that is none yet becomes a supergroup")
        new = self._world.add_group(old.title, supergroup=True)
        new.members = set(old.members)
        old.moved_to = new.id
        sender = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
        left = self._world.put(old, sender, migrate_to_chat_id=new.id)
        came = self._world.put(new, sender, migrate_from_chat_id=old.id)
        self._world.tell(old, "message", left)
        self._world.tell(new, "message", came)
        return new.shown()

    async def _add_topic(self, request: web.Request) -> Any:
        wanted = await _read(request, NewTopic)
        chat = self._chat(wanted.chat_id)
        if not chat.forum:
            raise _Refused("the group has no topics: make it with forum")
        chat.last += 1
        chat.topics[chat.last] = wanted.name
        return {"message_thread_id": chat.last, "name": wanted.name, "icon_color": 7322096}

    async def _again(self, request: web.Request) -> Any:
        number = (await _read(request, Again)).update_id
        if not any(bot.updates.again(number) for bot in self._world.bots.values()):
            raise _Refused("no such update")
        return {}

    def _chat(self, number: int) -> Chat:
        if number not in self._world.chats:
            raise _Refused(f"no chat {number}: make a user or a group first")
        return self._world.chats[number]

    def _join(self, bot: Bot, chat: Chat, by: Chat | None) -> None:
        chat.members.add(bot.id)
        bot.kicked.discard(chat.id)
        self._membership(bot, chat, by, "member")

    def _membership(self, bot: Bot, chat: Chat, by: Chat | None, status: str) -> None:
        user = bot.shown()
        was = "left" if status == "member" else "member"
        content = {
            "chat": chat.shown(),
            "from": by.user() if by is not None else {"id": 1, "is_bot": False, "first_name": "Admin"},
            "date": int(time.time()),
            "old_chat_member": {"status": was, "user": user} | ({"until_date": 0} if was == "kicked" else {}),
            "new_chat_member": {"status": status, "user": user} | ({"until_date": 0} if status == "kicked" else {}),
        }
        self._world.tell(chat, "my_chat_member", content, only=bot)


async def _read(request: web.Request, kind: type[Wanted]) -> Wanted:
    try:
        return msgspec.json.decode(await request.read() or b"{}", type=kind)
    except msgspec.DecodeError as wrong:
        raise _Refused(str(wrong)) from wrong


def _answering(handler: Callable[[web.Request], Awaitable[Any]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        try:
            return json_response(await handler(request))
        except (_Refused, msgspec.ValidationError) as wrong:
            return json_response({"error": str(wrong)}, 400)

    return answer
