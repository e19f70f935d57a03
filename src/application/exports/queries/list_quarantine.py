"""Which rows could not be written, and why?"""

from application.exports.views import BadRowView, ExportViews
from application.messages import Query
from application.ports import Transaction
from domain.exports.config import ConfigNotFound
from domain.shared.identities import ConfigId


class ListQuarantine(Query[list[BadRowView]], frozen=True, kw_only=True):
    """Rows of one export that are kept aside, in the order of their keys after `after`."""

    config_id: ConfigId
    after: str | None = None
    limit: int = 50


class ListQuarantineHandler:
    """Answers straight from the store."""

    def __init__(self, transaction: Transaction, views: ExportViews) -> None:
        self._transaction = transaction
        self._views = views

    async def __call__(self, query: ListQuarantine) -> list[BadRowView]:
        """At most `limit` rows. Raises ConfigNotFound, for another company's export too."""
        async with self._transaction(query.company_id):
            if await self._views.config(query.company_id, query.config_id) is None:
                raise ConfigNotFound(config=str(query.config_id))
            return await self._views.quarantine(query.company_id, query.config_id, query.after, query.limit)
