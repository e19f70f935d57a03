"""Which exports does the company have?"""

from application.exports.upcoming import Upcoming
from application.exports.views import ConfigView, ExportViews
from application.messages import Query
from application.ports import ReadTransaction
from domain.shared.identities import ConfigId


class ListExportConfigs(Query[list[ConfigView]], frozen=True, kw_only=True):
    """Newest first, older than `before`."""

    before: ConfigId | None = None
    limit: int = 50


class ListExportConfigsHandler:
    """Answers straight from the store, and tells the next runs."""

    def __init__(self, transaction: ReadTransaction, views: ExportViews, upcoming: Upcoming) -> None:
        self._transaction = transaction
        self._views = views
        self._upcoming = upcoming

    async def __call__(self, query: ListExportConfigs) -> list[ConfigView]:
        """At most `limit` exports."""
        async with self._transaction(query.company_id):
            views = await self._views.configs(query.company_id, query.before, query.limit)
        return [self._upcoming.told(view) for view in views]
