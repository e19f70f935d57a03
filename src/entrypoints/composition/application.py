"""The application, made from a container."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from dishka import AsyncContainer

from application.bus import Application, Behaviour, Scope
from application.handlers import HANDLERS


class ContainerScopes:
    """See application.bus.Scopes: one request scope of dishka's for each message."""

    def __init__(self, container: AsyncContainer) -> None:
        self._container = container

    def __call__(self) -> AbstractAsyncContextManager[Scope]:
        """A fresh scope."""
        return self._container()


def make_application(container: AsyncContainer, behaviours: Sequence[Behaviour] = ()) -> Application:
    """The application over this container's adapters."""
    return Application(HANDLERS, ContainerScopes(container), behaviours)
