"""Settings of our Telegram bot's ears: what it is called, and how Telegram proves that it speaks."""

import re

import msgspec

from entrypoints.environment import Environment

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{4,31}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")


class BotSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Without a `name` no chats are bound. Without a `secret` no updates are taken in over HTTP."""

    name: str | None = None
    secret: str | None = None

    def __repr__(self) -> str:
        """Without the secret."""
        return f"<BotSettings {self.name}>"


def read_bot(env: Environment) -> BotSettings:
    """Reads them; what is wrong is noted in the environment."""
    return BotSettings(
        name=env.optional("TELEGRAM_BOT_NAME", "the bot's name from @BotFather", _name, None),
        secret=env.optional("TELEGRAM_WEBHOOK_SECRET", "16 to 256 of A-Z, a-z, 0-9, _ and -", _secret, None),
    )


def _name(text: str) -> str:
    name = text.strip().removeprefix("@")
    if not _NAME.fullmatch(name):
        raise ValueError
    return name


def _secret(text: str) -> str:
    if not _SECRET.fullmatch(text):
        raise ValueError
    return text
