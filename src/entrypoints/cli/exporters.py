"""`skladsheets exporters`: what can be exported, and how saved answers look as rows."""

import sys
from collections.abc import Sequence
from decimal import Decimal
from typing import BinaryIO

import click
import msgspec
from rich.cells import cell_len

from domain.exports.columns import Column
from domain.exports.rows import Row
from domain.shared.cells import Cell, CellKind
from domain.shared.errors import SkladSheetsError
from domain.shared.moments import from_sheet_serial
from entrypoints.composition import offline

_JSON = msgspec.json.Encoder(decimal_format="number")
_BOM = b"\xef\xbb\xbf"
"""Some editors put it before what they save."""


@click.group()
def exporters() -> None:
    """What can be exported."""


@exporters.command("list")
def list_exporters() -> None:
    """Name every exporter, with its title and how many columns and filters it offers."""
    for exporter in offline.exporters():
        counts = f"{len(exporter.columns)} columns, {len(exporter.filters)} filters"
        click.echo(f"{exporter.key:<24} {exporter.title}  ({counts})")


@exporters.command()
@click.argument("key")
@click.option(
    "--input", "source", required=True, type=click.File("rb"), help="A saved list answer or single object; - for stdin."
)
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
@click.option("--time-zone", default="Europe/Moscow", show_default=True, help="The company's IANA time zone.")
def preview(key: str, source: BinaryIO, form: str, time_zone: str) -> None:
    """Print columns and rows of a saved MoySklad answer exactly as they would be written. Nobody is asked."""
    try:
        columns, rows, notes = offline.preview_file(key, source.read().removeprefix(_BOM), time_zone)
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
    if kind is CellKind.DATE_TIME and isinstance(cell, int | float):
        return from_sheet_serial(cell).strftime("%d.%m.%Y %H:%M:%S")
    if kind is CellKind.MONEY and isinstance(cell, Decimal | int | float):
        return f"{cell:,.2f}".replace(",", "\u00a0").replace(".", ",")
    if isinstance(cell, Decimal):
        return format(cell, "f").replace(".", ",")
    return str(cell).replace("\n", "⏎")
