"""`skladsheets companies`: companies of an installation that is not in MoySklad's catalogue."""

import os
import sys
from uuid import UUID

import click

from application.connections.commands.connect_by_token import DEFAULT_TIME_ZONE, ConnectByToken
from application.connections.commands.disconnect_company import DisconnectCompany
from application.connections.queries.list_companies import ListCompanies
from application.delivery.commands.export_company import ExportCompany
from application.delivery.erase_command import EraseCompany, ErasureReport
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


@companies.command("export")
@click.argument("company", type=click.UUID)
@click.option("--to", required=True, type=click.Path(dir_okay=False), help="The zip file to be made.")
def export_company(company: UUID, to: str) -> None:
    """Write everything that is kept about a company into a zip: a file of JSON lines for each table, and a manifest.

    Secrets are left out. The file is readable for its owner alone, and replaces one of the same name.
    """
    try:
        command = ExportCompany(company_id=CompanyId(company), to=to)
        archive = with_application(lambda application: application.execute(command))
    except SkladSheetsError as refused:
        click.echo(offline.explained(refused), err=True)
        sys.exit(1)
    for table in archive.tables:
        click.echo(f"{table.name:<26}{table.rows:>10}")
    for note in archive.notes:
        click.echo(note, err=True)


@companies.command()
@click.argument("company", type=click.UUID)
@click.option("--yes-erase", "name", help="The company's name, letter by letter; asked for if left out.")
def erase(company: UUID, name: str | None) -> None:
    """Erase everything about a company, for good. Killed or failed, it goes on when told again.

    What is kept: the company's former id with the rows used in each month. Spreadsheets are the company's own and stay.
    """
    if name is None:
        click.echo("This cannot be undone. `companies export` writes everything into a file first.", err=True)
        name = click.prompt("The company's name", err=True)
    try:
        command = EraseCompany(company_id=CompanyId(company), name=name)
        report = with_application(lambda application: application.execute(command))
    except SkladSheetsError as refused:
        click.echo(offline.explained(refused), err=True)
        sys.exit(1)
    _tell(report)


def _tell(report: ErasureReport) -> None:
    click.echo("rows left in each table:")
    for table, rows in sorted(report.left.items()):
        click.echo(f"  {table:<26}{rows:>4}")
    click.echo(f"removed from Redis: {report.traces}")
    click.echo(f"grant at Google: {report.google}")
    click.echo(f"webhooks at MoySklad: {report.webhooks}")
    kept = ", ".join(f"{period}: {rows}" for period, rows in sorted(report.kept.items())) or "none"
    click.echo(f"kept, rows used by month: {kept}")
