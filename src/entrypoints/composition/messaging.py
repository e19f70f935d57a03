"""Messengers, as the live processes speak to them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol

from dishka import Provider, Scope, provide

from adapters.mail.messenger import Encryption, MailMessenger, MailServer, trusting
from adapters.redis.connection import Client
from adapters.redis.notices import RedisGovernor
from adapters.vault.keys import parse_key_ring
from adapters.vault.ways_out import SignedWaysOut
from adapters.wording.mail_words import BilingualMailWords
from application.dealers.channels import Channels
from application.dealers.mail_ports import Mailing, MailWords, WaysOut
from application.dealers.notice_ports import Governor, Messenger
from domain.dealers.addresses import Channel
from domain.dealers.pacing import Pace
from entrypoints.messaging import MailSettings, TelegramSettings
from entrypoints.settings import Settings


class LiveMessaging(Provider):
    """Telegram and mail, where they are set up, and what holds us to their limits."""

    scope = Scope.APP

    @provide
    async def messenger(self, settings: Settings) -> AsyncIterator[Messenger]:
        found: dict[Channel, Messenger] = {}
        telegram = None
        if (own := settings.messaging.telegram) is not None:
            telegram = await asyncio.to_thread(_telegram, own)
            found[Channel.TELEGRAM] = telegram
        if settings.messaging.mail is not None:
            found[Channel.EMAIL] = mailer(settings.messaging.mail)
        yield Channels(found)
        if telegram is not None:
            await telegram.close()

    @provide
    def mailing(self, settings: Settings) -> Mailing:
        mail = settings.messaging.mail
        return Mailing(None if mail is None else mailer(mail), settings.public_url)

    @provide
    def ways_out(self, settings: Settings) -> WaysOut:
        return SignedWaysOut(parse_key_ring(settings.session_keys))

    words = provide(BilingualMailWords, provides=MailWords)

    @provide
    def governor(self, settings: Settings, client: Client) -> Governor:
        telegram = settings.messaging.telegram
        return RedisGovernor(client, Pace(scale=1.0 if telegram is None else telegram.pace_scale))


class _Closable(Messenger, Protocol):
    async def close(self) -> None: ...


def _telegram(own: TelegramSettings) -> _Closable:
    """Loading aiogram takes seconds and many megabytes: only a process that sends does it, beside its other work."""
    from adapters.telegram.messenger import TelegramMessenger, make_bot  # noqa: PLC0415

    return TelegramMessenger(make_bot(own.token, own.api_url))


def mailer(mail: MailSettings) -> MailMessenger:
    """The messenger that hands mail over to that server."""
    return MailMessenger(_server(mail), None if mail.authorities is None else trusting(mail.authorities))


def _server(mail: MailSettings) -> MailServer:
    return MailServer(mail.host, mail.port, mail.sender, Encryption(mail.encryption), mail.user, mail.password)
