"""The application, made from a container."""

from collections.abc import Awaitable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from dishka import AsyncContainer

from application.bus import Application, Behaviour, HandlerT, Next, Scope
from application.handlers import ASKED_OFTEN, AT_HAND, HANDLERS
from application.messages import Message
from application.tenants.witnessing import Witness


class ContainerScopes:
    """See application.bus.Scopes: one request scope of dishka's for each message."""

    def __init__(self, container: AsyncContainer) -> None:
        self._container = container

    def __call__(self) -> AbstractAsyncContextManager[Scope]:
        """A fresh scope."""
        return self._container()

    async def resident(self, handler: type[HandlerT]) -> HandlerT:
        """See the protocol."""
        return await self._container.get(handler)


def make_application(container: AsyncContainer, behaviours: Sequence[Behaviour] = ()) -> Application:
    """The application over this container's adapters. What is done is witnessed, closest to the handlers."""
    known: list[Witness] = []

    def witnessed(message: Message[Any], next_: Next) -> Awaitable[Any]:
        return known[0](message, next_) if known else first(message, next_)

    async def first(message: Message[Any], next_: Next) -> Any:
        known.append(await container.get(Witness))
        return await known[0](message, next_)

    return Application(HANDLERS, ContainerScopes(container), (*behaviours, witnessed), AT_HAND, ASKED_OFTEN)
