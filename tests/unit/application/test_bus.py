"""One object, two verbs, and what stands around every message."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest

from application.bus import Application, Behaviour, Next
from application.messages import Command, Message, Query
from domain.shared.identities import CompanyId


class Greet(Command[str], frozen=True, kw_only=True):
    name: str


class Count(Query[int], frozen=True, kw_only=True):
    pass


class GreetHandler:
    async def __call__(self, command: Greet) -> str:
        return f"good day, {command.name}"


class CountHandler:
    async def __call__(self, query: Count) -> int:
        raise KeyError(query.company_id)


COMPANY = CompanyId(uuid4())


class Stage:
    """Keeps what happens, in its order."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def get(self, handler: type[Any]) -> Any:
        self.told.append(f"get {handler.__name__}")
        return handler()

    @asynccontextmanager
    async def scope(self) -> AsyncIterator["Stage"]:
        self.told.append("open")
        try:
            yield self
        finally:
            self.told.append("close")

    def around(self, name: str) -> Behaviour:
        async def behaviour(message: Message[Any], next_: Next) -> Any:
            self.told.append(f"{name} before {type(message).__name__}")
            try:
                return await next_()
            finally:
                self.told.append(f"{name} after")

        return behaviour

    def application(self, *names: str) -> Application:
        handlers: dict[type[Message[Any]], type[Any]] = {Greet: GreetHandler, Count: CountHandler}
        return Application(handlers, self.scope, [self.around(name) for name in names])


async def test_the_first_behaviour_is_the_outermost_and_a_message_has_a_scope_of_its_own() -> None:
    stage = Stage()
    application = stage.application("first", "second")
    assert await application.execute(Greet(company_id=COMPANY, name="Анна")) == "good day, Анна"
    assert stage.told == [
        "first before Greet",
        "second before Greet",
        "open",
        "get GreetHandler",
        "close",
        "second after",
        "first after",
    ]


async def test_what_a_handler_raises_goes_through_all_of_them() -> None:
    stage = Stage()
    with pytest.raises(KeyError):
        await stage.application("only").ask(Count(company_id=COMPANY))
    assert stage.told[-2:] == ["close", "only after"]


async def test_an_unknown_message_opens_a_scope_and_fails() -> None:
    class Unknown(Command[None], frozen=True, kw_only=True):
        pass

    with pytest.raises(KeyError):
        await Stage().application().execute(Unknown(company_id=COMPANY))
