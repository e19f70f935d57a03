"""People who come in without MoySklad's catalogue."""

import os
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import click

from application.bus import Application
from application.tenants.commands.create_link import CreateLink
from application.tenants.queries.list_members import ListMembers
from domain.shared.errors import SkladSheetsError
from domain.shared.identities import CompanyId, MemberId
from domain.tenants.member import Role
from entrypoints.composition.offline import explained
from entrypoints.composition.operating import carried_out
from entrypoints.rest.addresses import link_address
from entrypoints.settings import Settings, SettingsInvalid, read_settings

AnswerT = TypeVar("AnswerT")


@click.group()
def people() -> None:
    """People of a company, who come in by one-time links."""


@people.command()
@click.option("--company", required=True, type=click.UUID, help="The company's id.")
@click.option("--role", default="viewer", show_default=True, type=click.Choice([role.value for role in Role]))
@click.option("--name", default="", help="What the new member is called.")
@click.option("--member", default=None, type=click.UUID, help="Let this member in again instead of a new one.")
@click.option("--days", default=3, show_default=True, type=click.IntRange(1, 30), help="How long the link lives.")
def invite(company: UUID, role: str, name: str, member: UUID | None, days: int) -> None:
    """Print a link by which one person comes in, once."""
    if member is None and not name.strip():
        raise click.UsageError("Say with --name what the new member is called, or with --member who comes in again.")
    command = CreateLink(
        company_id=CompanyId(company),
        acting=None,
        name=name.strip(),
        role=Role(role),
        member_id=None if member is None else MemberId(member),
        lifetime=timedelta(days=days),
    )
    settings = _settings()
    made = _with_application(settings, lambda application: application.execute(command))
    click.echo(link_address(settings.public_url, made.token))
    click.echo(f"For {made.link.name} as {made.link.role}, until {made.link.expires_at:%Y-%m-%d %H:%M} UTC.", err=True)


@people.command("list")
@click.option("--company", required=True, type=click.UUID, help="The company's id.")
def list_people(company: UUID) -> None:
    """List the members of a company."""
    query = ListMembers(company_id=CompanyId(company))
    for member in _with_application(_settings(), lambda application: application.ask(query)):
        click.echo(f"{member.id}  {member.role:7}  {'removed' if member.removed_at else '-':7}  {member.name}")


def _with_application(settings: Settings, use: Callable[[Application], Awaitable[AnswerT]]) -> AnswerT:
    try:
        return carried_out(settings, use)
    except SkladSheetsError as refused:
        click.echo(explained(refused), err=True)
        sys.exit(1)


def _settings() -> Settings:
    try:
        return read_settings(os.environ)
    except SettingsInvalid as wrong:
        click.echo(str(wrong), err=True)
        sys.exit(2)
