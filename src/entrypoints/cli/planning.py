"""`skladsheets exporters plan`: what a reading will cost, before anybody is asked."""

import json
import sys
from collections.abc import Sequence

import click

from domain.shared.errors import SkladSheetsError
from entrypoints.composition import offline

WINDOW_UNITS = 45
WINDOW_SECONDS = 3
WEIGHTS = {1: "a published app", 4: "an app in draft, or of a person from December 2026"}
"""What one request costs by whose token it bears (JSON API docs, Restrictions)."""


@click.command()
@click.argument("key")
@click.option("--rows", "objects", required=True, type=click.IntRange(0), help="How many objects are to be read.")
@click.option("--columns", help="Ids of columns, with commas between; the exporter's usual ones if left out.")
@click.option("--mode", help="What a row stands for: document, position or totals.")
@click.option("--size", "sizes", multiple=True, metavar="KIND=COUNT", help="Entries of a dictionary; 1000 if not said.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def plan(key: str, objects: int, columns: str | None, mode: str | None, sizes: Sequence[str], form: str) -> None:
    """Print how so many objects will be read, in which requests, and what they cost. Nobody is asked."""
    chosen = tuple(columns.split(",")) if columns else None
    try:
        made = offline.plan_reading(key, objects, chosen, mode, _sizes(sizes))
    except SkladSheetsError as refused:
        click.echo(offline.explained(refused), err=True)
        sys.exit(1)
    if form == "json":
        steps = [{"what": step.what, "requests": step.requests, "units": step.units} for step in made.steps]
        told = {"way": made.way, "steps": steps, "requests": made.requests, "units": made.units}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"way: {made.way}")
    for step in made.steps:
        click.echo(f"{step.requests:>8} requests {step.units:>8} units  {step.what}")
    click.echo(f"{made.requests:>8} requests {made.units:>8} units  in all")
    for weight, whose in WEIGHTS.items():
        seconds = made.units * weight / WINDOW_UNITS * WINDOW_SECONDS
        click.echo(f"at least {seconds:,.1f} s with the token of {whose} (x {weight})")


def _sizes(texts: Sequence[str]) -> dict[str, int]:
    sizes = {}
    for text in texts:
        kind, _, count = text.partition("=")
        if not kind or not count.isdigit():
            raise click.BadParameter(f"{text!r} is not KIND=COUNT, as in counterparty=10000", param_hint="--size")
        sizes[kind] = int(count)
    return sizes
