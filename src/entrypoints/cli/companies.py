"""`skladsheets companies`: companies of an installation that is not in MoySklad's catalogue."""

import os
import sys
from uuid import UUID

import click

from application.connections.commands.connect_by_token import DEFAULT_TIME_ZONE, ConnectByToken
from application.connections.commands.disconnect_company import DisconnectCompany
from application.connections.queries.list_companies import ListCompanies
from domain.shared.errors import SkladSheetsError
from domain.shared.identities import CompanyId
from entrypoints.cli.applying import with_application
from entrypoints.composition import offline

VARIABLE = "MOYSKLAD_TOKEN"


@click.group()
def companies() -> None:
    """Companies, and how they are connected."""


@companies.command("list")
@click.option("--limit", default=1000, show_default=True, type=click.IntRange(1, 100_000))
def list_companies(limit: int) -> None:
    """Name them, with the states of their connections."""
    found = with_application(lambda application: application.ask(ListCompanies(limit=limit + 1)))
    for one in found[:limit]:
        states = f"moysklad {one.moysklad or 'absent'}, google {one.google or 'absent'}"
        click.echo(f"{one.id}  {one.created_at.date()}  {one.status:<11}  {one.account_name}  ({states})")
    if len(found) > limit:
        click.echo(f"There are more than {limit}: ask with a larger --limit.", err=True)


@companies.command()
@click.option("--name", help="What the company is called; its MoySklad account's name if left out.")
@click.option("--time-zone", default=DEFAULT_TIME_ZONE, show_default=True, help="The company's IANA time zone.")
def add(name: str | None, time_zone: str) -> None:
    """Connect a company by a MoySklad token of one of its employees, or give it a new one.

    The token is read from MOYSKLAD_TOKEN, or else from standard input, so that no list of processes shows it. It should
    be an administrator's: only they may have MoySklad tell of changes.
    """
    token = os.environ.get(VARIABLE, "").strip() or sys.stdin.read().strip()
    if not token:
        click.echo(f"There is no token. Put it into {VARIABLE} or write it to standard input.", err=True)
        sys.exit(1)
    try:
        offline.calendar().zone(time_zone)
        command = ConnectByToken(token=token, name=name, time_zone=time_zone)
        company_id = with_application(lambda application: application.execute(command))
    except SkladSheetsError as refused:
        click.echo(offline.explained(refused), err=True)
        sys.exit(1)
    click.echo(str(company_id))


@companies.command()
@click.argument("company", type=click.UUID)
def remove(company: UUID) -> None:
    """Forget a company's token. Its exports rest; what it has set up stays for a return."""
    try:
        command = DisconnectCompany(company_id=CompanyId(company))
        with_application(lambda application: application.execute(command))
    except SkladSheetsError as refused:
        click.echo(offline.explained(refused), err=True)
        sys.exit(1)
    click.echo("The company is disconnected.")
