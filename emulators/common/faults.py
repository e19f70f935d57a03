"""Faults on demand: what the next matching requests suffer instead of, or after, being served."""

import re
from dataclasses import dataclass, field
from typing import Any, Literal

Action = Literal["status", "html", "drop", "hang", "slow", "truncate"]
ACTIONS: tuple[Action, ...] = ("status", "html", "drop", "hang", "slow", "truncate")


class FaultRefused(ValueError):
    """The plan asks for something that no emulator can do."""


@dataclass(slots=True)
class Fault:
    """One planned fault.

    `method` and `path` (a regular expression searched in the path with its query) choose requests; the first
    `skip` of them pass, the next `times` suffer. `when` says whether the request takes effect first ("after") or
    not ("before"). Actions: `status` answers with `status` and the vendor's own error body (or `body`); `html`
    answers an HTML page with `status`; `drop` closes the connection; `hang` answers nothing for `seconds`, then
    closes; `slow` answers properly after `seconds`; `truncate` sends half of the answer, then closes.
    """

    action: Action
    method: str = ""
    path: str = ""
    skip: int = 0
    times: int = 1
    when: Literal["before", "after"] = "before"
    status: int = 500
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 5.0

    def matches(self, method: str, path: str) -> bool:
        """Whether the request is one of those that this fault is about."""
        return (not self.method or self.method == method) and re.search(self.path, path) is not None


class Faults:
    """The plan, consulted once per request, in the order in which faults were added."""

    def __init__(self) -> None:
        self._plan: list[Fault] = []

    def add(self, wanted: dict[str, Any]) -> Fault:
        """Plans one fault. Raises FaultRefused when a field is unknown or has an impossible value."""
        try:
            fault = Fault(**wanted)
            re.compile(fault.path)
        except (TypeError, re.error) as wrong:
            raise FaultRefused(str(wrong)) from wrong
        if fault.action not in ACTIONS or fault.when not in {"before", "after"}:
            raise FaultRefused(f"action is one of {', '.join(ACTIONS)}; when is before or after")
        self._plan.append(fault)
        return fault

    def clear(self) -> None:
        """Forgets every planned fault."""
        self._plan.clear()

    def planned(self) -> list[Fault]:
        """Faults that have not struck as often as they were asked to."""
        return list(self._plan)

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault that this request suffers, if any; counts it as used."""
        for fault in self._plan:
            if not fault.matches(method, path):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self._plan.remove(fault)
            return fault
        return None
