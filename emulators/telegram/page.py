"""Pages for people: what there is, and each chat with its messages."""

from datetime import UTC, datetime
from html import escape
from typing import Any

import msgspec
from aiohttp import web

from emulators.telegram.world import Chat, World

_STYLE = (
    "body{font:15px system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem;background:#e7ebf0}"
    ".m{background:#fff;border-radius:10px;padding:.5rem .8rem;margin:.5rem 0;white-space:pre-wrap;max-width:40rem}"
    ".bot{background:#effdde}.t{color:#777;font-size:12px}td,th{text-align:left;padding:.2rem .8rem .2rem 0}"
)
_TAGS = {"bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "code", "pre": "pre"}
_ENDPOINTS = [
    ("POST /_control/users", '{"firstName": "", "username": ""}'),
    ("POST /_control/crowd", '{"first": 1000, "count": 100}: people who have started the bot'),
    ("POST /_control/groups", '{"title": "", "members": [1], "supergroup": false, "forum": false, "bot": true}'),
    ("POST /_control/say", '{"userId": 1, "text": "/start", "chatId": null, "messageThreadId": null}'),
    ("POST /_control/press", '{"userId": 1, "chatId": 1, "messageId": 1, "data": ""}'),
    ("POST /_control/block", '{"userId": 1, "blocked": true}'),
    ("POST /_control/deactivate, kick, add, upgrade", '{"chatId": 1}'),
    ("POST /_control/topics", '{"chatId": -1, "name": ""}'),
    ("POST /_control/updates/again", '{"updateId": 1}: tells an update once more'),
    ("POST /_control/bots", '{"token": "1:secret", "username": ""}'),
    ("POST /_control/bots/revoke", '{"token": ""}'),
    ("GET /_control/chats, /_control/chats/{id}/messages", ""),
    ("GET, POST /_control/settings; GET, DELETE /_control/limits", '{"limits": true, "windowScale": 1}'),
    ("GET, DELETE /_control/journal", "?last=N for the newest requests"),
    ("GET, POST, DELETE /_control/faults", '{"action": "drop", "path": "sendMessage", "when": "after"}'),
]


def control_page(world: World) -> web.Response:
    """What there is. Tokens and secrets are not shown."""
    bots = "".join(
        f"<tr><td>@{escape(one.username)}<td>{one.id}<td>{'revoked' if one.revoked else 'works'}"
        f"<td>{len(one.updates.waiting)} updates wait<td>{'webhook' if one.updates.webhook else 'polling'}"
        for one in world.bots.values()
    )
    chats = "".join(
        f'<tr><td><a href="/chats/{one.id}">{one.id}</a><td>{one.type}<td>{escape(one.title)}<td>{len(one.messages)}'
        for one in world.chats.values()
    )
    endpoints = "".join(f"<tr><td>{escape(one)}<td><code>{escape(body)}</code>" for one, body in _ENDPOINTS)
    settings = escape(msgspec.json.format(msgspec.json.encode(world.settings)).decode())
    return _page(
        "Telegram emulator",
        f"<h2>Bots</h2><table>{bots}</table><h2>Chats</h2><table><tr><th>id<th>type<th>title<th>messages{chats}</table>"
        f"<h2>Refused for being too many</h2>{world.limits.refused}"
        f"<h2>Settings</h2><pre>{settings}</pre><h2>Endpoints</h2><table>{endpoints}</table>",
    )


def chat_page(chat: Chat) -> web.Response:
    """One chat."""
    shown = "".join(
        f'<div class="m {"bot" if one["from"]["is_bot"] else ""}"><b>{escape(one["from"]["first_name"])}</b>\n'
        f'{_rendered(one)}\n<span class="t">{_moment(one["date"])} #{one["message_id"]}{_topic(chat, one)}</span></div>'
        for one in chat.messages.values()
    )
    return _page(chat.title or str(chat.id), f'<p><a href="/">All chats</a></p>{shown}')


def _topic(chat: Chat, message: dict[str, Any]) -> str:
    thread = message.get("message_thread_id")
    return "" if thread is None else f" · {escape(chat.topics.get(thread, str(thread)))}"


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%d.%m.%Y %H:%M:%S UTC")


def _rendered(message: dict[str, Any]) -> str:
    """The text with its entities; offsets count UTF-16 code units."""
    raw = message.get("text", "(…)").encode("utf-16-le")
    marks: dict[int, list[str]] = {}
    for one in message.get("entities", []):
        tag = _TAGS.get(one["type"])
        opening = f"<{tag}>" if tag else ""
        closing = f"</{tag}>" if tag else ""
        if one["type"] == "text_link":
            opening, closing = f'<a rel="noreferrer" href="{escape(one["url"])}">', "</a>"
        marks.setdefault(one["offset"], []).append(opening)
        marks.setdefault(one["offset"] + one["length"], []).insert(0, closing)
    edges = sorted({0, len(raw) // 2, *marks})
    parts = []
    for start, end in zip(edges, [*edges[1:], edges[-1]], strict=True):
        parts += marks.get(start, [])
        parts.append(escape(raw[start * 2 : end * 2].decode("utf-16-le", errors="replace")))
    return "".join(parts)


def _page(title: str, body: str) -> web.Response:
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return web.Response(text=f"{page}<h1>{escape(title)}</h1>{body}</html>", content_type="text/html")
