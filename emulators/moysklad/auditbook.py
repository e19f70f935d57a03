"""The audit of one account: contexts, each with the events of one request or of one act in the interface."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from emulators.moysklad.records import Record, Ref

KEPT = 100_000
SILENT = {"updated", "created", "deleted", "archived"}
"""Fields whose change is told by the event itself."""


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one object. `diff` maps a field to its old and new value."""

    kind: str
    target: Ref
    name: str
    diff: dict[str, dict[str, Any]]


@dataclass(slots=True)
class Context:
    """What one request changed. `uid` is the employee's login or the solution's name on the account."""

    id: str
    moment: str
    uid: str
    source: str
    employee: str
    events: list[Event] = field(default_factory=list)

    def common(self, name: str) -> str | None:
        """The `kind` or the type of all events, when it is the same."""
        found = {event.kind if name == "eventType" else event.target.kind for event in self.events}
        return found.pop() if len(found) == 1 else None


@dataclass(slots=True)
class AuditBook:
    """Contexts in the order of their moments; `open` collects the events of the request that is being served."""

    contexts: list[Context] = field(default_factory=list)
    by_id: dict[str, Context] = field(default_factory=dict)
    open: Context | None = None

    def add(self, context: Context) -> None:
        """Keeps a context, the newest hundred thousand of them."""
        self.contexts.append(context)
        self.by_id[context.id] = context
        if len(self.contexts) > KEPT + KEPT // 10:
            for old in self.contexts[: len(self.contexts) - KEPT]:
                self.by_id.pop(old.id, None)
            del self.contexts[: len(self.contexts) - KEPT]

    def between(self, low: str, high: str) -> Iterable[Context]:
        """Contexts from `low` to `high`, both included, the newest first."""
        start = bisect_left(self.contexts, low, key=_moment)
        end = bisect_left(self.contexts, high + "~", key=_moment)
        return reversed(self.contexts[start:end])

    def of(self, target: Ref) -> list[tuple[Context, Event]]:
        """Everything that happened to one object, the newest first."""
        found = [(context, event) for context in self.contexts for event in context.events if event.target == target]
        return found[::-1]


def _moment(context: Context) -> str:
    return context.moment


def diff(before: dict[str, Any], record: Record) -> dict[str, dict[str, Any]]:
    """Fields that changed, with their old and new values."""
    after = record.fields
    out: dict[str, dict[str, Any]] = {}
    for name in (before.keys() | after.keys()) - SILENT:
        if before.get(name) != after.get(name):
            pair = {"oldValue": before.get(name), "newValue": after.get(name)}
            out[name] = {key: value for key, value in pair.items() if value is not None}
    return out
