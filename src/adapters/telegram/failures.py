"""What Telegram's refusals mean to us: one table.

The Bot API documents codes and `parameters`; the words of `description` it does not promise ("a human-readable
description"; its contents "are subject to change"). What is not known of here is refused for good when it is a 400 or a
403, and tried again when it is anything else, so that a change of words never loses a message without a trace.
"""

import re

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError

from domain.dealers.notices import (
    ChatBusy,
    ChatLost,
    ChatMoved,
    DeliveryFailed,
    DeliveryUncertain,
    MessageRefused,
    MessengerUnready,
)
from domain.shared.errors import SkladSheetsError

UNREADABLE = re.compile(r"can't parse|message is too long|text must be non-empty|message text is empty", re.IGNORECASE)
"""Refusals of the markup, after which the plain text may still go."""

_GONE = re.compile(
    r"chat not found|chat_id is empty|chat_write_forbidden|user not found|peer_id_invalid|group chat was deactivated|"
    r"not enough rights|have no rights to send|need administrator rights|message thread not found|topic_closed|"
    r"topic_deleted",
    re.IGNORECASE,
)


def refusal(wrong: AiogramError) -> SkladSheetsError:  # noqa: PLR0911 - a table
    """The error of ours. Descriptions are Telegram's own words and hold nothing of the message."""
    if isinstance(wrong, TelegramRetryAfter):
        return ChatBusy(float(wrong.retry_after))
    if isinstance(wrong, TelegramMigrateToChat):
        return ChatMoved(str(wrong.migrate_to_chat_id))
    if isinstance(wrong, TelegramUnauthorizedError | TelegramNotFound):
        return MessengerUnready(channel="telegram", reason="unauthorized")
    if isinstance(wrong, TelegramForbiddenError):
        return ChatLost(reason=wrong.message[:200])
    if isinstance(wrong, TelegramBadRequest):
        told = wrong.message[:200]
        return ChatLost(reason=told) if _GONE.search(told) else MessageRefused(reason=told)
    if isinstance(wrong, TelegramServerError | TelegramConflictError):
        return DeliveryFailed(reason=type(wrong).__name__)
    if isinstance(wrong, TelegramNetworkError):
        reached = not isinstance(wrong.__cause__, ClientConnectorError)
        return DeliveryUncertain(reason="no answer") if reached else DeliveryFailed(reason="not reached")
    if isinstance(wrong, ClientDecodeError):
        return DeliveryUncertain(reason="unreadable answer")
    if isinstance(wrong, TelegramAPIError):
        return DeliveryFailed(reason=wrong.message[:200])
    return DeliveryUncertain(reason=type(wrong).__name__)
