"""Listening to the bot, over ears that a test speaks into."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

import pytest

import entrypoints.bot.main as bot_main
from application.bus import Application
from application.dealers.commands.leave_chat import LeaveChat
from application.dealers.queries.get_chat_languages import GetChatLanguages
from application.delivery.queries.check_readiness import Readiness
from domain.dealers.bindings import BotHeardElsewhere, BotMisnamed
from domain.dealers.languages import Language
from domain.dealers.notices import ChatBusy, ChatLost, DeliveryFailed, MessengerUnready
from entrypoints.bot.main import MOST_CONFLICTS, MOST_FAILURES, Listening
from entrypoints.chatting import Reply


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits."""

    async def wait(_stop: asyncio.Event, _seconds: float) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr("entrypoints.rounds.wait", wait)
    monkeypatch.setattr(bot_main, "wait", wait)


class Ears:
    """Telegram: what waits there, and what it refuses next. When nothing waits any more, `stop` is set."""

    def __init__(self, stop: asyncio.Event, *texts: str) -> None:
        self.waiting = [said(number, text) for number, text in enumerate(texts, 10)]
        self.refusals: deque[BaseException | None] = deque()
        self.opening: deque[BaseException | None] = deque()
        self.asked: list[int | None] = []
        self.told: list[str] = []
        self.deaf = False
        self._stop = stop

    async def open(self) -> str:
        if self.opening and (refusal := self.opening.popleft()) is not None:
            raise refusal
        return "skladsheets_bot"

    async def hear(self, offset: int | None, seconds: float) -> Sequence[dict[str, Any]]:
        self.asked.append(offset)
        if self.refusals and (refusal := self.refusals.popleft()) is not None:
            raise refusal
        self.waiting = [one for one in self.waiting if one["update_id"] >= (offset or 0)]
        if not self.waiting and seconds:
            self._stop.set()
            await asyncio.sleep(60)
        return self.waiting[:2]

    async def say(self, reply: Reply) -> None:
        self.told.append(reply.code)
        if self.deaf:
            raise ChatLost(reason="blocked")


class App:
    """Counts what it is told; fails as often as planned."""

    def __init__(self) -> None:
        self.done: list[LeaveChat] = []
        self.failures = 0
        self.ready = True
        self.languages: frozenset[Language] = frozenset()

    async def execute(self, command: LeaveChat) -> int:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the database went away")
        self.done.append(command)
        return 1

    async def ask(self, query: object) -> Readiness | frozenset[Language]:
        if isinstance(query, GetChatLanguages):
            return self.languages
        return Readiness(ready=self.ready, systems={})


def said(number: int, text: str) -> dict[str, Any]:
    return {"update_id": number, "message": {"date": 1_800_000_000, "chat": {"id": number}, "text": text}}


class Bench:
    def __init__(self, *texts: str, name: str | None = "skladsheets_bot") -> None:
        self.stop = asyncio.Event()
        self.ears, self.app = Ears(self.stop, *texts), App()
        self.reported: list[BaseException] = []
        self.noted: list[str] = []
        application: Application = self.app  # type: ignore[assignment]
        self.listening = Listening(application, self.ears, name, self.stop, self.reported.append, self.noted.append)

    async def run(self) -> "Bench":
        async with asyncio.timeout(10):
            await self.listening.listen()
        return self

    def left(self) -> list[str]:
        return [one.address.recipient for one in self.app.done]


async def test_each_update_is_carried_out_once_answered_and_confirmed() -> None:
    bench = await Bench("/stop", "/help", "привет", "/stop").run()
    assert bench.left() == ["10", "13"]
    assert bench.ears.told == ["dealers.chat_unbound", "dealers.bot_help", "dealers.chat_unbound"]
    assert bench.ears.asked == [None, 12, 14, 14]
    assert bench.ears.waiting == []
    assert bench.reported == []


async def test_an_update_that_fails_is_tried_again_and_none_is_lost() -> None:
    bench = Bench("/stop", "/stop", "/stop")
    bench.app.failures = MOST_FAILURES - 1
    await bench.run()
    assert bench.left() == ["10", "11", "12"]
    assert len(bench.reported) == MOST_FAILURES - 1


async def test_without_a_database_nothing_is_passed_over_and_with_one_a_poisonous_update_is() -> None:
    bench = Bench("/stop", "/stop")
    bench.app.failures, bench.app.ready = 3 * MOST_FAILURES, False
    await bench.run()
    assert bench.left() == ["10", "11"]
    bench = Bench("/stop", "/stop")
    bench.app.failures = MOST_FAILURES
    await bench.run()
    assert bench.left() == ["11"]
    assert any("passed over" in one for one in bench.noted)


async def test_what_is_no_update_keeps_nobody_from_being_heard() -> None:
    bench = Bench("x", "/stop")
    bench.ears.waiting[0] = {"update_id": 10, "message": {"text": 5}}
    await bench.run()
    assert bench.left() == ["11"]


async def test_a_chat_that_cannot_be_answered_ends_nothing() -> None:
    bench = Bench("/stop", "/stop")
    bench.ears.deaf = True
    await bench.run()
    assert bench.left() == ["10", "11"]
    assert [type(one) for one in bench.reported] == [ChatLost, ChatLost]


async def test_troubles_of_telegram_pass_and_a_conflict_that_stays_ends_it() -> None:
    bench = Bench("/stop")
    bench.ears.opening.append(DeliveryFailed(reason="502"))
    bench.ears.refusals.extend([ChatBusy(3.0), DeliveryFailed(reason="502"), BotHeardElsewhere(reason="other")])
    await bench.run()
    assert bench.left() == ["10"]
    assert any("somebody else" in one for one in bench.noted)
    bench = Bench("/stop")
    bench.ears.refusals.extend(BotHeardElsewhere(reason="other") for _ in range(MOST_CONFLICTS))
    with pytest.raises(BotHeardElsewhere):
        await bench.run()
    assert bench.left() == []


async def test_a_wrong_token_is_refused_at_once() -> None:
    bench = Bench("/stop")
    bench.ears.opening.append(MessengerUnready(channel="telegram", reason="unauthorized"))
    with pytest.raises(MessengerUnready):
        await bench.run()
    with pytest.raises(BotMisnamed):
        await Bench("/stop", name="another_bot").run()
    assert (await Bench("/stop", name=None).run()).left() == ["10"]
    assert (await Bench("/stop", name="SkladSheets_Bot").run()).left() == ["10"]


async def test_told_to_stop_it_leaves_the_rest_for_the_next() -> None:
    bench = Bench("/stop", "/stop")
    execute = bench.app.execute

    async def stopping(command: LeaveChat) -> int:
        bench.stop.set()
        return await execute(command)

    bench.app.execute = stopping  # type: ignore[method-assign]
    await bench.run()
    assert bench.left() == ["10"]
    assert [one["update_id"] for one in bench.ears.waiting] == [11]
