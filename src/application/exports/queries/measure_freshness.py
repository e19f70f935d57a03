"""How old are the exports that are not to grow old?"""

from application.exports.views import FreshnessView, FreshnessViews
from application.messages import SystemQuery
from application.ports import SystemTransaction


class MeasureFreshness(SystemQuery[list[FreshnessView]], frozen=True, kw_only=True):
    """For whoever watches over the service: every export with a freshness target, of all active companies."""


class MeasureFreshnessHandler:
    """Answers straight from the store."""

    def __init__(self, system_transaction: SystemTransaction, views: FreshnessViews) -> None:
        self._system_transaction = system_transaction
        self._views = views

    async def __call__(self, query: MeasureFreshness) -> list[FreshnessView]:
        """In no order. A target is missed where an export is older than that now."""
        del query
        async with self._system_transaction():
            return await self._views.targets()
