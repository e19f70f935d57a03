"""`skladsheets bot`: how what is said to the Telegram bot reaches us."""

import os
import sys

import click

from domain.shared.errors import SkladSheetsError
from entrypoints.composition.offline import explained
from entrypoints.settings import Settings, SettingsInvalid, read_settings

SETTINGS_EXIT = 2


@click.group(invoke_without_command=True)
@click.pass_context
def bot(context: click.Context) -> None:
    """Ask Telegram for what is said to the bot: for installations that nothing outside can reach. One process does it.

    A webhook that was set is removed first; what waits is kept.
    """
    if context.invoked_subcommand is None:
        from entrypoints.composition.bot import run_bot  # noqa: PLC0415 - each process loads what it needs

        run_bot(_settings())


@bot.command()
@click.option("--remove", "wanted", flag_value="remove", help="Have Telegram deliver nowhere.")
@click.option("--show", "wanted", flag_value="show", help="Change nothing; only say how things stand.")
def webhook(wanted: str | None) -> None:
    """Have Telegram deliver what is said to the bot to PUBLIC_URL, and say how that stands. Repeat it at will."""
    from entrypoints.composition.bot import remove_webhook, see_webhook, set_webhook  # noqa: PLC0415

    act = {"remove": remove_webhook, "show": see_webhook}.get(wanted or "", set_webhook)
    try:
        hook = act(_settings())
    except SkladSheetsError as refused:
        click.echo(explained(refused), err=True)
        sys.exit(1)
    click.echo(f"delivered to: {hook.url or 'nowhere; `skladsheets bot` asks for it'}")
    click.echo(f"kinds: {', '.join(hook.allowed) or 'whatever is usual'}")
    click.echo(f"waiting: {hook.pending}")
    if hook.error_at is not None:
        click.echo(f"last failure: {hook.error_at:%Y-%m-%d %H:%M:%S} UTC, {hook.error}")


def _settings() -> Settings:
    try:
        return read_settings(os.environ)
    except SettingsInvalid as wrong:
        click.echo("\n".join(wrong.problems), err=True)
        sys.exit(SETTINGS_EXIT)
