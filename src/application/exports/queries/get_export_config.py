"""What is this export?"""

from application.exports.upcoming import Upcoming
from application.exports.views import ConfigView, ExportViews
from application.messages import Query
from application.ports import ReadTransaction
from domain.exports.config import ConfigNotFound
from domain.shared.identities import ConfigId


class GetExportConfig(Query[ConfigView], frozen=True, kw_only=True):
    """One export."""

    config_id: ConfigId


class GetExportConfigHandler:
    """Answers straight from the store, and tells the next runs."""

    def __init__(self, transaction: ReadTransaction, views: ExportViews, upcoming: Upcoming) -> None:
        self._transaction = transaction
        self._views = views
        self._upcoming = upcoming

    async def __call__(self, query: GetExportConfig) -> ConfigView:
        """Raises ConfigNotFound, for another company's export too."""
        async with self._transaction(query.company_id):
            view = await self._views.config(query.company_id, query.config_id)
        if view is None:
            raise ConfigNotFound(config=str(query.config_id))
        return self._upcoming.told(view)
