"""Exports and tasks as people see them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct, convert
from msgspec.json import Decoder
from sqlalchemy import Text, bindparam, cast, func, select

from adapters.postgres.questions import Question, Row
from adapters.postgres.schedule_rows import schedule_from
from adapters.postgres.tables import (
    companies,
    export_configs,
    export_tasks,
    export_watches,
    occurrences,
    quarantined_rows,
    run_tellings,
)
from adapters.postgres.timelines import timeline_of
from adapters.postgres.transaction import connection
from application.exports.views import (
    BadRowView,
    ColumnChoiceView,
    ConditionView,
    ConfigView,
    CountsView,
    FailureView,
    FreshnessView,
    OccurrenceView,
    TargetView,
    TaskStory,
    TaskView,
    following_view,
    personal_view,
    schedule_view,
    share,
    timeline_view,
)
from domain.exports.personal import PersonalTerms
from domain.exports.target import SheetTarget
from domain.exports.task import TaskState
from domain.shared.identities import CompanyId, ConfigId, TaskId
from domain.tenants.company import CompanyStatus

_TASKS = select(
    *(column for column in export_tasks.c if column is not export_tasks.c.timeline), run_tellings.c.problems
).outerjoin(run_tellings, run_tellings.c.task_id == export_tasks.c.id)
"""Lists do without the histories, which may be longer than all the rest."""
_QUARANTINED = (
    select(func.count())
    .select_from(quarantined_rows)
    .where(
        quarantined_rows.c.company_id == export_tasks.c.company_id,
        quarantined_rows.c.config_id == export_tasks.c.config_id,
        quarantined_rows.c.found_at >= export_tasks.c.started_at,
    )
    .scalar_subquery()
)
_WRITTEN = tuple(export_configs.c[name] for name in ("columns", "conditions", "key_columns", "personal"))
"""JSON that is read as what it stands for at once, instead of as lists and dictionaries first."""

_CONFIGS = (
    select(
        *(column for column in export_configs.c if column not in set(_WRITTEN)),
        *(cast(column, Text).label(column.name) for column in _WRITTEN),
        companies.c.time_zone.label("company_zone"),
        export_watches.c.first_at.label("told_at"),
        export_watches.c.due_at.label("follow_up_at"),
    )
    .join(companies, companies.c.id == export_configs.c.company_id)
    .outerjoin(export_watches, export_watches.c.config_id == export_configs.c.id)
)


_TASK = _TASKS.add_columns(
    export_tasks.c.timeline,
    export_configs.c.spreadsheet_id,
    export_configs.c.sheet_id,
    _QUARANTINED.label("quarantined"),
).join(export_configs, export_configs.c.id == export_tasks.c.config_id)

_OWN_CONFIGS = export_configs.c.company_id == bindparam("company_id")
_OWN_TASKS = export_tasks.c.company_id == bindparam("company_id")
_OLDER_TASKS = _TASKS.where(_OWN_TASKS, export_tasks.c.id < bindparam("before"))
ONE_CONFIG = Question(_CONFIGS.where(_OWN_CONFIGS, export_configs.c.id == bindparam("config_id")))
CONFIGS = Question(
    _CONFIGS.where(_OWN_CONFIGS, export_configs.c.id < bindparam("before"))
    .order_by(export_configs.c.id.desc())
    .limit(bindparam("limit"))
)
ONE_TASK = Question(_TASK.where(_OWN_TASKS, export_tasks.c.id == bindparam("task_id")))
TASKS = Question(_OLDER_TASKS.order_by(export_tasks.c.id.desc()).limit(bindparam("limit")))
TASKS_OF_ONE = Question(
    _OLDER_TASKS.where(export_tasks.c.config_id == bindparam("config_id"))
    .order_by(export_tasks.c.id.desc())
    .limit(bindparam("limit"))
)


class _Condition(Struct):
    """As it is stored."""

    filter_id: str
    operator: str
    value: str


_COLUMNS = Decoder(list[ColumnChoiceView])
_CONDITIONS = Decoder(list[_Condition])
_KEY_COLUMNS = Decoder(list[str])
_PERSONAL = Decoder(PersonalTerms)
_LAST = UUID(int=2**128 - 1)
"""Everything was made before it."""


class SqlFreshnessViews:
    """See application.exports.views.FreshnessViews."""

    async def targets(self) -> list[FreshnessView]:
        """See the port."""
        configs = export_configs.c
        query = (
            select(configs.company_id, configs.id, configs.freshness_seconds, configs.fresh_at, configs.created_at)
            .join(companies, companies.c.id == configs.company_id)
            .where(configs.freshness_seconds.is_not(None), companies.c.status == CompanyStatus.ACTIVE.value)
        )
        return [
            FreshnessView(
                company_id=CompanyId(company_id),
                config_id=ConfigId(config_id),
                target_seconds=seconds,
                fresh_at=fresh_at,
                created_at=created_at,
            )
            for company_id, config_id, seconds, fresh_at, created_at in await connection().execute(query)
        ]


class SqlExportViews:
    """See application.exports.views.ExportViews."""

    async def configs(self, company_id: CompanyId, before: ConfigId | None, limit: int) -> list[ConfigView]:
        """See the port."""
        found = await CONFIGS.rows(company_id=company_id, before=before or _LAST, limit=limit)
        return [_config(row) for row in found]

    async def config(self, company_id: CompanyId, config_id: ConfigId) -> ConfigView | None:
        """See the port."""
        found = await ONE_CONFIG.row(company_id=company_id, config_id=config_id)
        return None if found is None else _config(found)

    async def tasks(
        self, company_id: CompanyId, config_id: ConfigId | None, before: TaskId | None, limit: int
    ) -> list[TaskView]:
        """See the port."""
        asked = {"company_id": company_id, "before": before or _LAST, "limit": limit}
        if config_id is None:
            return [_task(row) for row in await TASKS.rows(**asked)]
        return [_task(row) for row in await TASKS_OF_ONE.rows(**asked, config_id=config_id)]

    async def quarantine(
        self, company_id: CompanyId, config_id: ConfigId, after: str | None, limit: int
    ) -> list[BadRowView]:
        """See the port."""
        query = select(quarantined_rows).where(
            quarantined_rows.c.company_id == company_id, quarantined_rows.c.config_id == config_id
        )
        if after is not None:
            query = query.where(quarantined_rows.c.row_key > after)
        found = await connection().execute(query.order_by(quarantined_rows.c.row_key).limit(limit))
        return [BadRowView(key=row.row_key, code=row.code, details=row.details, found_at=row.found_at) for row in found]

    async def occurrences(
        self, company_id: CompanyId, config_id: ConfigId, before: datetime | None, limit: int
    ) -> list[OccurrenceView]:
        """See the port."""
        query = select(occurrences).where(occurrences.c.company_id == company_id, occurrences.c.config_id == config_id)
        if before is not None:
            query = query.where(occurrences.c.nominal_at < before)
        found = await connection().execute(query.order_by(occurrences.c.nominal_at.desc()).limit(limit))
        return [_occurrence(row) for row in found.mappings()]

    async def task(self, company_id: CompanyId, task_id: TaskId) -> TaskView | None:
        """See the port."""
        found = await ONE_TASK.row(company_id=company_id, task_id=task_id)
        return None if found is None else _task(found, _story(found))


def _config(row: Row) -> ConfigView:
    target = SheetTarget(row["spreadsheet_id"], row["title"], row["tab"], row["sheet_id"])
    return ConfigView(
        id=row["id"],
        name=row["name"],
        exporter=row["exporter_key"],
        columns=_COLUMNS.decode(row["columns"]),
        filters=[
            ConditionView(field=item.filter_id, operator=item.operator, value=item.value)
            for item in _CONDITIONS.decode(row["conditions"])
        ],
        rows=row["row_mode"],
        strategy=row["strategy"],
        key_columns=_KEY_COLUMNS.decode(row["key_columns"]),
        allow_empty=row["allow_empty"],
        keep_previous=row["keep_previous"],
        removal=row["removal"],
        brake_percent=row["brake_percent"],
        window_days=row["window_days"],
        reconcile_days=row["reconcile_days"],
        target=TargetView(
            spreadsheet_id=target.spreadsheet_id,
            title=target.title,
            tab=target.tab,
            sheet_id=target.sheet_id,
            url=target.address(),
            on_obstacle=row["on_obstacle"],
        ),
        run_log=row["run_log"],
        status_cell=row["status_cell"],
        schedule=schedule_view(ConfigId(row["id"]), schedule_from(row), row["company_zone"]),
        fresh_at=row["fresh_at"],
        on_change=row["on_change"],
        following=following_view(row["told_at"], row["follow_up_at"]),
        personal=personal_view(_PERSONAL.decode(row["personal"])),
        created_at=row["created_at"],
    )


def _occurrence(row: Mapping[Any, Any]) -> OccurrenceView:
    names = ("nominal_at", "kind", "outcome", "task_id", "reason", "count", "last_nominal_at", "decided_at")
    return OccurrenceView(**{name: row[name] for name in names})


def _story(row: Row) -> TaskStory:
    return TaskStory(
        timeline=timeline_view(timeline_of(row["timeline"])),
        sheet_url=SheetTarget(row["spreadsheet_id"], "", "", row["sheet_id"]).address(),
        quarantined=row["quarantined"],
    )


def _task(row: Row, story: TaskStory | None = None) -> TaskView:
    counts, error = CountsView(**row["counts"]), row["error"]
    return TaskView(
        id=row["id"],
        config_id=row["config_id"],
        mode=row["mode"],
        trigger=row["trigger"],
        state=TaskState(row["state"]),
        progress=share(row["state"], counts.read, counts.total),
        counts=counts,
        error=None if error is None else convert(error, FailureView),
        warnings=convert(row["problems"] or [], list[FailureView]),
        booked_at=row["booked_at"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        retry_at=row["due_at"],
        story=story,
    )
