"""What docs/SECURITY.md says is proved, is proved by tests that exist."""

import ast
import re
from pathlib import Path

import domain

ROOT = Path(domain.__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")
ELEMENTS = (
    "Sign-on in the iframe",
    "REST API",
    "OAuth callback",
    "Webhook receiver",
    "Vendor API",
    "Workers",
    "Database",
    "Secrets",
    "Automations between companies",
    "Edges: MoySklad, Google, Telegram",
    "Dealers and their chats",
    "Operators",
)


def rows() -> list[list[str]]:
    """The cells of each row of the tables."""
    lines = [line for line in DOCUMENT.splitlines() if re.match(r"\| [STRIDE] \|", line)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def functions_of(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, functions) and node.name.startswith("test_")}


def test_every_row_names_tests_that_exist() -> None:
    assert len(rows()) >= 60
    for kind, threat, against, tests in rows():
        named = NAMED.findall(tests)
        assert named, f"{kind}: {threat}"
        assert len(named) == len(tests.split(", ")), f"{threat}: something there is no test's name"
        assert against
        for path, name in named:
            file = ROOT / "tests" / path
            assert file.is_file(), path
            assert name in functions_of(file), f"{path} has no {name}"


def test_every_element_is_looked_at() -> None:
    assert tuple(re.findall(r"^## (.+)$", DOCUMENT, re.MULTILINE)) == ELEMENTS
