"""Rules and dashboard are readable, and ask only for what the processes show."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.metrics_core import Metric

from adapters.observability.backlog import BacklogCollector
from adapters.observability.metrics import Metrics
from application.delivery.queries.see_backlog import Backlog

ROOT = Path(__file__).parents[3]
OPS = ROOT / "ops"
RULES = [OPS / "prometheus" / name for name in ("recording.yml", "alerts.yml")]
DASHBOARDS = sorted((OPS / "grafana").glob("*.json"))
RUNBOOK = (ROOT / "docs" / "how-to" / "operate.md").read_text(encoding="utf-8")
OF_TARGETS = frozenset({"job", "instance", "process"})
"""Labels that Prometheus adds by its own configuration."""
OF_PROMETHEUS = {"up": OF_TARGETS}
DURATION = re.compile(r"(\d+(ms|[smhdwy]))+")
RECORDED = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*(:[a-zA-Z0-9_]+)+")
PLACEHOLDER = re.compile(r"\{\{\s*\$labels\.(\w+)\s*\}\}")


def rules() -> Iterator[dict[str, Any]]:
    for file in RULES:
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]:
            yield from group["rules"]


def expressions() -> dict[str, str]:
    found = {rule.get("record") or rule["alert"]: str(rule["expr"]) for rule in rules()}
    for file in DASHBOARDS:
        for panel in json.loads(file.read_text(encoding="utf-8"))["panels"]:
            for target in panel.get("targets", ()):
                name = f"{panel['title']} {target['refId']}"
                assert name not in found, name
                found[name] = target["expr"].replace("$__rate_interval", "5m")
    return found


EXPRESSIONS = expressions()


def nobody_asked() -> Backlog:
    raise AssertionError("describing asks nobody")


def exposed() -> dict[str, frozenset[str]]:
    """Every series' name with its labels, as the code makes them."""
    metrics = Metrics()
    metrics.watch(BacklogCollector(nobody_asked))
    metrics.watch_pool(dict)
    found: dict[str, frozenset[str]] = {}
    for collector in metrics.registry._collector_to_names:
        if isinstance(collector, MetricWrapperBase):
            (family,) = collector.describe()
            found |= named(family, frozenset(collector._labelnames))
        elif hasattr(collector, "describe"):
            for family in collector.describe():
                found |= named(family, frozenset(getattr(family, "_labelnames", ())))
        else:
            for family in collector.collect():
                found |= named(family, frozenset(label for one in family.samples for label in one.labels))
    return found


def named(family: Metric, labels: frozenset[str]) -> dict[str, frozenset[str]]:
    if family.type == "counter":
        return {f"{family.name}_total": labels}
    if family.type == "histogram":
        return {
            f"{family.name}_bucket": labels | {"le"},
            f"{family.name}_sum": labels,
            f"{family.name}_count": labels,
        }
    return {family.name: labels}


EXPOSED = exposed()


def labels_of(name: str) -> frozenset[str]:
    """What a series may be asked by. A recorded one has what its expression leaves."""
    if name in EXPOSED:
        return EXPOSED[name] | OF_TARGETS
    if name in OF_PROMETHEUS:
        return OF_PROMETHEUS[name]
    recorded = {rule["record"]: str(rule["expr"]) for rule in rules() if "record" in rule}
    assert name in recorded, f"there is no metric {name}"
    return left(promql_parser.parse(recorded[name]))


def left(expression: Any) -> frozenset[str]:  # noqa: PLR0911 - one for each kind
    """The labels of what an expression comes to; at least these."""
    match expression:
        case promql_parser.VectorSelector():
            return labels_of(expression.name)
        case promql_parser.MatrixSelector():
            return left(expression.vector_selector)
        case promql_parser.AggregateExpr():
            inner, modifier = left(expression.expr), expression.modifier
            if str(expression.op) in {"topk", "bottomk"} and modifier is None:
                return inner
            kept = frozenset(modifier.labels) if modifier is not None else frozenset()
            assert kept <= inner, f"{sorted(kept - inner)} is no label of {expression.expr.prettify()}"
            return kept
        case promql_parser.BinaryExpr():
            sides = [left(side) for side in (expression.lhs, expression.rhs) if not scalar(side)]
            return frozenset.union(*sides) if str(expression.op) == "or" else sides[0] if sides else frozenset()
        case promql_parser.Call():
            inner = frozenset[str]().union(*(left(one) for one in expression.args if not scalar(one)))
            if expression.func.name == "absent":
                return inner
            return inner - {"le"} if expression.func.name == "histogram_quantile" else inner
        case promql_parser.ParenExpr() | promql_parser.UnaryExpr():
            return left(expression.expr)
        case _:
            return frozenset()


def scalar(expression: Any) -> bool:
    if isinstance(expression, promql_parser.NumberLiteral):
        return True
    return isinstance(expression, promql_parser.Call) and expression.func.name == "time"


def selectors(expression: Any) -> Iterator[Any]:
    if isinstance(expression, promql_parser.VectorSelector):
        yield expression
    for name in ("lhs", "rhs", "expr", "param", "vector_selector"):
        inner = getattr(expression, name, None)
        if inner is not None:
            yield from selectors(inner)
    for argument in getattr(expression, "args", None) or ():
        yield from selectors(argument)


@pytest.mark.parametrize("name", sorted(EXPRESSIONS))
def test_every_expression_asks_for_what_there_is(name: str) -> None:
    parsed = promql_parser.parse(EXPRESSIONS[name])
    asked = list(selectors(parsed))
    assert asked
    for selector in asked:
        unknown = {matcher.name for matcher in selector.matchers.matchers} - labels_of(selector.name)
        assert not unknown, f"{selector.name} has no label {sorted(unknown)}"
    left(parsed)


def test_a_metric_or_a_label_that_does_not_exist_would_be_noticed() -> None:
    for wrong in (
        "skladsheets_no_such_total",
        "sum by (company_id) (skladsheets_runs_total)",
        "sum by (code) (rate(skladsheets_messages_total[5m]))",
        "skladsheets:no_such:ratio",
    ):
        with pytest.raises(AssertionError):
            left(promql_parser.parse(wrong))
    with pytest.raises(ValueError, match="parenthesis"):
        promql_parser.parse("sum(skladsheets_runs_total")


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.name)
def test_rule_files_have_the_form_that_prometheus_reads(file: Path) -> None:
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert set(content) == {"groups"}
    names = [group["name"] for group in content["groups"]]
    assert len(set(names)) == len(names)
    for group in content["groups"]:
        assert set(group) <= {"name", "interval", "rules"}
        assert DURATION.fullmatch(group.get("interval", "1m"))
        for rule in group["rules"]:
            assert ("record" in rule) != ("alert" in rule)
            if "record" in rule:
                assert set(rule) == {"record", "expr"}
                assert RECORDED.fullmatch(rule["record"])
            else:
                assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
                assert DURATION.fullmatch(rule.get("for", "0s"))


def test_every_alert_says_what_it_means_and_what_to_do() -> None:
    alerts = [rule for rule in rules() if "alert" in rule]
    assert len({rule["alert"] for rule in alerts}) == len(alerts) > 10
    for rule in alerts:
        name, notes = rule["alert"], rule["annotations"]
        assert rule["labels"]["severity"] in {"page", "warn"}
        assert notes["runbook"] == f"docs/how-to/operate.md#{name.lower()}"
        assert f"\n### {name}\n\n" in RUNBOOK, name
        unknown = set(PLACEHOLDER.findall(notes["summary"])) - left(promql_parser.parse(str(rule["expr"])))
        assert not unknown, f"{name}: {sorted(unknown)}"
    told = set(re.findall(r"^### (\w+)$", RUNBOOK, re.MULTILINE))
    assert told == {rule["alert"] for rule in alerts}


def test_the_dashboard_shows_every_metric_of_ours() -> None:
    shown = {selector.name for text in EXPRESSIONS.values() for selector in selectors(promql_parser.parse(text))}
    ours = {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in EXPOSED if name.startswith("skladsheets_")}
    used = {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in shown}
    assert ours <= used, sorted(ours - used)


@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: file.name)
def test_dashboards_can_be_imported(file: Path) -> None:
    board = json.loads(file.read_text(encoding="utf-8"))
    assert {"title", "uid", "schemaVersion", "panels", "templating"} <= set(board)
    ids = [panel["id"] for panel in board["panels"]]
    assert len(set(ids)) == len(ids) > 20
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells
        for target in panel.get("targets", ()):
            assert "${" not in target["expr"]
            for label in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]):
                assert label in left(promql_parser.parse(target["expr"].replace("$__rate_interval", "5m"))), panel


def test_the_example_of_what_to_scrape_names_every_kind_of_process() -> None:
    content = yaml.safe_load((OPS / "prometheus" / "scrape.example.yml").read_text(encoding="utf-8"))
    (job,) = content["scrape_configs"]
    assert job["job_name"] == "skladsheets"
    assert {one["labels"]["process"] for one in job["static_configs"]} == {"api", "relay", "scheduler", "worker"}
    assert content["rule_files"] == [file.name for file in RULES]
