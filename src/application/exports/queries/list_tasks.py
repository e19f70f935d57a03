"""Which runs were there?"""

from application.exports.views import ExportViews, TaskView
from application.messages import Query
from application.ports import ReadTransaction
from domain.exports.config import ConfigNotFound
from domain.shared.identities import ConfigId, TaskId


class ListTasks(Query[list[TaskView]], frozen=True, kw_only=True):
    """Newest first, older than `before`; of one export or of all."""

    config_id: ConfigId | None = None
    before: TaskId | None = None
    limit: int = 50


class ListTasksHandler:
    """Answers straight from the store."""

    def __init__(self, transaction: ReadTransaction, views: ExportViews) -> None:
        self._transaction = transaction
        self._views = views

    async def __call__(self, query: ListTasks) -> list[TaskView]:
        """At most `limit` tasks. Raises ConfigNotFound, for another company's export too."""
        async with self._transaction(query.company_id):
            found = await self._views.tasks(query.company_id, query.config_id, query.before, query.limit)
            if found or query.config_id is None:
                return found
            known = await self._views.config(query.company_id, query.config_id)
        if known is None:
            raise ConfigNotFound(config=str(query.config_id))
        return []
