"""The application, for a command that is carried out at once."""

import os
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from application.bus import Application
from entrypoints.composition.operating import carried_out
from entrypoints.settings import SettingsInvalid, read_settings

AnswerT = TypeVar("AnswerT")


def with_application(use: Callable[[Application], Awaitable[AnswerT]]) -> AnswerT:
    """What `use` answers, over the real adapters. What is wrong with the settings is said, and ends the command."""
    try:
        settings = read_settings(os.environ)
    except SettingsInvalid as wrong:
        click.echo(str(wrong), err=True)
        sys.exit(2)
    return carried_out(settings, use)
