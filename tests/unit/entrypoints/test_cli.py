"""The command line."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from domain.shared.cells import CellKind
from entrypoints.cli.main import main
from entrypoints.settings import read_settings
from tests.unit.entrypoints.test_settings import COMPLETE

EXAMPLES = Path(__file__).parents[4] / "shared" / "reference" / "moysklad" / "examples"
SAVED = sorted({*EXAMPLES.glob("customerorder*.list.json"), *EXAMPLES.glob("customerorder*.item.json")})
ORDERS = [file for file in SAVED if file.name in {"customerorder.list.json", "customerorder.item.json"}]
ORDER = {
    "id": "id-1",
    "updated": "2026-04-14 12:03:05",
    "moment": "2026-04-14 12:00:00.000",
    "name": "№ 1\nвторая строка",
    "sum": 123456750.0,
    "applicable": True,
    "agent": {"id": "a", "name": "ООО «Ромашка»"},
}


def run(*arguments: str, given: bytes | None = None, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=given, env=env)


def test_exporters_are_listed() -> None:
    listed = run("exporters", "list")
    assert listed.exit_code == 0
    *lines, count = listed.stdout.splitlines()
    assert count == f"{len(lines)} exporters"
    assert len(lines) >= 45
    families = [line.split()[0] for line in lines]
    assert families == sorted(families, key=["documents", "dictionaries", "reports"].index)
    assert any(line.split()[1] == "customerorder" and "Заказы покупателей" in line for line in lines)


def test_an_exporter_is_described() -> None:
    described = run("exporters", "describe", "customerorder")
    assert described.exit_code == 0
    for part in ("rows: document, position, totals", "position.quantity", "money", "isDeleted", "within"):
        assert part in described.stdout
    unknown = run("exporters", "describe", "nonsense")
    assert (unknown.exit_code, "exports.exporter_unknown" in unknown.stderr) == (1, True)


def test_a_plan_tells_requests_units_and_seconds() -> None:
    columns = "id,name,agent.name,state.name,organization.name"
    planned = run(
        "exporters", "plan", "customerorder", "--rows", "100000", "--columns", columns, "--size", "counterparty=10000"
    )
    assert planned.exit_code == 0
    assert "way: joined" in planned.stdout
    assert "113 units  in all" in planned.stdout
    assert "at least 7.5 s" in planned.stdout
    told = json.loads(run("exporters", "plan", "stock.all", "--rows", "30000", "--format", "json").stdout)
    assert told["way"] == "in the background"
    assert told["units"] == sum(step["units"] for step in told["steps"]) < 30 * 5
    for wrong in (
        ["--rows", "-1"],
        ["--rows", "5", "--size", "counterparty"],
        ["--rows", "5", "--columns", "nonsense"],
    ):
        refused = run("exporters", "plan", "customerorder", "--rows", *wrong)
        assert refused.exit_code != 0
        assert "Traceback" not in refused.stderr


def test_a_preview_shows_what_would_be_written() -> None:
    saved = json.dumps({"rows": [ORDER]}).encode()
    table = run("exporters", "preview", "customerorder", "--input", "-", given=saved)
    assert table.exit_code == 0
    header, rule, row = table.stdout.splitlines()
    assert header.startswith("ID")
    assert set(rule) == {"─", " "}
    for shown in ("№ 1⏎вторая строка", "14.04.2026 12:00:00", "1\u00a0234\u00a0567,50", "ИСТИНА", "ООО «Ромашка»"):
        assert shown in row
    lines = run("exporters", "preview", "customerorder", "--input", "-", "--format", "jsonl", given=saved)
    (line,) = [json.loads(text) for text in lines.stdout.splitlines()]
    cells = {cell["column"]: cell for cell in line["cells"]}
    assert line["key"] == "id-1"
    assert cells["sum"] == {
        "column": "sum",
        "title": "Сумма",
        "type": "money",
        "value": 1234567.5,
        "shown": "1\u00a0234\u00a0567,50",
    }
    assert cells["applicable"]["value"] is True
    assert isinstance(cells["moment"]["value"], float)


def test_times_are_shown_on_the_companys_wall_clock() -> None:
    saved = json.dumps(ORDER).encode()
    east = run(
        "exporters", "preview", "customerorder", "--input", "-", "--time-zone", "Asia/Yekaterinburg", given=saved
    )
    assert "14.04.2026 14:00:00" in east.stdout


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        (("no-such", "--input", "-"), b"{}"),
        (("customerorder", "--input", "-"), b"<html>"),
        (("customerorder", "--input", "-"), b"\xff\xfe"),
        (("customerorder", "--input", "-", "--time-zone", "Mars/Olympus"), b"{}"),
        (("customerorder", "--input", "-", "--time-zone", "../../etc/passwd"), b"{}"),
    ],
)
def test_what_cannot_be_shown_is_explained_in_both_languages(arguments: tuple[str, ...], given: bytes) -> None:
    refused = run("exporters", "preview", *arguments, given=given)
    assert refused.exit_code in {1, 2}
    assert refused.stdout == ""
    assert refused.stderr
    assert "Traceback" not in refused.output
    assert refused.exception is None or isinstance(refused.exception, SystemExit)


def test_a_file_that_is_not_there() -> None:
    refused = run("exporters", "preview", "customerorder", "--input", "no-such.json")
    assert refused.exit_code == 2
    assert "no-such.json" in refused.stderr


@pytest.mark.skipif(not SAVED, reason="the documented examples are not beside this checkout")
@pytest.mark.parametrize("form", ["table", "jsonl"])
@pytest.mark.parametrize("file", SAVED, ids=lambda file: file.name)
def test_every_documented_answer_is_shown(file: Path, form: str) -> None:
    shown = run("exporters", "preview", "customerorder", "--input", str(file), "--format", form)
    assert shown.exit_code == 0, shown.output
    lines = shown.stdout.splitlines()
    assert lines
    if form == "table":
        assert lines[0].startswith("ID")
        return
    kinds = {kind.value for kind in CellKind}
    rows = [json.loads(line) for line in lines]
    assert all(cell["type"] in kinds for row in rows for cell in row["cells"])
    assert all(
        [cell["column"] for cell in one["cells"]] == [cell["column"] for cell in other["cells"]]
        for one, other in pairwise(rows)
    )


@pytest.mark.skipif(not ORDERS, reason="the documented examples are not beside this checkout")
@pytest.mark.parametrize("file", ORDERS, ids=lambda file: file.name)
def test_documented_orders_come_out_whole(file: Path) -> None:
    saved = json.loads(file.read_bytes())
    orders = saved.get("rows", [saved])
    shown = run("exporters", "preview", "customerorder", "--input", str(file), "--format", "jsonl")
    rows = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [row["key"] for row in rows] == [order["id"] for order in orders]
    for row, order in zip(rows, orders, strict=True):
        cells = {cell["column"]: cell["value"] for cell in row["cells"]}
        assert cells["name"] == order["name"]
        assert cells["sum"] == pytest.approx(order["sum"] / 100)


def test_generated_settings_complete_the_rest() -> None:
    printed = run("settings", "generate").stdout
    generated = dict(line.split("=", 1) for line in printed.splitlines())
    assert set(generated) == {"ENCRYPTION_KEYS", "SESSION_KEYS"}
    read_settings({**COMPLETE, **generated})
    assert run("settings", "generate").stdout != printed
    assert run("settings", "check", env={**COMPLETE, **generated}).exit_code == 0


@pytest.mark.parametrize("process", ["api", "relay", "scheduler", "worker"])
def test_no_process_starts_without_its_settings(process: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in COMPLETE:
        monkeypatch.delenv(name, raising=False)
    refused = run(process)
    assert refused.exit_code == 2
    assert all(name in refused.stderr for name in COMPLETE)
    assert run("settings", "check").exit_code == 2


def test_migrations_need_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MIGRATION_DATABASE_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    assert run("migrate").exit_code == 2


def test_the_version_and_help() -> None:
    assert run("--version").exit_code == 0
    assert "exporters" in run("-h").stdout
