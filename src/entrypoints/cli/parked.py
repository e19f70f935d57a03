"""Messages that could not be carried out."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

import click

from application.bus import Application
from application.delivery.commands.replay_messages import ReplayMessages
from application.delivery.queries.list_parked_messages import ListParkedMessages
from entrypoints.composition.live import live_application
from entrypoints.settings import read_settings

AnswerT = TypeVar("AnswerT")


@click.group()
def messages() -> None:
    """Messages that failed again and again and were parked."""


@messages.command()
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
def parked(limit: int) -> None:
    """List them, the oldest first."""
    found = _with_application(lambda application: application.ask(ListParkedMessages(limit=limit + 1)))
    for one in found[:limit]:
        moment = one.parked_at.isoformat(" ", "seconds")
        click.echo(f"{one.id}  {moment}  {one.tag}  company {one.company_id}  failures {one.failures}  {one.error}")
    if len(found) > limit:
        click.echo(f"There are more than {limit}: ask with a larger --limit.", err=True)
    elif not found:
        click.echo("Nothing is parked.")


@messages.command()
@click.argument("ids", nargs=-1, required=True, type=click.UUID)
def replay(ids: tuple[UUID, ...]) -> None:
    """Have these messages tried once more."""
    sent = _with_application(lambda application: application.execute(ReplayMessages(messages=ids)))
    click.echo(f"{sent} of {len(ids)} will be tried again.")


def _with_application(use: Callable[[Application], Awaitable[AnswerT]]) -> AnswerT:
    async def run() -> AnswerT:
        async with live_application(read_settings(os.environ)) as application:
            return await use(application)

    return asyncio.run(run())
