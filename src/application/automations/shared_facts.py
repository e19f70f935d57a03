"""What was read of a target's account moments ago: of documents that come in a burst not each needs to read it anew."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from application.ports import Clock
from domain.automations.mapping import TargetFacts
from domain.automations.rules import AutomationRule

FACTS_LIFETIME = timedelta(seconds=5)
"""Two thirds of the requests that one document takes are about its target's lists; MoySklad grants 15 a second."""


@dataclass(frozen=True, slots=True)
class _Kept:
    facts: TargetFacts
    until: datetime


class SharedFacts:
    """Keeps them in this process for `lifetime`, by rule and its version; none where that is nothing.

    They may be out of date by as much, so nobody is refused because of them alone: whoever is reads anew.
    """

    def __init__(self, lifetime: timedelta, clock: Clock) -> None:
        self.lifetime = lifetime
        self._clock = clock
        self._kept: dict[tuple[UUID, int], _Kept] = {}

    async def of(
        self, rule: AutomationRule, read: Callable[[], Awaitable[TargetFacts]], *, anew: bool
    ) -> tuple[TargetFacts, bool]:
        """The facts, and whether they were kept instead of being read now. Raises what reading does."""
        asked_at = self._clock.now()
        known = self._kept.get((rule.id, rule.version))
        if known is not None and asked_at < known.until and not anew:
            return known.facts, True
        facts = await read()
        self._kept = {key: one for key, one in self._kept.items() if asked_at < one.until}
        if self.lifetime:
            self._kept[rule.id, rule.version] = _Kept(facts, asked_at + self.lifetime)
        return facts, False
