"""`skladsheets`: the processes, the database, looking at exporters, and a model of it all."""

import base64
import gc
import os
import secrets
import sys
from collections.abc import Mapping
from typing import ClassVar

import click

from entrypoints.cli.lazily import LazyGroup
from entrypoints.settings import Settings, SettingsInvalid, read_settings

SETTINGS_EXIT = 2


class Commands(LazyGroup):
    """What an operator does besides starting processes."""

    later: ClassVar[Mapping[str, str]] = {
        "bot": "entrypoints.cli.bot",
        "companies": "entrypoints.cli.companies",
        "descriptor": "entrypoints.cli.describing",
        "exporters": "entrypoints.cli.exporters",
        "keys": "entrypoints.cli.keys",
        "messages": "entrypoints.cli.parked",
        "people": "entrypoints.cli.people",
        "plans": "entrypoints.cli.plans",
        "simulate": "entrypoints.cli.simulating",
    }


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="skladsheets")
def main() -> None:
    """Keeps a company's Google Sheets true to its MoySklad account."""
    # Loading makes a million objects that stay: looking through them again and again takes a fifth of a start.
    gc.set_threshold(50_000, 20, 100)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def api(host: str, port: int) -> None:
    """Serve HTTP: the REST API and MoySklad's Vendor API endpoints."""
    from entrypoints.composition.serving import run_api  # noqa: PLC0415 - each process loads what it needs

    run_api(_settings(), host, port)


@main.command()
def relay() -> None:
    """Hand stored commands to the queue."""
    from entrypoints.composition.processes import run_relay  # noqa: PLC0415

    run_relay(_settings())


@main.command()
def scheduler() -> None:
    """Book what comes due; recover what was left behind."""
    from entrypoints.composition.scheduling import run_scheduler  # noqa: PLC0415

    run_scheduler(_settings())


@main.command()
def worker() -> None:
    """Carry out exports."""
    from entrypoints.composition.processes import run_worker  # noqa: PLC0415

    run_worker(_settings())


@main.command()
def migrate() -> None:
    """Bring the database to the newest schema, as its owner (MIGRATION_DATABASE_URL, or else DATABASE_URL)."""
    url = os.environ.get("MIGRATION_DATABASE_URL") or os.environ.get("DATABASE_URL")
    if not url:
        click.echo("MIGRATION_DATABASE_URL is missing: a postgresql:// address of the database's owner", err=True)
        sys.exit(SETTINGS_EXIT)
    from entrypoints.composition.schema import upgrade  # noqa: PLC0415

    upgrade(url)


@main.group()
def settings() -> None:
    """The service's settings."""


@settings.command()
def check() -> None:
    """Name every setting that is missing or wrong; exit with 2 if there is one."""
    _settings()
    click.echo("The settings are complete.")


@settings.command()
def generate() -> None:
    """Print fresh values for the secret settings that nobody else gives out."""
    click.echo(f"ENCRYPTION_KEYS=k1:{base64.b64encode(secrets.token_bytes(32)).decode()}")
    click.echo(f"SESSION_KEYS=s1:{base64.b64encode(secrets.token_bytes(32)).decode()}")


def _settings() -> Settings:
    try:
        return read_settings(os.environ)
    except SettingsInvalid as wrong:
        click.echo("The service is not configured. Set these environment variables:", err=True)
        for problem in wrong.problems:
            click.echo(f"  {problem}", err=True)
        click.echo("`skladsheets settings generate` prints values for ENCRYPTION_KEYS and SESSION_KEYS.", err=True)
        sys.exit(SETTINGS_EXIT)


if __name__ == "__main__":
    main()
