"""Adding an exporter touches one file: the one on the how-to page, dropped in while the tests run."""

import importlib
import json
import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adapters.moysklad import exporters as package
from adapters.moysklad.catalogue import ScannedExporters
from domain.shared.cells import Cell
from entrypoints.cli.exporters import exporters as command
from tests.integration.harness.stories import Party, Story

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "add-an-exporter.md"
EXAMPLE = Path(__file__).parents[4] / "shared" / "reference" / "moysklad" / "examples" / "payroll.list.json"
MODULE = f"{package.__name__}.payroll"
POSITION = {"id": "p1", "employee": {"id": "e1", "name": "Анна"}, "baseSalary": 5000000.0, "pieceworkSalary": 1050.0}
PAYROLL: dict[str, Any] = {
    "id": "d1",
    "meta": {"type": "payroll"},
    "name": "00001",
    "updated": "2026-03-12 08:15:17.000",
    "sum": 5001050.0,
    "positions": {"meta": {"size": 2}, "rows": [POSITION, {**POSITION, "id": "p2"}]},
}


@pytest.fixture
def _dropped_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The file of the how-to page lies where the catalogue looks."""
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert code is not None
    (tmp_path / "payroll.py").write_text(code[1], encoding="utf-8")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    importlib.invalidate_caches()
    yield
    sys.modules.pop(MODULE, None)
    if hasattr(package, "payroll"):
        delattr(package, "payroll")


@pytest.fixture
async def romashka(_dropped_in: None) -> Party:
    return await (await Story.begin()).party("romashka")


def run(*arguments: str, given: str | None = None) -> str:
    done = CliRunner().invoke(command, arguments, input=given, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def shown(*arguments: str, given: str) -> list[dict[str, Any]]:
    printed = run("preview", "payroll", "--input", "-", "--format", "jsonl", *arguments, given=given)
    rows = [json.loads(line, parse_float=Decimal) for line in printed.splitlines()]
    return [{cell["column"]: cell["value"] for cell in row["cells"]} for row in rows]


def test_without_the_file_there_is_no_such_exporter() -> None:
    assert "payroll" not in {exporter.key for exporter in ScannedExporters().all()}


@pytest.mark.usefixtures("_dropped_in")
def test_the_file_alone_puts_the_exporter_on_the_list() -> None:
    before = len(ScannedExporters().all())
    line = next(one for one in run("list").splitlines() if one.split()[1] == "payroll")
    assert "Начисления зарплаты" in line
    assert run("list").splitlines()[-1] == f"{before} exporters"


@pytest.mark.usefixtures("_dropped_in")
def test_a_second_file_with_the_same_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wages.py").write_text((tmp_path / "payroll.py").read_text(encoding="utf-8"), encoding="utf-8")
    importlib.invalidate_caches()
    with pytest.raises(ValueError, match="payroll"):
        ScannedExporters()
    sys.modules.pop(f"{package.__name__}.wages", None)


@pytest.mark.usefixtures("_dropped_in")
def test_a_saved_answer_is_previewed_in_every_row_mode() -> None:
    saved = json.dumps({"rows": [PAYROLL]})
    [document] = shown(given=saved)
    assert (document["name"], document["sum"]) == ("00001", Decimal("50010.50"))
    lines = shown("--rows", "position", given=saved)
    assert [line["position.id"] for line in lines] == ["p1", "p2"]
    assert {line["position.employee.name"] for line in lines} == {"Анна"}
    assert lines[0]["position.baseSalary"] == Decimal("50000.00")
    [totals] = shown("--rows", "totals", given=saved)
    assert totals["positions.pieceworkSalary"] == Decimal("21.00")


@pytest.mark.skipif(not EXAMPLE.is_file(), reason="the reference folder is absent")
@pytest.mark.usefixtures("_dropped_in")
def test_the_documented_answer_is_previewed() -> None:
    [row] = shown(given=EXAMPLE.read_text(encoding="utf-8"))
    assert row["sum"] == Decimal("600.00")
    assert row["startPayrollPeriod"]


async def test_a_whole_run_brings_its_rows_into_the_sheet(romashka: Party) -> None:
    stamp = "2026-03-12 08:15:17.000"
    romashka.world.source.put(romashka.token, "payroll", "d1", stamp, {"name": "00001", "sum": Decimal(600)})
    config = await romashka.create(exporter="payroll", columns=(), tab="Зарплата")
    done = await romashka.run(config)
    assert (done.state, done.error) == ("finished", None)
    header, row = (await romashka.tab(config)).values()
    assert header[:2] == ["ID", "Номер"]
    assert row[:2] == ["d1", "00001"]

    romashka.world.source.put(romashka.token, "payroll", "d1", stamp, {"name": "00001-а", "sum": Decimal(700)})
    assert (await romashka.run(config)).counts.updated == 1
    assert (await romashka.tab(config)).values()[1][1] == "00001-а"


async def test_each_employee_is_a_row_where_rows_are_positions(romashka: Party) -> None:
    lines: dict[str, dict[str, Cell]] = {
        "p1": {"position.employee.name": "Анна", "position.baseSalary": Decimal(500)},
        "p2": {"position.employee.name": "Борис", "position.baseSalary": Decimal(400)},
    }
    stamp = "2026-03-12 08:15:17.000"
    romashka.world.source.put(romashka.token, "payroll", "d1", stamp, {"name": "00001"}, lines)
    config = await romashka.create(exporter="payroll", columns=(), rows="position", tab="Начислено")
    assert (await romashka.run(config)).state == "finished"
    header, *rows = (await romashka.tab(config)).values()
    assert header[0] == "ID позиции"
    assert sorted((row[0], row[3], row[4]) for row in rows) == [("p1", "Анна", 500.0), ("p2", "Борис", 400.0)]
