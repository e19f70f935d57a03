"""The emulator of the Bot API, as aiogram and plain HTTP see it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramForbiddenError, TelegramMigrateToChat, TelegramRetryAfter
from aiohttp import FormData, web

from devstack.processes import free_port
from tests.integration.harness.emulated_telegram import Telegram


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    made = Bot(telegram.token, AiohttpSession(api=TelegramAPIServer.from_base(telegram.base)))
    yield made
    await made.session.close()


async def test_aiogram_works_unmodified(telegram: Telegram, bot: Bot) -> None:
    anna = await telegram.person()
    assert (await bot.me()).username == "skladsheets_demo_bot"
    sent = await bot.send_message(
        anna, "<b>Заказ</b> &amp; <a href='https://example.org'>ссылка</a>", parse_mode="HTML"
    )
    assert sent.text == "Заказ & ссылка"
    assert [(one.type, one.offset, one.length) for one in sent.entities or []] == [
        ("bold", 0, 5),
        ("text_link", 8, 6),
    ]
    await bot.edit_message_text("Другое", chat_id=anna, message_id=sent.message_id)
    assert await telegram.texts(anna) == ["Другое"]
    assert await bot.delete_message(anna, sent.message_id)
    assert await telegram.texts(anna) == []
    updates = await bot.get_updates(timeout=1)
    assert updates[0].message is not None
    assert updates[0].message.text == "/start"
    assert await bot.get_updates(offset=updates[-1].update_id + 1) == []


@pytest.mark.parametrize("form", ["query", "json", "form", "multipart"])
async def test_parameters_come_in_any_form(telegram: Telegram, form: str) -> None:
    anna = await telegram.person()
    sent = {"chat_id": str(anna), "text": form}
    if form == "query":
        told = await telegram.call("SENDMESSAGE", verb="GET", params=sent)
    elif form == "multipart":
        body = FormData(default_to_multipart=True)
        for name, value in sent.items():
            body.add_field(name, value, content_type="text/plain")
        told = await telegram.call("sendMessage", data=body)
    else:
        told = await telegram.call("sendMessage", **{"json" if form == "json" else "data": sent})
    assert told["ok"], told
    assert await telegram.texts(anna) == [form]


REFUSED = [
    ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ("ы<p>x</p>", 'Unsupported start tag "p" at byte offset 2'),
    ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
    ("<b", "Unclosed start tag at byte offset 0"),
    ('<span class="x">y</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
]


@pytest.mark.parametrize(("text", "what"), REFUSED)
async def test_markup_is_refused_as_telegram_does(telegram: Telegram, text: str, what: str) -> None:
    anna = await telegram.person()
    told = await telegram.call("sendMessage", json={"chat_id": anna, "text": text, "parse_mode": "HTML"})
    assert (told["status"], told["description"]) == (400, f"Bad Request: can't parse entities: {what}")


async def test_length_is_counted_in_utf16_after_parsing(telegram: Telegram) -> None:
    anna = await telegram.person()
    fits = {"chat_id": anna, "text": f"<b>{'😀' * 2048}</b>", "parse_mode": "HTML"}
    assert (await telegram.call("sendMessage", json=fits))["ok"]
    told = await telegram.call("sendMessage", json={"chat_id": anna, "text": "😀" * 2048 + "!"})
    assert told["description"] == "Bad Request: message is too long"
    told = await telegram.call("sendMessage", json={"chat_id": anna, "text": " \n"})
    assert told["description"] == "Bad Request: message text is empty"


async def test_who_cannot_be_written_to(telegram: Telegram, bot: Bot) -> None:
    assert (await telegram.call("getMe", token="1:wrong"))["status"] == 401
    assert (await telegram.call("getMe", token="nonsense"))["status"] == 404
    assert (await telegram.call("sendMessage", json={"chat_id": 1, "text": "x"}))["description"] == (
        "Bad Request: chat not found"
    )
    anna = await telegram.person()
    await telegram.control("POST", "block", {"userId": anna})
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(anna, "x")
    group = (await telegram.control("POST", "groups", {"members": [anna]}))["id"]
    await telegram.control("POST", "kick", {"chatId": group})
    with pytest.raises(TelegramForbiddenError, match="bot was kicked from the group chat"):
        await bot.send_message(group, "x")
    moving = (await telegram.control("POST", "groups", {"members": [anna]}))["id"]
    moved = (await telegram.control("POST", "upgrade", {"chatId": moving}))["id"]
    with pytest.raises(TelegramMigrateToChat) as upgraded:
        await bot.send_message(moving, "x")
    assert upgraded.value.migrate_to_chat_id == moved
    assert (await bot.send_message(moved, "x")).chat.id == moved
    await telegram.control("POST", "bots/revoke", {"token": telegram.token})
    assert (await telegram.call("getMe"))["error_code"] == 401


async def test_topics(telegram: Telegram, bot: Bot) -> None:
    forum = (await telegram.control("POST", "groups", {"forum": True}))["id"]
    topic = (await telegram.control("POST", "topics", {"chatId": forum, "name": "Заказы"}))["message_thread_id"]
    assert (await bot.send_message(forum, "x", message_thread_id=topic)).message_thread_id == topic
    told = await telegram.call("sendMessage", json={"chat_id": forum, "text": "x", "message_thread_id": 777})
    assert told["description"] == "Bad Request: message thread not found"


async def test_limits_answer_429_with_the_time_to_wait(telegram: Telegram, bot: Bot) -> None:
    await telegram.control("POST", "settings", {"limits": True})
    anna = await telegram.person()
    await bot.send_message(anna, "1")
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(anna, "2")
    assert refused.value.retry_after == 1
    await telegram.control("POST", "settings", {"chatPerSecond": 100})
    await telegram.control("DELETE", "limits")
    group = (await telegram.control("POST", "groups", {"members": [anna]}))["id"]
    for number in range(20):
        await bot.send_message(group, str(number))
    told = await telegram.call("sendMessage", json={"chat_id": group, "text": "x"})
    assert told["error_code"] == 429
    assert 50 < told["parameters"]["retry_after"] <= 60
    for number in range(10):
        await bot.send_message(anna, str(number))
    told = await telegram.call("sendMessage", json={"chat_id": anna, "text": "x"})
    assert told["parameters"] == {"retry_after": 1}


async def test_a_webhook_is_told_with_its_secret_until_it_takes_it(telegram: Telegram) -> None:
    heard: list[tuple[str | None, int]] = []

    async def receive(request: web.Request) -> web.Response:
        update = await request.json()
        heard.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), update["update_id"]))
        if len(heard) == 1:
            return web.Response(status=500)
        return web.json_response({"method": "sendMessage", "chat_id": update["message"]["chat"]["id"], "text": "да"})

    receiver = web.Application()
    receiver.router.add_post("/hook", receive)
    runner = web.AppRunner(receiver)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await telegram.control("POST", "settings", {"webhookRetrySeconds": 0.05})
    hook = {"url": f"http://127.0.0.1:{port}/hook", "secret_token": "s3cret"}
    assert (await telegram.call("setWebhook", json=hook))["ok"]
    assert (await telegram.call("getUpdates"))["error_code"] == 409
    anna = await telegram.person()
    for _ in range(100):
        if await telegram.texts(anna):
            break
        await asyncio.sleep(0.02)
    assert await telegram.texts(anna) == ["да"]
    assert heard[0] == heard[1] == ("s3cret", heard[0][1])
    told = await telegram.call("getWebhookInfo")
    assert told["result"]["url"] == hook["url"]
    assert told["result"]["pending_update_count"] == 0
    await telegram.control("POST", "updates/again", {"updateId": heard[0][1]})
    for _ in range(100):
        if len(heard) == 3:
            break
        await asyncio.sleep(0.02)
    assert heard[2] == heard[1]
    assert (await telegram.call("deleteWebhook"))["ok"]
    await runner.cleanup()


async def test_of_two_who_poll_the_first_is_sent_away(telegram: Telegram) -> None:
    first = asyncio.create_task(telegram.call("getUpdates", json={"timeout": 5}))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(telegram.call("getUpdates", json={"timeout": 2}))
    assert (await first)["error_code"] == 409
    await telegram.person()
    assert len((await second)["result"]) == 1


async def test_faults_before_and_after_a_message_is_applied(telegram: Telegram) -> None:
    anna = await telegram.person()
    for when in ("before", "after"):
        await telegram.control("POST", "faults", {"action": "drop", "path": "sendMessage", "when": when})
        with pytest.raises(Exception, match=r"."):
            await telegram.call("sendMessage", json={"chat_id": anna, "text": when})
    assert await telegram.texts(anna) == ["after"]
    await telegram.control("POST", "faults", {"action": "status", "status": 429})
    assert (await telegram.call("getMe"))["parameters"] == {"retry_after": 1}


async def test_pages_show_chats_escaped(telegram: Telegram) -> None:
    anna = await telegram.person("<script>")
    await telegram.call("sendMessage", json={"chat_id": anna, "text": "<b>a</b>&lt;i&gt;", "parse_mode": "HTML"})
    async with telegram._http.get(f"{telegram.base}/chats/{anna}") as page:
        text = await page.text()
    assert "<b>a</b>&lt;i&gt;" in text
    assert "<script>" not in text
    async with telegram._http.get(f"{telegram.base}/") as page:
        assert telegram.token not in await page.text()


@pytest.mark.parametrize(
    ("button", "told"),
    [
        ({"text": "Да"}, "Text buttons are unallowed"),
        ({"text": "", "callback_data": "x"}, "text"),
        ({"text": "Да", "callback_data": "ы" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "Да", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "Да", "url": "nonsense"}, "Wrong HTTP URL"),
        ({"text": "Да", "url": "javascript://x.y"}, "Wrong HTTP URL"),
        ({"text": "Да", "url": "https://example.org", "callback_data": "x"}, "unallowed"),
        ("Да", "must be an Object"),
    ],
)
async def test_buttons_that_telegram_refuses_are_refused(telegram: Telegram, button: Any, told: str) -> None:
    chat = await telegram.person()
    markup = {"inline_keyboard": [[button]]}
    answer = await telegram.call("sendMessage", json={"chat_id": chat, "text": "x", "reply_markup": markup})
    assert (answer["status"], answer["ok"]) == (400, False)
    assert told in answer["description"]
    assert await telegram.texts(chat) == []


async def test_buttons_and_protection_are_shown_and_members_counted(telegram: Telegram) -> None:
    chat = await telegram.person()
    markup = {"inline_keyboard": [[{"text": "Да", "callback_data": "ы" * 32}, {"text": "Сайт", "url": "example.org"}]]}
    sent = {"chat_id": chat, "text": "x", "reply_markup": markup, "protect_content": True}
    answer = (await telegram.call("sendMessage", json=sent))["result"]
    assert (answer["reply_markup"], answer["has_protected_content"]) == (markup, True)
    group = (await telegram.control("POST", "groups", {"members": [chat]}))["id"]
    assert (await telegram.call("getChatMemberCount", json={"chat_id": group}))["result"] == 2
    assert (await telegram.call("setWebhook", json={"url": "https://e.org", "max_connections": 1000}))["ok"]
    assert (await telegram.call("getWebhookInfo"))["result"]["max_connections"] == 100
