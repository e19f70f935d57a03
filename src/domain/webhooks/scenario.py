"""Actions of MoySklad's scenarios: which exports one is about (Vendor API docs, scenarios).

The names of actions stand in the app's descriptor, the same for every account. `update_exports` is about every export
that shows objects of the type in question, `export_<key>` about those of one exporter, with underscores for dots. Any
other name is looked for among the names of the company's exports.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.exports.exporter import BaseExporter
from domain.shared.errors import NotFound
from domain.shared.identities import ConfigId

EVERY = "update_exports"
_ONE_KIND = "export_"


class ScenarioUnmatched(NotFound):
    """No export of the company is what the scenario's action is about."""

    code = "webhooks.scenario_unmatched"


@dataclass(frozen=True, slots=True)
class Listener:
    """An export as far as it matters who wants to hear of changes."""

    config_id: ConfigId
    name: str
    exporter: BaseExporter


def entity_type(object_type: str) -> str:
    """The type as the JSON API has it: scenarios write `CustomerOrder` for `customerorder`."""
    return object_type.replace("_", "").lower()


def chosen(action: str, object_type: str, listeners: Iterable[Listener]) -> Sequence[Listener]:
    """The exports that the action is about. Raises ScenarioUnmatched where there are none."""
    kind, listeners = entity_type(object_type), list(listeners)
    if action == EVERY:
        found = [one for one in listeners if kind in one.exporter.announced_types]
    else:
        found = [one for one in listeners if f"{_ONE_KIND}{one.exporter.key.replace('.', '_')}" == action]
        found = found or [one for one in listeners if one.name.casefold() == action.casefold()]
    if not found:
        raise ScenarioUnmatched(action=action[:100], type=object_type[:50])
    return found
