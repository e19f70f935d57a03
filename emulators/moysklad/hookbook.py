"""What an account keeps of its webhooks, and what they have to tell (JSON API docs, "webhooks", "stock webhooks")."""

import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any

ACTIONS = {
    "create": "CREATE",
    "update": "UPDATE",
    "puttoarchive": "UPDATE",
    "restorefromarchive": "UPDATE",
    "delete": "DELETE",
}
LOG_KEPT = 20_000
FOR_USERS, FOR_APPS = 5, 1
"""Webhooks with different addresses for one type and action."""


@dataclass(slots=True)
class Hook:
    """A webhook, or a stock webhook where `report` is not empty. `owner` is a solution's id, empty for employees."""

    id: str
    owner: str
    url: str
    enabled: bool = True
    entity: str = ""
    action: str = ""
    diff: str = ""
    stock: str = ""
    report: str = ""

    @property
    def kind(self) -> str:
        return "webhookstock" if self.report else "webhook"

    @property
    def subject(self) -> tuple[str, str]:
        """What the limits count by."""
        return (self.stock, self.report) if self.report else (self.entity, self.action)


@dataclass(slots=True)
class Message:
    """One call that a webhook has to make. A repetition keeps its `request_id`."""

    hook: Hook
    body: dict[str, Any]
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(slots=True)
class Mishaps:
    """What goes wrong with the next messages: so many are lost, so many come twice, and while `reversed_` the last told
    of what waits goes first. `delay` is how many seconds each message waits.
    """

    lose: int = 0
    double: int = 0
    reversed_: bool = False
    delay: float = 0.0


@dataclass(slots=True)
class HookBook:
    """Webhooks of one account. `muted` are the prefixes that the request being served has switched off; `open` holds
    the messages of each audit context, so that a bulk change makes one call.
    """

    hooks: dict[str, Hook] = field(default_factory=dict)
    allowed: bool = True
    muted: tuple[str, ...] = ()
    waiting: list[Message] = field(default_factory=list)
    mishaps: Mishaps = field(default_factory=Mishaps)
    log: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=LOG_KEPT))
    stock_since: str = ""
    _open: dict[tuple[str, str], Message] = field(default_factory=dict)

    def tell(self, kind: str, action: str, context: dict[str, Any], event: dict[str, Any], changed: list[str]) -> None:
        """Something happened to an object of that type. `context` is the audit's."""
        if not self.hooks or not self.allowed:
            return
        for hook in self.hooks.values():
            if not hook.enabled or hook.subject != (kind, action):
                continue
            if any(hook.url.startswith(prefix) for prefix in self.muted):
                continue
            told = {**event, "action": action}
            if hook.diff == "FIELDS":
                told["updatedFields"] = changed
            key = (hook.id, str(context["meta"]["href"]))
            message = self._open.get(key)
            if message is None:
                message = self._open[key] = Message(hook, {"auditContext": context, "events": []})
                self.waiting.append(message)
            message.body["events"].append(told)

    def tell_stock(self, account_id: str, report_url: dict[str, str]) -> None:
        """Stock changed: every stock webhook says where to ask; addresses by report."""
        for hook in self.hooks.values():
            if hook.report and hook.enabled and self.allowed:
                body = {"accountId": account_id, "stockType": hook.stock, "reportType": hook.report}
                self.waiting.append(Message(hook, {**body, "reportUrl": report_url[hook.report]}))

    def take(self) -> list[Message]:
        """The messages that go out now, with what goes wrong among them."""
        if not self.waiting:
            return []
        found, self.waiting = self.waiting, []
        self._open.clear()
        if self.mishaps.reversed_:
            found.reverse()
        lost, self.mishaps.lose = found[: self.mishaps.lose], max(0, self.mishaps.lose - len(found))
        self.log.extend(logged(message, 0, None, "lost") for message in lost)
        found = found[len(lost) :]
        doubled, self.mishaps.double = found[: self.mishaps.double], max(0, self.mishaps.double - len(found))
        return [*found, *doubled]

    def removed_with(self, owner: str) -> None:
        """The solution was removed, and its webhooks with it."""
        self.hooks = {one.id: one for one in self.hooks.values() if one.owner != owner}

    def switch(self, owner: str, *, enabled: bool) -> None:
        """The solution was suspended or resumed."""
        for hook in self.hooks.values():
            if hook.owner == owner:
                hook.enabled = enabled


def logged(message: Message, attempts: int, status: int | None, outcome: str) -> dict[str, Any]:
    """How a message ended, for whoever looks at the control surface."""
    events = message.body.get("events", [])
    return {
        "webhookId": message.hook.id,
        "requestId": message.request_id,
        "url": message.hook.url,
        "events": len(events),
        "attempts": attempts,
        "status": status,
        "outcome": outcome,
    }
