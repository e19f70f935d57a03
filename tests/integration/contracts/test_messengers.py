"""Contracts of application.dealers.notice_ports.Messenger: the fake, Telegram, and mail."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.policy import default
from typing import Any, Protocol

import pytest
import pytest_asyncio
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from adapters.mail.messenger import Encryption, MailMessenger, MailServer
from adapters.memory.notices import MemoryMessenger
from adapters.telegram.messenger import TelegramMessenger, make_bot
from application.dealers.notice_ports import Messenger
from devstack.processes import free_port
from domain.dealers.addresses import Address, Channel
from domain.dealers.notices import (
    ChatBusy,
    ChatLost,
    ChatMoved,
    DeliveryFailed,
    DeliveryUncertain,
    MessageRefused,
    MessengerUnready,
)
from tests.integration.harness.emulated_telegram import Telegram, emulated_telegram


class Bench(Protocol):
    """A messenger, somebody who reads, and what can go wrong on the way."""

    messenger: Messenger
    reader: Address

    async def read(self) -> list[str]: ...
    async def gone(self) -> Address: ...


class MemoryBench:
    def __init__(self) -> None:
        self.fake = MemoryMessenger()
        self.messenger: Messenger = self.fake
        self.reader = Address(Channel.TELEGRAM, "1001")

    async def read(self) -> list[str]:
        return [text for _, text in self.fake.sent]

    async def gone(self) -> Address:
        self.fake.lost.add("1002")
        return Address(Channel.TELEGRAM, "1002")


class TelegramBench:
    def __init__(self, telegram: Telegram, messenger: TelegramMessenger, person: int) -> None:
        self.telegram = telegram
        self.messenger: Messenger = messenger
        self.person = person
        self.reader = Address(Channel.TELEGRAM, str(person))

    async def read(self) -> list[str]:
        return await self.telegram.texts(self.person)

    async def gone(self) -> Address:
        blocked = await self.telegram.person("Пётр")
        await self.telegram.control("POST", "block", {"userId": blocked})
        return Address(Channel.TELEGRAM, str(blocked))


class Postbox:  # its methods are called as aiosmtpd wants it
    """What a mail server does with what it is given."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.answer = "250 taken"
        self.cut = False

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802, ARG002
        if address.startswith("nobody"):
            return "550 5.1.1 no such user"
        if address.startswith("grey"):
            return "451 4.7.1 later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002
        if self.answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content, policy=default))
        if self.cut:
            server.transport.abort()
        return self.answer


class MailBench:
    def __init__(self, postbox: Postbox, server: MailServer) -> None:
        self.postbox = postbox
        self.server = server
        self.messenger: Messenger = MailMessenger(server)
        self.reader = Address(Channel.EMAIL, "dealer@example.org")

    async def read(self) -> list[str]:
        return [one.get_body(("html",)).get_content().strip() for one in self.postbox.mails]

    async def gone(self) -> Address:
        return Address(Channel.EMAIL, "nobody@example.org")


@asynccontextmanager
async def mail_bench() -> AsyncIterator[MailBench]:
    postbox, port = Postbox(), free_port()

    def authenticate(server: SMTP, session: Any, envelope: Any, mechanism: str, told: LoginPassword) -> AuthResult:
        return AuthResult(success=(told.login, told.password) == (b"bot", b"right"), handled=False)

    controller = Controller(
        postbox, hostname="127.0.0.1", port=port, authenticator=authenticate, auth_require_tls=False
    )
    controller.start()
    try:
        yield MailBench(
            postbox, MailServer("127.0.0.1", port, "bot@example.org", Encryption.NONE, user="bot", password="right")
        )
    finally:
        controller.stop()


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[TelegramBench]:
    async with emulated_telegram() as running:
        messenger = TelegramMessenger(make_bot(running.token, running.base))
        yield TelegramBench(running, messenger, await running.person())
        await messenger.close()


@pytest_asyncio.fixture
async def mail() -> AsyncIterator[MailBench]:
    async with mail_bench() as bench:
        yield bench


@pytest.fixture(params=["memory", "telegram", "mail"])
def bench(request: pytest.FixtureRequest) -> Bench:
    if request.param == "memory":
        return MemoryBench()
    made: Bench = request.getfixturevalue(request.param)
    return made


async def test_a_message_is_delivered_and_has_an_id(bench: Bench) -> None:
    ids = [await bench.messenger.send(bench.reader, f"Заказ № {number}", "Заказ", "") for number in (1, 2)]
    assert len(set(ids)) == 2
    assert all(ids)
    first, second = await bench.read()
    assert "Заказ № 1" in first
    assert "Заказ № 2" in second


async def test_who_is_gone_is_lost_and_others_are_not(bench: Bench) -> None:
    with pytest.raises(ChatLost):
        await bench.messenger.send(await bench.gone(), "x", "x", "")
    await bench.messenger.send(bench.reader, "y", "y", "")
    assert len(await bench.read()) == 1


async def test_telegram_takes_the_plain_text_where_the_markup_is_unreadable(telegram: TelegramBench) -> None:
    await telegram.messenger.send(telegram.reader, "<b>a < b", "a < b", "")
    await telegram.messenger.send(telegram.reader, "x" * 4097, "строка\n" * 700, "")
    short, long = await telegram.read()
    assert short == "a < b"
    assert long.endswith("\n…")
    assert 4000 < len(long) <= 4096


async def test_telegram_s_refusals(telegram: TelegramBench) -> None:
    control, send = telegram.telegram.control, telegram.messenger.send
    for chat in ("1", "nonsense"):
        with pytest.raises(ChatLost):
            await send(Address(Channel.TELEGRAM, chat), "x", "x", "")
    moving = (await control("POST", "groups", {"members": [telegram.person]}))["id"]
    moved = (await control("POST", "upgrade", {"chatId": moving}))["id"]
    with pytest.raises(ChatMoved) as upgraded:
        await send(Address(Channel.TELEGRAM, str(moving)), "x", "x", "")
    assert upgraded.value.recipient == str(moved)
    with pytest.raises(ChatLost):
        await send(Address(Channel.TELEGRAM, str(moved), 4711), "x", "x", "")
    with pytest.raises(MessageRefused):
        await send(telegram.reader, " ", " ", "")
    await control("POST", "faults", {"action": "status", "status": 429, "path": "sendMessage"})
    with pytest.raises(ChatBusy) as busy:
        await send(telegram.reader, "x", "x", "")
    assert busy.value.retry_after == 1
    for status in (500, 502):
        await control("POST", "faults", {"action": "status", "status": status, "path": "sendMessage"})
        with pytest.raises(DeliveryFailed):
            await send(telegram.reader, "x", "x", "")
    await control("POST", "faults", {"action": "html", "status": 502, "path": "sendMessage"})
    with pytest.raises((DeliveryFailed, DeliveryUncertain)):
        await send(telegram.reader, "x", "x", "")
    await control("POST", "bots/revoke", {"token": telegram.telegram.token})
    with pytest.raises(MessengerUnready):
        await send(telegram.reader, "x", "x", "")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("action", ["drop", "truncate"])
async def test_nobody_knows_what_telegram_did_when_it_does_not_answer(
    telegram: TelegramBench, action: str, when: str
) -> None:
    fault = {"action": action, "path": "sendMessage", "when": when}
    await telegram.telegram.control("POST", "faults", fault)
    with pytest.raises(DeliveryUncertain):
        await telegram.messenger.send(telegram.reader, "x", "x", "")


async def test_a_telegram_that_is_not_there_was_told_nothing() -> None:
    messenger = TelegramMessenger(make_bot("1:x", f"http://127.0.0.1:{free_port()}"))
    with pytest.raises(DeliveryFailed):
        await messenger.send(Address(Channel.TELEGRAM, "1"), "x", "x", "")
    await messenger.close()


async def test_mail_has_both_texts_and_a_subject(mail: MailBench) -> None:
    number = await mail.messenger.send(mail.reader, "<b>Заказ</b>\nСумма", "Заказ № 1\nСумма", "")
    (sent,) = mail.postbox.mails
    assert sent["Message-ID"] == number
    assert sent["Subject"] == "Заказ № 1"
    assert sent["To"] == "dealer@example.org"
    assert "Сумма" in sent.get_body(("plain",)).get_content()
    assert "<b>Заказ</b><br>" in sent.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    "subject", ["Заказ\r\nBcc: all@example.org", "Заказ\nBcc: all@example.org", "Заказ\u2028Bcc: all@example.org"]
)
async def test_a_subject_of_its_own_is_one_header_whatever_it_says(mail: MailBench, subject: str) -> None:
    await mail.messenger.send(mail.reader, "x", "первая строка\nx", "", subject)
    (sent,) = mail.postbox.mails
    assert sent["Subject"] == "Заказ Bcc: all@example.org"
    assert sent["Bcc"] is None
    assert sent["To"] == "dealer@example.org"


async def test_mail_programs_are_told_where_to_unsubscribe_with_one_click(mail: MailBench) -> None:
    way = "https://skladsheets.test/mail/leave/a-b_c"
    await mail.messenger.send(mail.reader, "x", "x", way)
    await mail.messenger.send(mail.reader, "x", "x", "")
    sent, without = mail.postbox.mails
    assert sent["List-Unsubscribe"] == f"<{way}>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f'<a href="{way}">' in sent.get_body(("html",)).get_content()
    assert way in sent.get_body(("plain",)).get_content()
    assert without["List-Unsubscribe"] is None


async def test_mail_s_refusals(mail: MailBench) -> None:
    with pytest.raises(DeliveryFailed):
        await mail.messenger.send(Address(Channel.EMAIL, "grey@example.org"), "x", "x", "")
    for address in ("a@example.org\nBcc: b@example.org", "дилер@пример.рф"):
        with pytest.raises(ChatLost):
            await mail.messenger.send(Address(Channel.EMAIL, address), "x", "x", "")
    mail.postbox.answer = "554 spam"
    with pytest.raises(MessageRefused):
        await mail.messenger.send(mail.reader, "x", "x", "")
    mail.postbox.answer = "452 full"
    with pytest.raises(DeliveryFailed):
        await mail.messenger.send(mail.reader, "x", "x", "")
    assert mail.postbox.mails == []
    mail.postbox.answer, mail.postbox.cut = "250 taken", True
    with pytest.raises(DeliveryUncertain):
        await mail.messenger.send(mail.reader, "x", "x", "")
    wrong = MailServer("127.0.0.1", mail.server.port, "bot@example.org", Encryption.NONE, "bot", "wrong")
    with pytest.raises(MessengerUnready):
        await MailMessenger(wrong).send(mail.reader, "x", "x", "")
    nobody = MailServer("127.0.0.1", free_port(), "bot@example.org", Encryption.NONE)
    with pytest.raises(DeliveryFailed):
        await MailMessenger(nobody).send(mail.reader, "x", "x", "")
