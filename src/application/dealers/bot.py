"""What is known of our Telegram bot."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BotName:
    """The bot's name without @, or None where this installation has no bot."""

    name: str | None = None
