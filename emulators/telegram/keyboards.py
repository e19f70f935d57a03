"""Buttons under a message (core.telegram.org/bots/api#inlinekeyboardbutton)."""

from typing import Any
from urllib.parse import urlsplit

from emulators.telegram.errors import bad_request

LONGEST_DATA = 64
"""Bytes of `callback_data`."""

_SCHEMES = frozenset({"http", "https", "tg", "ton"})
_ACTIONS = frozenset(
    {
        "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
    }
)  # fmt: skip


def inline_keyboard(markup: Any) -> dict[str, Any] | None:
    """The keyboard as the message shows it, None where none was sent. Raises BotError for one that Telegram refuses."""
    if not isinstance(markup, dict) or "inline_keyboard" not in markup:
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard: expected an Array of Array of InlineKeyboardButton")
    for row in rows:
        for button in row:
            _require_sound(button)
    return markup


def _require_sound(button: Any) -> None:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if not str(button.get("text") or "").strip():
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    actions = _ACTIONS & button.keys()
    if len(actions) != 1:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if "callback_data" in actions and not 1 <= len(str(button["callback_data"]).encode()) <= LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in actions and not _address(str(button["url"])):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")


def _address(url: str) -> bool:
    """Telegram adds `http://` to what has none."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in _SCHEMES:
        return False
    return parts.scheme in {"tg", "ton"} or "." in (parts.hostname or "")
