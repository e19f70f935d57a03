"""Updates of one bot: kept until they are taken by getUpdates or by its webhook."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Webhook:
    """Where updates are delivered to. `error` is what the last failed attempt met, `error_at` its Unix time."""

    url: str
    secret: str = ""
    max_connections: int = 40
    allowed: list[str] = field(default_factory=list)
    error: str = ""
    error_at: int = 0


class UpdateQueue:
    """Updates, the oldest first; `update_id` grows by one from a random start."""

    def __init__(self) -> None:
        self.waiting: list[dict[str, Any]] = []
        self.webhook: Webhook | None = None
        self.allowed: list[str] = []
        self.polls = 0
        self._next = random.randint(100_000_000, 900_000_000)
        self._told: dict[int, dict[str, Any]] = {}
        self.arrived = asyncio.Event()

    def put(self, kind: str, content: dict[str, Any]) -> int:
        """Keeps one, unless the bot did not ask for its kind; answers its id."""
        allowed = self.webhook.allowed if self.webhook else self.allowed
        number = self._next
        if allowed and kind not in allowed:
            return number
        self._next += 1
        self._told[number] = {"update_id": number, kind: content}
        self.waiting.append(self._told[number])
        self.arrived.set()
        return number

    def again(self, number: int) -> bool:
        """Tells an earlier update once more, after what waits now; answers whether there was one."""
        if number not in self._told:
            return False
        self.waiting.append(self._told[number])
        self.arrived.set()
        return True

    def take(self, offset: int | None, limit: int) -> list[dict[str, Any]]:
        """Up to `limit` updates; an offset confirms all that are older, a negative one all but the newest so many."""
        if offset is not None and offset < 0:
            self.waiting = self.waiting[offset:]
        elif offset:
            self.waiting = [one for one in self.waiting if one["update_id"] >= offset]
        return self.waiting[:limit]

    def done(self, update: dict[str, Any]) -> None:
        """The webhook took it."""
        if update in self.waiting:
            self.waiting.remove(update)

    async def wait(self, seconds: float) -> None:
        """Until something arrives, or that long."""
        self.arrived.clear()
        try:
            await asyncio.wait_for(self.arrived.wait(), seconds)
        except TimeoutError:
            return
