"""A run that an export gets by its schedule."""

from datetime import datetime

from domain.exports.config import ExportConfig
from domain.exports.task import ExportTask, RunMode, Trigger
from domain.shared.identities import TaskId


def scheduled_task(config: ExportConfig, task_id: TaskId, now: datetime) -> ExportTask:
    """The task as it is booked. From time to time it compares everything."""
    return ExportTask(
        id=task_id,
        company_id=config.company_id,
        config_id=config.id,
        mode=RunMode.RECONCILE if config.reconcile_due(now) else RunMode.INCREMENTAL,
        trigger=Trigger.SCHEDULE,
        write_lock=config.write_lock(),
        booked_at=now,
        sent_at=now,
    )
