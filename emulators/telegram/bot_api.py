"""/bot<token>/<method>: GET or POST, parameters in any of the documented forms, method names in any case."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from aiohttp import web

from emulators.common.serving import json_response
from emulators.telegram.errors import BotError, bad_request, conflict, no_method, not_found
from emulators.telegram.params import Params, read_params
from emulators.telegram.sending import Sending
from emulators.telegram.updates import UpdateQueue, Webhook
from emulators.telegram.world import Bot, World

_LONGEST_POLL = 50
Method = Callable[[Bot, Params], Any]


class BotApi:
    """The methods."""

    def __init__(self, world: World) -> None:
        self._world = world
        sending = Sending(world)
        self.methods: dict[str, Method] = {
            "getme": self._get_me,
            "sendmessage": sending.send_message,
            "editmessagetext": sending.edit_message_text,
            "editmessagereplymarkup": sending.edit_message_reply_markup,
            "deletemessage": sending.delete_message,
            "getchat": sending.get_chat,
            "getchatmember": self._get_chat_member,
            "getchatmembercount": sending.get_chat_member_count,
            "sendchataction": sending.send_chat_action,
            "leavechat": sending.leave_chat,
            "answercallbackquery": lambda _bot, _params: True,
            "setmycommands": self._set_commands,
            "getmycommands": lambda bot, _params: bot.commands,
            "deletemycommands": self._delete_commands,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._webhook_info,
        }
        self._sending = sending

    def routes(self) -> list[web.RouteDef]:
        """Every method, by either verb."""
        path = r"/bot{token:[^/]+}/{method:[^/]+}"
        return [web.get(path, self._call, allow_head=False), web.post(path, self._call)]

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"].lower()
        try:
            bot = self._bot(request.match_info["token"])
            params = await read_params(request)
            if self._world.settings.latency_seconds:
                await asyncio.sleep(self._world.settings.latency_seconds)
            result = await self.carry_out(bot, method, params)
        except BotError as refused:
            return json_response(refused.body(), refused.code, kind=method)
        return json_response({"ok": True, "result": result}, kind=method)

    async def carry_out(self, bot: Bot, method: str, params: Params) -> Any:
        """Calls a method by its name in small letters. Raises BotError."""
        if method == "getupdates":
            return await self._get_updates(bot, params)
        found = self.methods.get(method)
        if found is None:
            raise no_method()
        return found(bot, params)

    def _bot(self, token: str) -> Bot:
        number, _, secret = token.partition(":")
        if not number.isdigit() or not secret:
            raise not_found()
        return self._world.bot(token)

    def _get_me(self, bot: Bot, _: Params) -> dict[str, Any]:
        may = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
        return {**bot.shown(), **may, "can_connect_to_business": False, "has_main_web_app": False}

    def _get_chat_member(self, bot: Bot, params: Params) -> dict[str, Any]:
        chat = self._sending.chat(bot, params)
        number = params.integer("user_id")
        if number == bot.id:
            return {"status": "member", "user": bot.shown()}
        person = self._world.chats.get(number or 0)
        if person is None or person.type != "private" or (chat.id < 0 and person.id not in chat.members):
            raise bad_request("member not found")
        return {"status": "member", "user": person.user()}

    def _set_commands(self, bot: Bot, params: Params) -> bool:
        wanted = params.thing("commands")
        if not isinstance(wanted, list):
            raise bad_request("can't parse commands: expected an array")
        bot.commands = wanted
        return True

    def _delete_commands(self, bot: Bot, _: Params) -> bool:
        bot.commands = []
        return True

    def _set_webhook(self, bot: Bot, params: Params) -> bool:
        url = params.text("url")
        if params.flag("drop_pending_updates"):
            bot.updates.waiting.clear()
        if not url:
            bot.updates.webhook = None
            return True
        if not url.startswith(("https://", "http://")):
            # A local Bot API server takes plain HTTP too; the public one does not.
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        secret = params.text("secret_token")
        if len(secret) > 256 or not all(one.isascii() and (one.isalnum() or one in "_-") for one in secret):
            raise bad_request("secret token contains unallowed characters")
        allowed = params.thing("allowed_updates")
        bot.updates.webhook = Webhook(
            url,
            secret,
            min(max(params.integer("max_connections") or 40, 1), 100),  # what is beyond is taken for the nearest
            allowed if isinstance(allowed, list) else [],
        )
        bot.updates.arrived.set()
        return True

    def _delete_webhook(self, bot: Bot, params: Params) -> bool:
        bot.updates.webhook = None
        if params.flag("drop_pending_updates"):
            bot.updates.waiting.clear()
        return True

    def _webhook_info(self, bot: Bot, _: Params) -> dict[str, Any]:
        hook = bot.updates.webhook
        shown: dict[str, Any] = {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(bot.updates.waiting),
        }
        if hook is not None:
            shown["max_connections"] = hook.max_connections
            if hook.allowed:
                shown["allowed_updates"] = hook.allowed
            if hook.error:
                shown |= {"last_error_date": hook.error_at, "last_error_message": hook.error}
        return shown

    async def _get_updates(self, bot: Bot, params: Params) -> list[dict[str, Any]]:
        queue = bot.updates
        if queue.webhook is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        if isinstance(allowed := params.thing("allowed_updates"), list):
            queue.allowed = allowed
        queue.polls += 1
        turn = queue.polls
        queue.arrived.set()
        limit = min(max(params.integer("limit") or 100, 1), 100)
        until = time.monotonic() + min(max(params.integer("timeout") or 0, 0), _LONGEST_POLL)
        return await self._poll(queue, turn, params.integer("offset"), limit, until)

    async def _poll(
        self, queue: UpdateQueue, turn: int, offset: int | None, limit: int, until: float
    ) -> list[dict[str, Any]]:
        while not (found := queue.take(offset, limit)) and time.monotonic() < until:
            await queue.wait(min(1.0, until - time.monotonic()))
            if queue.polls != turn or queue.webhook is not None:
                raise conflict(
                    "terminated by other getUpdates request; make sure that only one bot instance is running"
                )
        return found
