"""Plans of companies, by whoever operates the service."""

import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

import click

from application.billing.commands.block_company import BlockCompany
from application.billing.commands.choose_provider import ChooseProvider
from application.billing.commands.end_plan import EndPlan
from application.billing.commands.set_plan import SetPlan
from application.billing.queries.get_plan import GetPlan, PlanView
from application.bus import Application
from domain.billing.grants import REST
from domain.billing.plans import PLANS, PlanKey
from domain.shared.errors import SkladSheetsError
from domain.shared.identities import CompanyId
from domain.tenants.subscription import BilledBy
from entrypoints.cli.applying import with_application
from entrypoints.composition.offline import explained

AnswerT = TypeVar("AnswerT")
_THEN = f"What comes after it and the grace; `{REST}`: exports rest. Without it what PLAN_AFTER_END says."
company = click.option("--company", required=True, type=click.UUID, help="The company's id.")


@click.group()
def plans() -> None:
    """What companies may use."""


@plans.command(name="list")
def list_plans() -> None:
    """List the plans there are."""
    for plan in PLANS.values():
        limits = (plan.exports, plan.rows, plan.links, plan.executions)
        exports, rows, links, executions = map(_number, limits)
        click.echo(
            f"{plan.key:<12}{plan.title_ru:<16}exports {exports:<11}rows a month {rows:<11}"
            f"interval {plan.shortest_interval!s:<17}"
            f"history {_number(plan.history.days if plan.history else None):<11}"
            f"links {links:<11}executions a month {executions}"
        )


@plans.command()
@company
def show(company: UUID) -> None:
    """Show a company's plan and what it has used."""
    view: PlanView = _with_application(lambda app: app.ask(GetPlan(company_id=CompanyId(company))))
    click.echo(f"plan       {view.plan}, {view.standing.value}")
    decision = view.decision
    trial = ", trial" if decision.trial else ""
    click.echo(f"decided by {decision.provider.value}{trial}{f': {decision.called}' if decision.called else ''}")
    if view.paid_until is not None:
        click.echo(f"until      {_moment(view.paid_until)}")
    if decision.afterwards is not None:
        after = decision.afterwards
        click.echo(f"then       {after.plan or 'exports rest'}, from {_moment(after.at)}, by {after.provider.value}")
    if decision.before is not None:
        click.echo(f"before     {decision.before.plan}")
    if view.blocked_because is not None:
        click.echo(f"blocked    {view.blocked_because}")
    click.echo(f"period     {view.period}, ends {_moment(view.period_ends)}")
    click.echo(f"rows       {view.rows.used} of {_number(view.rows.limit)}, reserved {view.rows.reserved}")
    for wrong in view.mismatches:
        click.echo(f"{wrong.period}: the ledger has {wrong.ledger} rows, the meter {wrong.meter}", err=True)
    if view.mismatches:
        sys.exit(1)


@plans.command(name="set")
@company
@click.option("--plan", required=True, type=click.Choice([*(key.value for key in PlanKey), "none"]))
@click.option("--until", type=click.DateTime(), help="The moment at which it ends, UTC.")
@click.option("--through", type=click.DateTime(["%Y-%m-%d"]), help="Its last day, on the company's clock.")
@click.option("--then", type=click.Choice([*(key.value for key in PlanKey), REST]), help=_THEN)
@click.option("--trial", is_flag=True, help="Say that it is one.")
@click.option("--note", default="", help="A contract or an invoice, for instance; people of the company read it.")
def set_plan(
    company: UUID, plan: str, until: datetime | None, through: datetime | None, then: str | None, trial: bool, note: str
) -> None:
    """Give a company a plan instead of what MoySklad tells; `none` takes it back.

    Without an end it holds for good. When it ends, all goes on for GRACE_DAYS, and what comes `--then` follows; but
    where MoySklad decides otherwise, its word holds again at once.
    """
    if until is not None and through is not None:
        raise click.UsageError("Give --until or --through, not both.")
    told = SetPlan(
        company_id=CompanyId(company),
        plan=None if plan == "none" else plan,
        until=None if until is None else until.replace(tzinfo=UTC),
        through=None if through is None else through.date(),
        then=then,
        trial=trial,
        note=note,
    )
    _with_application(lambda app: app.execute(told))
    click.echo("Done. Runs that rested because of the plan go on within a minute.")


@plans.command()
@company
def end(company: UUID) -> None:
    """End the plan that a company was given: now, and what comes after it comes."""
    ended = _with_application(lambda app: app.execute(EndPlan(company_id=CompanyId(company))))
    click.echo(f"It ended at {_moment(ended)}. `skladsheets plans show` tells what comes now.")


@plans.command()
@company
@click.option("--by", required=True, type=click.Choice([key.value for key in BilledBy]))
def decide(company: UUID, by: str) -> None:
    """Say who decides about a company's plan: its subscription in MoySklad, or you."""
    _with_application(lambda app: app.execute(ChooseProvider(company_id=CompanyId(company), provider=by)))
    click.echo("Done. `skladsheets plans show` tells what the company has now.")


@plans.command()
@company
@click.option("--reason", required=True, help="People of the company read it.")
def block(company: UUID, reason: str) -> None:
    """Have a company's exports rest; it can still read everything."""
    _with_application(lambda app: app.execute(BlockCompany(company_id=CompanyId(company), reason=reason)))
    click.echo("Done. Running exports stop before their next batch.")


@plans.command()
@company
def unblock(company: UUID) -> None:
    """Let a blocked company's exports go on."""
    _with_application(lambda app: app.execute(BlockCompany(company_id=CompanyId(company), reason=None)))
    click.echo("Done. Its exports go on within a minute.")


def _moment(moment: datetime) -> str:
    return moment.isoformat(" ", "minutes")


def _number(limit: int | None) -> str:
    return "unlimited" if limit is None else str(limit)


def _with_application(use: Callable[[Application], Awaitable[AnswerT]]) -> AnswerT:
    try:
        return with_application(use)
    except SkladSheetsError as refused:
        click.echo(explained(refused), err=True)
        sys.exit(1)
