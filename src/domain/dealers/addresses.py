"""Where a dealer is told things."""

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """By what means."""

    TELEGRAM = "telegram"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Address:
    """`recipient` is the id of a Telegram chat or an e-mail address; `thread` a topic of a Telegram group."""

    channel: Channel
    recipient: str
    thread: int | None = None
