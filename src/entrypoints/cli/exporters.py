"""`skladsheets exporters`: what can be exported, and how saved answers look as rows."""

import sys
from collections.abc import Sequence
from decimal import Decimal
from typing import BinaryIO

import click
import msgspec
from rich.cells import cell_len

from domain.exports.columns import Column
from domain.exports.exporter import Family
from domain.exports.personal import Treatment
from domain.exports.rows import Row
from domain.shared.cells import Cell, CellKind
from domain.shared.errors import SkladSheetsError
from domain.shared.moments import from_sheet_serial
from entrypoints.cli.planning import plan
from entrypoints.composition import offline

_JSON = msgspec.json.Encoder(decimal_format="number")
_DATES = {CellKind.DATE_TIME: "%d.%m.%Y %H:%M:%S", CellKind.DATE: "%d.%m.%Y"}
_BOM = b"\xef\xbb\xbf"
"""Some editors put it before what they save."""


@click.group()
def exporters() -> None:
    """What can be exported."""


@exporters.command("list")
def list_exporters() -> None:
    """Name every exporter by family, with its title and how many columns and filters it offers; count them all."""
    found = sorted(offline.exporters(), key=lambda exporter: (list(Family).index(exporter.family), exporter.key))
    for exporter in found:
        counts = f"{len(exporter.columns)} columns, {len(exporter.filters)} filters"
        click.echo(f"{exporter.family:<13} {exporter.key:<24} {exporter.title}  ({counts})")
    click.echo(f"{len(found)} exporters")


@exporters.command()
@click.argument("key")
def describe(key: str) -> None:
    """Print what an exporter offers: kinds of rows, columns, filters. A company's own columns are not among them."""
    try:
        exporter = offline.exporter(key)
    except SkladSheetsError as refused:
        click.echo(offline.explained(refused), err=True)
        sys.exit(1)
    click.echo(f"{exporter.key}: {exporter.title}\nrows: {', '.join(exporter.row_modes)}\n\ncolumns")
    for column in exporter.columns:
        people = f" [personal: {column.personal}]" if column.personal else ""
        click.echo(f"  {column.id:<40} {column.kind:<10} {column.level:<7} {column.title}{people}")
    click.echo("\nfilters")
    for offer in exporter.filters:
        operators = " ".join(sorted(operator.value for operator in offer.allowed))
        values = f" ({', '.join(offer.choices)})" if offer.choices else ""
        click.echo(f"  {offer.id:<40} {offer.kind:<10} {operators:<24} {offer.title}{values}")


@exporters.command()
@click.argument("key")
@click.option(
    "--input", "source", required=True, type=click.File("rb"), help="A saved list answer or single object; - for stdin."
)
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
@click.option("--time-zone", default="Europe/Moscow", show_default=True, help="The company's IANA time zone.")
@click.option(
    "--rows", "mode", help="What a row stands for: document, position or totals. The exporter's usual if left out."
)
@click.option(
    "--personal",
    type=click.Choice([one.value for one in Treatment]),
    default=Treatment.AS_IS.value,
    show_default=True,
    help="How data about people is shown. Pseudonyms are made with a key that is forgotten at once.",
)
def preview(key: str, source: BinaryIO, form: str, time_zone: str, mode: str | None, personal: str) -> None:
    """Print columns and rows of a saved MoySklad answer exactly as they would be written. Nobody is asked."""
    try:
        saved = source.read().removeprefix(_BOM)
        columns, rows, notes = offline.preview_file(key, saved, time_zone, mode, Treatment(personal))
    except SkladSheetsError as refused:
        click.echo(offline.explained(refused), err=True)
        sys.exit(1)
    lines = as_lines(columns, rows) if form == "jsonl" else as_table(columns, rows)
    for line in lines:
        click.echo(line)
    for note in notes:
        click.echo(note, err=True)


def as_lines(columns: Sequence[Column], rows: Sequence[Row]) -> list[str]:
    """One JSON object a row; each cell with its column, type, value as written, and text as shown."""
    return [
        _JSON.encode(
            {
                "key": row.key,
                "cells": [
                    {
                        "column": column.id,
                        "title": column.title,
                        "type": column.kind.value,
                        "value": cell,
                        "shown": shown(column.kind, cell),
                    }
                    for column, cell in zip(columns, row.cells, strict=True)
                ],
            }
        ).decode()
        for row in rows
    ]


def as_table(columns: Sequence[Column], rows: Sequence[Row]) -> list[str]:
    """Aligned columns under their titles, as wide as they need to be: nothing is cut."""
    grid = [[column.title for column in columns]]
    grid += [[shown(column.kind, cell) for column, cell in zip(columns, row.cells, strict=True)] for row in rows]
    widths = [max(cell_len(line[place]) for line in grid) for place in range(len(columns))]
    lines = [
        "  ".join(text + " " * (width - cell_len(text)) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in grid
    ]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return lines


def shown(kind: CellKind, cell: Cell) -> str:
    """The cell as the sheet's formats show it, in Russian locale."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ИСТИНА" if cell else "ЛОЖЬ"
    if kind in _DATES and isinstance(cell, int | float):
        return from_sheet_serial(cell).strftime(_DATES[kind])
    if kind is CellKind.MONEY and isinstance(cell, Decimal | int | float):
        return f"{cell:,.2f}".replace(",", "\u00a0").replace(".", ",")
    if isinstance(cell, Decimal):
        return format(cell, "f").replace(".", ",")
    return str(cell).replace("\n", "⏎")


exporters.add_command(plan)
