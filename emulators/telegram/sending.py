"""Methods that write: sendMessage, editMessageText, deleteMessage and what belongs to them."""

from typing import Any

from emulators.telegram.errors import bad_request, forbidden
from emulators.telegram.keyboards import inline_keyboard
from emulators.telegram.markup import parsed, units
from emulators.telegram.params import Params
from emulators.telegram.world import Bot, Chat, World

MOST_UNITS = 4096


class Sending:
    """What a bot does in chats."""

    def __init__(self, world: World) -> None:
        self._world = world

    def chat(self, bot: Bot, params: Params) -> Chat:
        """The chat that is meant. Raises BotError where there is none, or the bot may not write there."""
        if not params.text("chat_id"):
            raise bad_request("chat_id is empty")
        number = params.integer("chat_id")
        chat = self._world.chats.get(number) if number is not None else None
        if chat is None or (chat.id < 0 and bot.id not in chat.members and chat.id not in bot.kicked):
            raise bad_request("chat not found")
        if chat.moved_to is not None:
            raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.moved_to)
        if chat.id in bot.kicked:
            raise forbidden(f"bot was kicked from the {'group' if chat.type == 'group' else 'supergroup'} chat")
        if chat.deactivated:
            raise forbidden("user is deactivated")
        if chat.id in bot.blocked:
            raise forbidden("bot was blocked by the user")
        if chat.type == "private" and chat.id not in bot.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def send_message(self, bot: Bot, params: Params) -> dict[str, Any]:
        """The method `sendMessage`."""
        text, entities = _content(params)
        chat = self.chat(bot, params)
        thread = params.integer("message_thread_id") or None
        if thread is not None and thread not in chat.topics:
            raise bad_request("message thread not found")
        markup = inline_keyboard(params.thing("reply_markup"))
        self._world.limits.spend(bot.token, chat.id)
        content: dict[str, Any] = {"text": text}
        if entities:
            content["entities"] = entities
        if markup is not None:
            content["reply_markup"] = markup
        if params.flag("protect_content"):
            content["has_protected_content"] = True
        if (answered := self._answered(chat, params)) is not None:
            content["reply_to_message"] = answered
        return self._world.put(chat, bot.shown(), thread, **content)

    def edit_message_text(self, bot: Bot, params: Params) -> dict[str, Any]:
        """The method `editMessageText`."""
        text, entities = _content(params)
        message = self._own(bot, params, "message to edit not found", "message can't be edited")
        same = message.get("text") == text and message.get("entities", []) == entities
        if same and params.thing("reply_markup") == message.get("reply_markup"):
            raise bad_request(
                "message is not modified: specified new message content and reply markup are exactly the same "
                "as a current content and reply markup of the message"
            )
        message["text"], message["edit_date"] = text, message["date"]
        message["entities"] = entities
        if (markup := inline_keyboard(params.thing("reply_markup"))) is not None:
            message["reply_markup"] = markup
        return message

    def edit_message_reply_markup(self, bot: Bot, params: Params) -> dict[str, Any]:
        """The method `editMessageReplyMarkup`."""
        message = self._own(bot, params, "message to edit not found", "message can't be edited")
        message["reply_markup"] = inline_keyboard(params.thing("reply_markup")) or {"inline_keyboard": []}
        return message

    def delete_message(self, bot: Bot, params: Params) -> bool:
        """The method `deleteMessage`."""
        message = self._own(bot, params, "message to delete not found", "message can't be deleted")
        del self.chat(bot, params).messages[message["message_id"]]
        return True

    def get_chat(self, bot: Bot, params: Params) -> dict[str, Any]:
        """The method `getChat`."""
        return self.chat(bot, params).shown() | {"accent_color_id": 0, "max_reaction_count": 11}

    def get_chat_member_count(self, bot: Bot, params: Params) -> int:
        """The method `getChatMemberCount`: people and bots."""
        chat = self.chat(bot, params)
        return 2 if chat.type == "private" else len(chat.members)

    def send_chat_action(self, bot: Bot, params: Params) -> bool:
        """The method `sendChatAction`."""
        self.chat(bot, params)
        return True

    def leave_chat(self, bot: Bot, params: Params) -> bool:
        """The method `leaveChat`."""
        chat = self.chat(bot, params)
        chat.members.discard(bot.id)
        return True

    def _own(self, bot: Bot, params: Params, missing: str, refused: str) -> dict[str, Any]:
        chat = self.chat(bot, params)
        message = chat.messages.get(params.integer("message_id") or 0)
        if message is None:
            raise bad_request(missing)
        if message["from"]["id"] != bot.id:
            raise bad_request(refused)
        return message

    def _answered(self, chat: Chat, params: Params) -> dict[str, Any] | None:
        wanted = params.thing("reply_parameters")
        number = wanted.get("message_id") if isinstance(wanted, dict) else params.integer("reply_to_message_id")
        if not number:
            return None
        found = chat.messages.get(int(number))
        lax = isinstance(wanted, dict) and wanted.get("allow_sending_without_reply")
        if found is None and not lax:
            raise bad_request("message to be replied not found")
        return found


def _content(params: Params) -> tuple[str, list[dict[str, Any]]]:
    raw = params.text("text")
    if not raw.strip():
        raise bad_request("message text is empty")
    text, entities = parsed(raw, params.text("parse_mode"))
    text = text.rstrip()
    if not text.strip():
        raise bad_request("message text is empty")
    if units(text) > MOST_UNITS:
        raise bad_request("message is too long")
    given = params.thing("entities")
    return text, entities or (given if isinstance(given, list) else [])
