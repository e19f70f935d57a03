"""Rules about the code itself."""

import ast
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import adapters.memory
import application
import domain
from domain.shared.errors import SkladSheetsError

SOURCE = Path(domain.__file__).parents[1]
FILES = sorted(SOURCE.rglob("*.py"))
LONGEST_FILE = 400
CODE = re.compile(r"[a-z_]+(\.[a-z_]+)?")
CYRILLIC = re.compile(r"[\u0400-\u04FF]")
PORTS = [
    "application.ports",
    "application.tenants.ports",
    "application.tenants.record_ports",
    "application.tenants.announcing",
    "application.tenants.audit",
    "application.tenants.kept_answers",
    "application.tenants.rates",
    "application.connections.ports",
    "application.connections.key_ports",
    "application.exports.ports",
    "application.exports.schedule_ports",
    "application.exports.mark_ports",
    "application.exports.personal_ports",
    "application.webhooks.ports",
    "application.webhooks.event_ports",
    "application.connections.document_ports",
    "application.automations.vendor_ports",
    "application.automations.catalogue_ports",
    "application.automations.pair_ports",
    "application.automations.ports",
    "application.dealers.notice_ports",
    "application.dealers.directory_ports",
    "application.dealers.import_ports",
    "application.dealers.mail_ports",
    "application.dealers.template_ports",
    "application.exports.diary",
    "application.exports.views",
    "application.delivery.ports",
]


def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def title(file: Path) -> str:
    return file.relative_to(SOURCE).as_posix()


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            yield node.module or ""


def names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        for field in ("id", "attr", "name", "arg", "asname"):
            name = getattr(node, field, None)
            if isinstance(name, str):
                yield name


def modules_of(package: Any) -> list[Any]:
    found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    return [importlib.import_module(entry.name) for entry in found]


def classes_of(modules: list[Any]) -> list[type]:
    return [
        kind
        for module in modules
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if kind.__module__ == module.__name__
    ]


def protocols() -> list[type]:
    kinds = classes_of([importlib.import_module(name) for name in PORTS])
    return [kind for kind in kinds if getattr(kind, "_is_protocol", False)]


def signatures(kind: type) -> dict[str, list[str]]:
    """Public methods, and `__call__`, with the names of their parameters."""
    methods = inspect.getmembers(kind, inspect.isfunction)
    return {
        name: list(inspect.signature(method).parameters)
        for name, method in methods
        if not name.startswith("_") or name == "__call__"
    }


@pytest.mark.parametrize("file", [file for file in FILES if title(file).startswith("domain/")], ids=title)
def test_the_domain_is_standard_library_and_waits_for_nothing(file: Path) -> None:
    tree = tree_of(file)
    roots = {module.partition(".")[0] for module in imported(tree)}
    assert roots <= {*sys.stdlib_module_names, "domain"}
    waiting = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, waiting)]


@pytest.mark.parametrize("file", [file for file in FILES if title(file).startswith("domain/")], ids=title)
def test_the_domain_looks_at_no_clock_and_draws_no_lots(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    assert not re.findall(r"datetime\.now|utcnow|date\.today|time\.time|uuid4\(|uuid1\(|random|secrets\.token", source)


def test_every_error_has_a_code_of_its_own() -> None:
    classes = [node for file in FILES for node in ast.walk(tree_of(file)) if isinstance(node, ast.ClassDef)]
    errors = error_names(classes)
    codes: dict[str, str] = {}
    for node in classes:
        if node.name in errors:
            (code,) = own_codes(node)
            assert CODE.fullmatch(code), f"{node.name}: {code}"
            assert code not in codes, f"{node.name} and {codes[code]} share {code}"
            codes[code] = node.name
    assert len(codes) == len(errors) > 40


def own_codes(node: ast.ClassDef) -> list[str]:
    """What the class body gives to `code`: exactly one text."""
    found = []
    for statement in node.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        value = getattr(statement, "value", None)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            found += [value.value for target in targets if isinstance(target, ast.Name) and target.id == "code"]
    return found


def error_names(classes: list[ast.ClassDef]) -> set[str]:
    """Those that descend from SkladSheetsError, found without importing them."""
    bases = {
        node.name: {base.id if isinstance(base, ast.Name) else getattr(base, "attr", "") for base in node.bases}
        for node in classes
    }
    found = {SkladSheetsError.__name__}
    while more := {name for name, parents in bases.items() if parents & found} - found:
        found |= more
    return found


def test_every_handler_says_what_it_needs() -> None:
    handlers = [kind for kind in classes_of(modules_of(application)) if kind.__name__.endswith("Handler")]
    assert len(handlers) > 20
    for handler in handlers:
        parameters = list(inspect.signature(handler.__init__).parameters.values())[1:]
        for parameter in parameters:
            assert isinstance(parameter.annotation, type), f"{handler.__name__}: {parameter}"
            assert parameter.default is inspect.Parameter.empty, f"{handler.__name__}: {parameter}"
            assert parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD, f"{handler.__name__}: {parameter}"
        assert inspect.iscoroutinefunction(handler.__call__)


def test_every_message_has_one_handler_in_its_own_file() -> None:
    modules = [module for module in modules_of(application) if re.search(r"\.(commands|queries)\.", module.__name__)]
    assert modules
    for module in modules:
        handlers = [kind for kind in classes_of([module]) if kind.__name__.endswith("Handler")]
        assert len(handlers) == 1, module.__name__


def test_identifiers_are_english() -> None:
    assert not [(title(file), name) for file in FILES for name in names(tree_of(file)) if CYRILLIC.search(name)]


def test_no_file_is_long() -> None:
    assert not [title(file) for file in FILES if len(file.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE]


PURE = {"Formula", "Formulas", "RunWords", "MailWords", "Archives", "ArchiveWriter", "TemplateEngine"}
"""Ports that need no fake: what stands behind them computes, or writes one file, and asks nobody."""


@pytest.mark.parametrize(
    "port", [port for port in protocols() if port.__name__ not in PURE], ids=lambda port: port.__name__
)
def test_every_port_has_a_fake(port: type) -> None:
    wanted = signatures(port)
    fakes = [kind for kind in classes_of(modules_of(adapters.memory)) if kind.__name__ == f"Memory{port.__name__}"]
    fake = fakes[0] if fakes else next(iter(by_role(port)), None)
    assert fake is not None, f"there is no Memory{port.__name__}"
    offered = signatures(fake)
    for name, parameters in wanted.items():
        assert offered.get(name) == parameters, f"{fake.__name__}.{name}"
        assert is_asynchronous(port, name) == is_asynchronous(fake, name), f"{fake.__name__}.{name}"


def by_role(port: type) -> list[type]:
    """Fakes named by a shorter word for their role, as MemoryCalendar is for CronCalendar."""
    kinds = classes_of(modules_of(adapters.memory))
    return [kind for kind in kinds if kind.__name__.startswith("Memory") and port.__name__.endswith(kind.__name__[6:])]


def is_asynchronous(kind: type, method: str) -> bool:
    return inspect.iscoroutinefunction(getattr(kind, method))
