"""Messages that could not be carried out."""

from uuid import UUID

import click

from application.delivery.commands.replay_messages import ReplayMessages
from application.delivery.queries.list_parked_messages import ListParkedMessages
from entrypoints.cli.applying import with_application


@click.group()
def messages() -> None:
    """Messages that failed again and again and were parked."""


@messages.command()
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
def parked(limit: int) -> None:
    """List them, the oldest first."""
    found = with_application(lambda application: application.ask(ListParkedMessages(limit=limit + 1)))
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
    sent = with_application(lambda application: application.execute(ReplayMessages(messages=ids)))
    click.echo(f"{sent} of {len(ids)} will be tried again.")
