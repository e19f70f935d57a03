"""Faults on demand: what the next matching requests suffer instead of, or after, being served."""

import random
import re
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Action = Literal["status", "html", "drop", "hang", "slow", "truncate", "random"]
ACTIONS: tuple[Action, ...] = ("status", "html", "drop", "hang", "slow", "truncate", "random")
MOMENTS: tuple[Literal["before", "after"], ...] = ("before", "after")
QUOTAS = ("user", "project")
RANDOM_STATUSES = (500, 502, 503, 504)
RANDOM_ACTIONS: tuple[Action, ...] = ("status", "status", "html", "drop", "slow", "truncate")


class FaultRefused(ValueError):
    """The plan asks for something that no emulator can do."""


@dataclass(slots=True)
class Fault:
    """One planned fault.

    `method` and `path` (a regular expression searched in the path with its query) choose requests; the first
    `skip` of them pass, the next `times` suffer. `when` says whether the request takes effect first ("after") or
    not ("before"). Actions: `status` answers with `status` and the vendor's own error body (or `body`), which for a 429
    tells whose `quota` is spent where the vendor tells that; `html`
    answers an HTML page with `status`; `drop` closes the connection; `hang` answers nothing for `seconds`, then
    closes; `slow` answers properly after `seconds`; `truncate` sends half of the answer, then closes; `random` is
    each time another of these, with a status of 5xx.

    With `share` the fault strikes that share of matching requests, chosen by `seed`, until faults are cleared; `times`
    does not matter then. The action `random` has a share of one unless it is told another.
    """

    action: Action
    method: str = ""
    path: str = ""
    skip: int = 0
    times: int = 1
    when: Literal["before", "after"] = "before"
    status: int = 500
    quota: Literal["user", "project"] = "user"
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 5.0
    share: float | None = None
    seed: int = 1

    def matches(self, method: str, path: str) -> bool:
        """Whether the request is one of those that this fault is about."""
        return (not self.method or self.method == method) and re.search(self.path, path) is not None


class Faults:
    """The plan, consulted once per request, in the order in which faults were added."""

    def __init__(self) -> None:
        self._plan: list[Fault] = []
        self._chances: dict[int, random.Random] = {}

    def add(self, wanted: dict[str, Any]) -> Fault:
        """Plans one fault. Raises FaultRefused when a field is unknown or has an impossible value."""
        try:
            fault = Fault(**wanted)
            re.compile(fault.path)
            beyond = fault.share is not None and not 0 <= fault.share <= 1
        except (TypeError, re.error) as wrong:
            raise FaultRefused(str(wrong)) from wrong
        if fault.action not in ACTIONS or fault.when not in MOMENTS or fault.quota not in QUOTAS:
            raise FaultRefused(f"action is one of {', '.join(ACTIONS)}; when before or after; quota user or project")
        if fault.action == "random" and fault.share is None:
            fault.share = 1.0
        if beyond:
            raise FaultRefused("share is a number from 0 to 1")
        self._plan.append(fault)
        self._chances[id(fault)] = random.Random(fault.seed)
        return fault

    def clear(self) -> None:
        """Forgets every planned fault."""
        self._plan.clear()
        self._chances.clear()

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
            if fault.share is not None:
                struck = self._by_chance(fault)
                if struck is None:
                    continue
                return struck
            fault.times -= 1
            if fault.times <= 0:
                self._forget(fault)
            return fault
        return None

    def _by_chance(self, fault: Fault) -> Fault | None:
        """What a fault with a share does to one request: nothing, itself, or one of the random actions."""
        chance = self._chances[id(fault)]
        if chance.random() >= (fault.share or 0.0):
            return None
        if fault.action != "random":
            return fault
        action, when = chance.choice(RANDOM_ACTIONS), chance.choice(MOMENTS)
        return replace(fault, action=action, when=when, status=chance.choice(RANDOM_STATUSES), body=None)

    def _forget(self, fault: Fault) -> None:
        self._plan = [one for one in self._plan if one is not fault]
        self._chances.pop(id(fault), None)
