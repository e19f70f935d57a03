"""Settings of how dealers are written to."""

import ssl

import msgspec

from entrypoints import written as as_
from entrypoints.environment import Environment


class TelegramSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Our bot. `pace_scale` shortens the spans in which messages are counted; only an emulator can take less than 1."""

    token: str
    api_url: str
    pace_scale: float = 1.0

    def __repr__(self) -> str:
        """Without the token."""
        return f"<TelegramSettings {self.token.partition(':')[0]}>"


class MailSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The server that takes our mail. `encryption` is tls, starttls or none; `authorities` a PEM file of those who are
    believed beside the usual ones, for a server of one's own.
    """

    host: str
    port: int
    sender: str
    encryption: str
    user: str
    password: str
    authorities: str | None = None

    def __repr__(self) -> str:
        """Without the password."""
        return f"<MailSettings {self.host}>"


class MessagingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """None is a channel that was not set up: what is to be told there waits, and its reason says so."""

    telegram: TelegramSettings | None = None
    mail: MailSettings | None = None


def read_messaging(env: Environment) -> MessagingSettings:
    """Reads them; what is wrong is noted in the environment."""
    return MessagingSettings(telegram=_telegram(env), mail=_mail(env))


def _telegram(env: Environment) -> TelegramSettings | None:
    token = env.optional("TELEGRAM_BOT_TOKEN", "a bot's token from @BotFather, as in 123456:ABC-DEF", _token, None)
    url = env.optional("TELEGRAM_API_URL", "an http(s):// address of a Bot API", as_.web, "https://api.telegram.org")
    scale = env.optional("TELEGRAM_PACE_SCALE", "1, or less for an emulator with a quicker clock", as_.positive, 1.0)
    return None if token is None else TelegramSettings(token=token, api_url=url, pace_scale=scale)


def _mail(env: Environment) -> MailSettings | None:
    host = env.optional("SMTP_HOST", "a mail server's name", as_.text, None)
    port = env.optional("SMTP_PORT", "a port from 1 to 65535", as_.port, 465)
    encryption = env.optional("SMTP_ENCRYPTION", "tls, starttls or none", _encryption, "tls")
    sender = env.optional("SMTP_FROM", "the address that mail comes from", _address, None)
    user = env.optional("SMTP_USER", "a name at the mail server", str, "")
    password = env.optional("SMTP_PASSWORD", "its password", str, "")
    authorities = env.optional("SMTP_CA_FILE", "a readable PEM file with certificates", _certificates, None)
    if host is None:
        return None
    if sender is None:
        env.problems.append("SMTP_FROM is missing: the address that mail comes from")
        return None
    return MailSettings(
        host=host,
        port=port,
        sender=sender,
        encryption=encryption,
        user=user,
        password=password,
        authorities=authorities,
    )


def _token(text: str) -> str:
    number, parted, secret = text.strip().partition(":")
    if not (number.isdigit() and parted and secret) or " " in secret:
        raise ValueError
    return text.strip()


def _encryption(text: str) -> str:
    if text not in {"tls", "starttls", "none"}:
        raise ValueError
    return text


def _certificates(text: str) -> str:
    try:
        ssl.create_default_context().load_verify_locations(cafile=text)
    except OSError as wrong:  # ssl.SSLError is one
        raise ValueError from wrong
    return text


def _address(text: str) -> str:
    name, parted, host = text.strip().rpartition("@")
    if not (name and parted and host) or any(one.isspace() for one in text.strip()):
        raise ValueError
    return text.strip()
