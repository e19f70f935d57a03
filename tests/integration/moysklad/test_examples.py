"""Every documented answer through the preview command: what it has values for is shown, and it has nothing besides.

What a column ought to show is worked out here from the JSON itself, without the code that maps it.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adapters.moysklad.catalogue import ScannedExporters
from domain.exports.columns import Column, Level
from domain.exports.exporter import BaseExporter, RowMode
from domain.shared.cells import CellKind
from entrypoints.cli.exporters import exporters as command

EXAMPLES = Path(__file__).parents[4] / "shared" / "reference" / "moysklad" / "examples"
CATALOGUE = ScannedExporters()
BY_ENTITY = {exporter.entity.partition("/")[0]: exporter.key for exporter in CATALOGUE.all() if exporter.entity}
BY_REPORT = {exporter.report: exporter.key for exporter in CATALOGUE.all() if exporter.report}
_NAME = re.compile(r"(?P<entity>[a-z]+)\.(?:[A-Za-z.]+\.)?(?:list|item)(?:-\d+)?\.json")
_MAIN = re.compile(r"[a-z]+\.(?:list|item)(?:-\d+)?\.json")
_REPORT = re.compile(r"report\.(?P<path>[a-z.]+?)(?:-\d+)?\.json")

pytestmark = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the reference folder is absent")

NO_COLUMN = {
    "context": "who asked",
    "image": "a picture has no place in a cell",
    "images": "a picture has no place in a cell",
    "attributes": "columns of the company's own",
    "characteristics": "columns of the company's own",
    "salePrices": "columns of the company's own",
    "priceType.id": "an id that nothing else shows",
    "minprice": "a misprint of minPrice in the documentation",
}
"""Fields of the examples that no exporter shows, and why."""

NO_COLUMN_HERE = {
    ("product", "packs"): "units of packs are no expandable links",
    ("prepayment", "version"): "undocumented",
    ("prepayment", "documents"): "undocumented",
    ("prepaymentreturn", "version"): "undocumented",
    ("prepaymentreturn", "documents"): "undocumented",
    ("assortment", "stock"): "not sent by the list that is asked for, which leaves stock out",
    ("assortment", "reserve"): "not sent by the list that is asked for, which leaves stock out",
    ("assortment", "inTransit"): "not sent by the list that is asked for, which leaves stock out",
    ("assortment", "quantity"): "not sent by the list that is asked for, which leaves stock out",
    ("employee", "cashiers"): "links to cashiers, which have no name",
    ("retailstore", "receiptTemplate"): "a template of printing",
    ("retailstore", "createOrderWithState"): "a state of another kind of object, which the link does not name",
}


def files() -> list[tuple[str, str]]:
    """Each example whose entity or report has an exporter, with that exporter's key."""
    found = []
    for path in sorted(EXAMPLES.glob("*.json")) if EXAMPLES.is_dir() else []:
        entity, report = _NAME.fullmatch(path.name), _REPORT.fullmatch(path.name)
        key = BY_REPORT.get(report["path"].replace(".", "/")) if report else None
        key = BY_ENTITY.get(entity["entity"]) if entity else key
        if key is not None:
            found.append((path.name, key))
    return found


FILES = files()
MAIN_FILES = [(name, key) for name, key in FILES if _MAIN.fullmatch(name) or name.startswith("report.")]


def load(name: str) -> Any:
    return json.loads((EXAMPLES / name).read_text(encoding="utf-8"), parse_float=Decimal)


def objects_in(saved: Any) -> list[Any]:
    if isinstance(saved, list):
        return saved
    return list(saved.get("rows", [saved]))


def values_at(holder: Any, path: str) -> Iterator[Any]:
    """Every value at a column's path, through lists where the path says so."""
    step, _, rest = path.partition(".")
    value = holder.get(step.removesuffix("[]")) if isinstance(holder, dict) else None
    for one in (value if isinstance(value, list) else ()) if step.endswith("[]") else (value,):
        if rest:
            yield from values_at(one, rest)
        elif one is not None:
            yield one


def leaves(value: Any) -> Iterator[Any]:
    """The plain values inside."""
    if isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from leaves(one)
    elif value != "":
        yield value


def expected(column: Column, holder: Any) -> list[Any]:
    """What the example has to be shown in this column; nothing where it has no value."""
    if not column.path or column.computed is not None:
        return []
    found = [leaf for value in values_at(holder, column.path) for leaf in leaves(value)]
    if column.kind in {CellKind.MONEY, CellKind.NUMBER, CellKind.INTEGER} and found:
        total = sum(Decimal(str(one)) for one in found)
        return [total / 100 if column.kind is CellKind.MONEY else total]
    return found


def agrees(column: Column, wanted: list[Any], cell: Any) -> bool:
    """Whether the cell shows what is wanted."""
    if column.href_id:
        return bool(cell == wanted[0].partition("?")[0].rpartition("/")[2])
    if column.kind in {CellKind.MONEY, CellKind.NUMBER, CellKind.INTEGER}:
        return isinstance(cell, int | float | Decimal) and abs(Decimal(str(cell)) - wanted[0]) < Decimal("1e-9")
    if column.kind in {CellKind.DATE, CellKind.DATE_TIME}:
        return isinstance(cell, int | float | Decimal) and cell > 0
    if column.kind is CellKind.BOOLEAN:
        return cell is wanted[0]
    if column.kind is CellKind.LIST:
        return isinstance(cell, str) and all(str(one) in cell for one in wanted)
    return str(cell) == str(wanted[0])


def preview(key: str, name: str, *options: str) -> list[dict[str, Any]]:
    """The rows that the command prints, each as column id -> value."""
    arguments = ["preview", key, "--input", str(EXAMPLES / name), "--format", "jsonl", *options]
    done = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    rows = [json.loads(line, parse_float=Decimal) for line in done.stdout.splitlines()]
    return [{cell["column"]: cell["value"] for cell in row["cells"]} for row in rows]


def are_lines(exporter: BaseExporter, saved: Any) -> bool:
    """Whether the example holds the lines of a document without the document."""
    if exporter.lines is None or not exporter.lines.nested:
        return False
    first = objects_in(saved)[0]
    return f"/{exporter.lines.path}/".lower() in str(first.get("meta", {}).get("href", "")).lower()


def holders(exporter: BaseExporter, saved: Any) -> list[tuple[Any, Any]]:
    """What each printed row is made of: the object, and the line inside it where rows are lines."""
    if are_lines(exporter, saved):
        return [(None, line) for line in objects_in(saved)]
    if exporter.row_modes[0] is not RowMode.POSITION or exporter.lines is None:
        return [(one, None) for one in objects_in(saved)]
    return [(one, line) for one in objects_in(saved) for line in values_at(one, exporter.lines.rows_path)]


@pytest.mark.parametrize(("name", "key"), FILES)
def test_whatever_the_example_has_a_value_for_is_shown(name: str, key: str) -> None:
    exporter = CATALOGUE.get(key)
    rows, made_of = preview(key, name), holders(exporter, load(name))
    assert len(rows) == len(made_of)
    for row, (one, line) in zip(rows, made_of, strict=True):
        for column in exporter.offered(exporter.row_modes[0] if line is None else RowMode.POSITION):
            wanted = expected(column, line if column.level is Level.LINE else one)
            assert not wanted or agrees(column, wanted, row[column.id]), (column.id, wanted, row[column.id])


@pytest.mark.parametrize(("name", "key"), FILES)
def test_every_row_mode_previews_every_example(name: str, key: str) -> None:
    for mode in CATALOGUE.get(key).row_modes:
        preview(key, name, "--rows", mode.value)


@pytest.mark.parametrize(("name", "key"), MAIN_FILES)
def test_the_example_has_nothing_that_no_column_shows(name: str, key: str) -> None:
    exporter = CATALOGUE.get(key)
    covered = covered_paths(exporter)
    missing = set()
    for one in objects_in(load(name)):
        for path in fields_of(one):
            first = path.partition(".")[0].removesuffix("[]")
            if path in NO_COLUMN or first in NO_COLUMN or (key, first) in NO_COLUMN_HERE:
                continue
            if not any(path == known or path.startswith(f"{known}.") for known in covered):
                missing.add(path)
    assert not missing


def covered_paths(exporter: BaseExporter) -> set[str]:
    """The fields that columns show: a link is shown by any column of what it leads to."""
    known = {"accountId", *(link.at.removesuffix(".meta.href") for link in exporter.by_id)}
    for column in exporter.columns:
        start = f"{exporter.lines.rows_path}." if exporter.lines and column.level is Level.LINE else ""
        for part in (column, *column.parts):
            if part.path:
                known.add(f"{start}{part.path}".removesuffix(".meta.href"))
            if part.reference is not None:
                known.add(f"{start}{part.reference}")
    return known | ({exporter.lines.path} if exporter.lines else set())


def fields_of(value: Any, path: str = "") -> Iterator[str]:
    """The paths of an object's fields: of plain values, of links, and of the sizes of collections."""
    if isinstance(value, list):
        for one in value:
            yield from fields_of(one, f"{path}[]")
        return
    if not isinstance(value, dict):
        if value not in (None, ""):
            yield path
        return
    meta = value.get("meta", {})
    if path and "size" in meta:
        yield f"{path}.meta.size"
        return
    if path and "href" in meta and set(value) <= {"meta"}:
        yield path
        return
    for name, inner in value.items():
        if name != "meta":
            yield from fields_of(inner, f"{path}.{name}" if path else name)


def test_there_are_examples_for_most_exporters() -> None:
    assert len({key for _, key in FILES}) >= 75
    assert len(FILES) >= 250
