"""Can the service do its work?"""

import msgspec

from application.messages import SystemQuery
from application.ports import Systems


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """`systems` tells each system's state: `ok`, or what is wrong."""

    ready: bool
    systems: dict[str, str]


class CheckReadiness(SystemQuery[Readiness], frozen=True, kw_only=True):
    """Asked by whoever sends traffic here."""


class CheckReadinessHandler:
    """Ready means that the database answers. Without Redis requests are taken all the same: the outbox keeps them."""

    def __init__(self, systems: Systems) -> None:
        self._systems = systems

    async def __call__(self, query: CheckReadiness) -> Readiness:
        """Answers within seconds, whatever hangs."""
        del query
        systems = await self._systems.check()
        return Readiness(ready=systems.get("postgres") == "ok", systems=systems)
