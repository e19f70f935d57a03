"""How does this run go?"""

from application.exports.views import ExportViews, TaskView
from application.messages import Query
from application.ports import ReadTransaction
from domain.exports.task import TaskNotFound
from domain.shared.identities import TaskId


class GetTask(Query[TaskView], frozen=True, kw_only=True):
    """One task."""

    task_id: TaskId


class GetTaskHandler:
    """Answers straight from the store."""

    def __init__(self, transaction: ReadTransaction, views: ExportViews) -> None:
        self._transaction = transaction
        self._views = views

    async def __call__(self, query: GetTask) -> TaskView:
        """Raises TaskNotFound, for another company's task too."""
        async with self._transaction(query.company_id):
            view = await self._views.task(query.company_id, query.task_id)
        if view is None:
            raise TaskNotFound(task=str(query.task_id))
        return view
