"""docs/PRIVACY.md says how long things are kept; the code does just that."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from adapters.postgres.tables import metadata
from application.delivery.commands import purge_expired
from application.delivery.commands.purge_expired import PurgeExpiredHandler, Retention
from application.handlers import HANDLERS
from entrypoints.settings import read_settings
from tests.unit.entrypoints.test_settings import COMPLETE

PRIVACY = Path(__file__).parents[3] / "docs" / "PRIVACY.md"
LENGTH = re.compile(r"(\d+) (hour|day)s? \(`(\w+)`\)")
SETTING = re.compile(r"`(\w+_DAYS)` \((\d+) days\)")


def rows() -> Iterator[tuple[list[str], str, str]]:
    """The table: which tables, how long, by whom."""
    section = PRIVACY.read_text(encoding="utf-8").split("## How long things are kept")[1].split("\n## ")[0]
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) == 3 and "`" in cells[0]:
            yield re.findall(r"`(\w+)`", cells[0]), cells[1], cells[2]


def calls(name: str) -> set[str]:
    """Which of the handler's ports are asked to do that, anywhere in it."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(PurgeExpiredHandler)))
    return {
        node.func.value.attr.removeprefix("_")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name
        if isinstance(node.func.value, ast.Attribute)
    }


def test_every_table_is_named_once() -> None:
    named = [table for tables, _, _ in rows() for table in tables]
    assert sorted(named) == sorted(metadata.tables)


def test_lengths_are_those_of_the_code() -> None:
    told = {}
    for _, kept, _ in rows():
        for number, unit, constant in LENGTH.findall(kept):
            told[constant] = timedelta(**{f"{unit}s": int(number)})
    lengths = {name: value for name, value in vars(purge_expired).items() if name.endswith("_MEMORY")}
    assert told == lengths
    assert len(lengths) >= 8


def test_lengths_that_can_be_set_are_the_usual_ones() -> None:
    told = {name: int(days) for _, kept, _ in rows() for name, days in SETTING.findall(kept)}
    usual, settings = Retention(), read_settings(COMPLETE)
    assert told == {
        "TASK_RETENTION_DAYS": usual.tasks.days,
        "COMPANY_RETENTION_DAYS": usual.companies.days,
        "AUDIT_RETENTION_DAYS": usual.audit.days,
    }
    assert (settings.retention_days, settings.company_retention_days) == (usual.tasks.days, usual.companies.days)
    assert settings.audit_days == usual.audit.days


def test_who_removes_it_is_who_the_code_tells_to() -> None:
    told = {name for _, _, by in rows() for name in re.findall(r"`PurgeExpired`: `(\w+)`", by)}
    assert told == calls("prune") | {"departed"}
    assert calls("departed") == {"companies"}
    commands = {name for _, _, by in rows() for name in re.findall(r"`([A-Z]\w+)`", by)}
    assert commands <= {message.__name__ for message in HANDLERS}
    assert {"PurgeExpired", "EraseCompany"} <= commands
