"""What makes an export another version, and what does not."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from application.exports.versions import version_of
from application.exports.views import ConfigView, NextRun, PersonalView, ScheduleView, TargetView
from domain.shared.identities import ConfigId

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
TARGET = TargetView(spreadsheet_id=None, title="Orders", tab="Orders", sheet_id=None, url=None, on_obstacle="refuse")
SCHEDULE = ScheduleView(kind="cron", time_zone="UTC", cron="0 9 * * *", next_due_at=NOW, next_nominal_at=NOW)
VIEW = ConfigView(
    id=ConfigId(UUID(int=1)),
    name="Orders",
    exporter="customerorder",
    columns=[],
    filters=[],
    rows="documents",
    strategy="upsert",
    key_columns=[],
    allow_empty=False,
    keep_previous=False,
    removal="delete",
    brake_percent=50,
    window_days=30,
    reconcile_days=7,
    target=TARGET,
    run_log=None,
    status_cell=None,
    schedule=SCHEDULE,
    fresh_at=None,
    on_change=False,
    following=None,
    personal=PersonalView(treatment="as_is", columns={}),
    created_at=NOW,
)
RUN = NextRun(nominal_at=NOW, starts_at=NOW, local_nominal_at=NOW, local_starts_at=NOW)
MOVED: list[dict[str, Any]] = [
    {"fresh_at": NOW},
    {"schedule": replace(SCHEDULE, next_due_at=LATER)},
    {"schedule": replace(SCHEDULE, next_nominal_at=LATER)},
    {"schedule": replace(SCHEDULE, next_runs=[RUN])},
    {"target": replace(TARGET, spreadsheet_id="made", url="https://docs.google.com/spreadsheets/d/made")},
    {"target": replace(TARGET, sheet_id=7, tab="Orders 2")},
]
SET: list[dict[str, Any]] = [
    {"name": "Sales"},
    {"on_change": True},
    {"brake_percent": 60},
    {"schedule": None},
    {"schedule": replace(SCHEDULE, cron="0 10 * * *")},
    {"schedule": replace(SCHEDULE, spread_seconds=60)},
    {"target": replace(TARGET, title="Sales")},
    {"target": replace(TARGET, on_obstacle="next_tab")},
    {"personal": PersonalView(treatment="masked", columns={})},
]


@pytest.mark.parametrize("moved", range(len(MOVED)))
def test_what_runs_move_makes_no_other_version(moved: int) -> None:
    assert version_of(replace(VIEW, **MOVED[moved])) == version_of(VIEW)


def test_whatever_people_set_makes_another_version() -> None:
    assert len({version_of(VIEW), *(version_of(replace(VIEW, **one)) for one in SET)}) == len(SET) + 1
    without = replace(VIEW, schedule=None)
    assert version_of(without) == version_of(replace(without, fresh_at=NOW))
