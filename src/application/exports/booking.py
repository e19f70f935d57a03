"""A run that an export gets by its schedule."""

from datetime import datetime

from domain.exports.scheduled import Scheduled
from domain.exports.task import ExportTask, RunMode, Trigger
from domain.shared.identities import TaskId


def scheduled_task(export: Scheduled, task_id: TaskId, now: datetime) -> ExportTask:
    """The task as it is booked. From time to time it compares everything."""
    compares = export.compares_from is not None and now >= export.compares_from
    return ExportTask(
        id=task_id,
        company_id=export.company_id,
        config_id=export.id,
        mode=RunMode.RECONCILE if compares else RunMode.INCREMENTAL,
        trigger=Trigger.SCHEDULE,
        write_lock=export.write_lock,
        booked_at=now,
        sent_at=now,
    )
