"""Schedules as columns of their exports."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from domain.exports.config import ExportConfig
from domain.exports.schedule import AfterSchedule, CronSchedule, FreshnessSchedule, Misfire, Schedule
from domain.exports.scheduled import Scheduled
from domain.shared.identities import ConfigId


def schedule_columns(config: ExportConfig | Scheduled) -> dict[str, Any]:
    """Every column that has to do with the schedule; those of other kinds are emptied."""
    schedule = config.schedule
    row: dict[str, Any] = {
        "cron": None,
        "time_zone": None,
        "next_due_at": config.next_due_at,
        "next_nominal_at": None,
        "spread_seconds": 0,
        "misfire": Misfire.RUN_ONCE.value,
        "ran_at": None,
        "after_config_id": None,
        "after_always": False,
        "after_removed": False,
        "freshness_seconds": None,
    }
    if isinstance(schedule, CronSchedule):
        row |= {
            "cron": schedule.cron,
            "time_zone": schedule.time_zone,
            "next_nominal_at": schedule.nominal_at,
            "spread_seconds": int(schedule.spread.total_seconds()),
            "misfire": schedule.misfire.value,
            "ran_at": schedule.ran_at,
        }
    elif isinstance(schedule, AfterSchedule):
        row |= {
            "after_config_id": schedule.after,
            "after_always": schedule.always,
            "after_removed": schedule.removed,
        }
    elif isinstance(schedule, FreshnessSchedule):
        row |= {"freshness_seconds": int(schedule.target.total_seconds())}
    return row


def schedule_from(row: Mapping[Any, Any]) -> Schedule | None:
    """The schedule that the columns tell.

    A process of an earlier version, which knows of no windows, moves `next_due_at` alone: where the two moments do not
    belong together any more, the occurrence is the one that is due.
    """
    if row["cron"] is not None:
        due, nominal, spread = row["next_due_at"], row["next_nominal_at"], timedelta(seconds=row["spread_seconds"])
        belongs = nominal is not None and nominal <= due <= nominal + spread
        misfire = Misfire(row["misfire"])
        return CronSchedule(row["cron"], row["time_zone"], nominal if belongs else due, spread, misfire, row["ran_at"])
    if row["after_config_id"] is not None:
        return AfterSchedule(ConfigId(row["after_config_id"]), row["after_always"], row["after_removed"])
    if row["freshness_seconds"] is not None:
        return FreshnessSchedule(timedelta(seconds=row["freshness_seconds"]), row["next_due_at"])
    return None
