"""The application: one object, two verbs."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any, Protocol, TypeVar

from application.messages import Command, Message, Query, SystemCommand, SystemQuery

ResultT = TypeVar("ResultT")
HandlerT = TypeVar("HandlerT")

Handler = Callable[[Any], Awaitable[Any]]
Next = Callable[[], Awaitable[Any]]
Behaviour = Callable[[Message[Any], Next], Awaitable[Any]]
"""Something done around every message, such as logging: it awaits `next_()` and returns or raises what that does."""


class Scope(Protocol):
    """Where handlers come from while one message is dealt with."""

    async def get(self, handler: type[HandlerT]) -> HandlerT:
        """A handler of that class with everything it needs."""
        ...


class Scopes(Protocol):
    """Opens one scope for one message."""

    def __call__(self) -> AbstractAsyncContextManager[Scope]:
        """A fresh scope, closed with the block."""
        ...

    async def resident(self, handler: type[HandlerT]) -> HandlerT:
        """The one handler of that class that serves every message of its kind."""
        ...


class Application:
    """Everything that SkladSheets can do. REST, workers, scheduler, command line and tests know only this.

    Messages `at_hand` are part of every request, which is itself logged, traced and counted: their handlers stay, and
    nothing is done around them. Handlers of `asked_often` stay, too: they keep nothing of a message.
    """

    def __init__(
        self,
        handlers: Mapping[type[Message[Any]], type[Any]],
        scopes: Scopes,
        behaviours: Sequence[Behaviour] = (),
        at_hand: Collection[type[Message[Any]]] = (),
        asked_often: Collection[type[Message[Any]]] = (),
    ) -> None:
        self._handlers = handlers
        self._scopes = scopes
        self._inmost_first = tuple(reversed(behaviours))
        self._at_hand = frozenset(at_hand)
        self._staying = self._at_hand | frozenset(asked_often)
        self._residents: dict[type[Message[Any]], Handler] = {}

    async def execute(self, command: Command[ResultT] | SystemCommand[ResultT]) -> ResultT:
        """Carries the command out. Raises what the use case documents."""
        result: ResultT = await self._around(command)
        return result

    async def ask(self, query: Query[ResultT] | SystemQuery[ResultT]) -> ResultT:
        """Answers the query. Changes nothing."""
        result: ResultT = await self._around(query)
        return result

    async def _around(self, message: Message[Any]) -> Any:
        kind = type(message)
        handle: Handler = await self._resident(kind) if kind in self._staying else self._in_a_scope
        if kind in self._at_hand:
            return await handle(message)
        step: Next = partial(handle, message)
        for behaviour in self._inmost_first:
            step = partial(behaviour, message, step)
        return await step()

    async def _in_a_scope(self, message: Message[Any]) -> Any:
        async with self._scopes() as scope:
            handler: Handler = await scope.get(self._handlers[type(message)])
            return await handler(message)

    async def _resident(self, kind: type[Message[Any]]) -> Handler:
        known = self._residents.get(kind)
        if known is None:
            known = self._residents[kind] = await self._scopes.resident(self._handlers[kind])
        return known
