"""What became of the moments at which an export was to run by itself?"""

from datetime import datetime

from application.exports.views import ExportViews, OccurrenceView
from application.messages import Query
from application.ports import Transaction
from domain.exports.config import ConfigNotFound
from domain.shared.identities import ConfigId


class ListOccurrences(Query[list[OccurrenceView]], frozen=True, kw_only=True):
    """The ledger of one export, newest first, occurrences nominally before `before`."""

    config_id: ConfigId
    before: datetime | None = None
    limit: int = 50


class ListOccurrencesHandler:
    """Answers straight from the store."""

    def __init__(self, transaction: Transaction, views: ExportViews) -> None:
        self._transaction = transaction
        self._views = views

    async def __call__(self, query: ListOccurrences) -> list[OccurrenceView]:
        """At most `limit` entries. Raises ConfigNotFound, for another company's export too."""
        async with self._transaction(query.company_id):
            if await self._views.config(query.company_id, query.config_id) is None:
                raise ConfigNotFound(config=str(query.config_id))
            return await self._views.occurrences(query.company_id, query.config_id, query.before, query.limit)
