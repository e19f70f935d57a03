"""The application, for a command that is carried out at once."""

import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

from application.bus import Application
from entrypoints.composition.operating import carried_out
from entrypoints.settings import read_settings

AnswerT = TypeVar("AnswerT")


def with_application(use: Callable[[Application], Awaitable[AnswerT]]) -> AnswerT:
    """What `use` answers, over the real adapters. Raises SettingsInvalid."""
    return carried_out(read_settings(os.environ), use)
