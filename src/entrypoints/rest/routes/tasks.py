"""Runs of exports."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody

from application.bus import Application
from application.exports.commands.start_export import StartExport
from application.exports.queries.get_task import GetTask
from application.exports.queries.list_quarantine import ListQuarantine
from application.exports.queries.list_tasks import ListTasks
from application.exports.views import CountsView, FailureView, TaskStory, TaskView
from application.tenants.ports import Identity
from domain.exports.task import TaskState
from domain.shared.identities import ConfigId, TaskId
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION
from entrypoints.rest.idempotency import ONCE_AGAIN, IdempotencyKey, kept_key
from entrypoints.rest.pages import PageOf, page_by_key, page_of, read_cursor, read_key, read_limit
from entrypoints.rest.problems import language
from entrypoints.rest.shortcut import SHORT
from entrypoints.rest.words import Wording, Words, words_for


class NewTask(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """`incremental` reads what changed; `full` reads everything and makes a deleted tab anew; `reconcile` compares the
    source with the sheet and repairs differences. `mayRemove` agrees to however many rows have to be removed.
    """

    mode: str = "incremental"
    may_remove: bool = False


class TaskFailure(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Why a run failed, or what about it was not written into the sheet, in the caller's language, and what to do."""

    code: str
    title: str
    detail: str
    details: dict[str, str | int]
    words: Words


class BadRowAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A row that could not be written, and why, in the caller's language."""

    key: str
    code: str
    title: str
    detail: str
    details: dict[str, str | int]
    words: Words
    found_at: datetime


class TaskAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A run. `progress` is the share read, from 0 to 1; `retryAt` says when a waiting task goes on. `warnings` tell why
    the run is missing from the spreadsheet's log or status cell; its outcome stands. `story` is told of one run alone,
    null in lists: its attempts, what they waited for, where their time went, and the link to the sheet.
    """

    id: TaskId
    config_id: ConfigId
    mode: str
    trigger: str
    state: TaskState
    progress: float
    counts: CountsView
    error: TaskFailure | None
    warnings: list[TaskFailure]
    booked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    retry_at: datetime | None
    story: TaskStory | None


@post("/export-configs/{config_id:uuid}/tasks", summary="Start an export", status_code=202, opt=ONCE_AGAIN)
async def start_export(
    request: Request[Any, Any, Any],
    config_id: FromPath[UUID],
    data: JSONBody[NewTask],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
    idempotency_key: IdempotencyKey = None,
) -> Response[TaskAnswer]:
    """Books a run and answers at once; a worker does the rest."""
    del idempotency_key  # it is heeded around this
    identity.require(Permission.RUN_EXPORTS)
    task_id = await application.execute(
        StartExport(
            company_id=identity.company_id,
            config_id=ConfigId(config_id),
            mode=data.mode,
            may_remove=data.may_remove,
            idempotency_key=kept_key(),
        )
    )
    view = await application.ask(GetTask(company_id=identity.company_id, task_id=task_id))
    return Response(task_answer(request, view, wording), headers={"Location": f"/api/v1/tasks/{task_id}"})


@get("/tasks/{task_id:uuid}", summary="How a run goes", opt=SHORT)
async def get_task(
    request: Request[Any, Any, Any],
    task_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
) -> TaskAnswer:
    """404 for another company's run too."""
    view = await application.ask(GetTask(company_id=identity.company_id, task_id=TaskId(task_id)))
    return task_answer(request, view, wording)


@get(["/tasks", "/export-configs/{config_id:uuid}/tasks"], summary="Runs, newest first", opt=SHORT)
async def list_tasks(
    request: Request[Any, Any, Any],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
    config_id: FromPath[UUID | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> PageOf[TaskAnswer]:
    """Of one export, or of all."""
    size, before = read_limit(limit), read_cursor(cursor)
    query = ListTasks(
        company_id=identity.company_id,
        config_id=None if config_id is None else ConfigId(config_id),
        before=None if before is None else TaskId(before),
        limit=size + 1,
    )
    answers = [task_answer(request, view, wording) for view in await application.ask(query)]
    return page_of(answers, size, lambda task: task.id)


@get("/export-configs/{config_id:uuid}/quarantine", summary="Rows that could not be written")
async def list_quarantine(
    request: Request[Any, Any, Any],
    config_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> PageOf[BadRowAnswer]:
    """Each with the reason. A row leaves the list when it has been written."""
    size = read_limit(limit)
    query = ListQuarantine(
        company_id=identity.company_id, config_id=ConfigId(config_id), after=read_key(cursor), limit=size + 1
    )
    answers = []
    for row in await application.ask(query):
        words = wording(row.code, row.details)
        text = language(request, words)
        answers.append(
            BadRowAnswer(
                key=row.key,
                code=row.code,
                title=text.title,
                detail=text.action,
                details=row.details,
                words=words,
                found_at=row.found_at,
            )
        )
    return page_by_key(answers, size, lambda row: row.key)


def task_answer(request: Request[Any, Any, Any], view: TaskView, wording: Wording) -> TaskAnswer:
    """The run in the caller's language."""
    return TaskAnswer(
        id=view.id,
        config_id=view.config_id,
        mode=view.mode,
        trigger=view.trigger,
        state=view.state,
        progress=view.progress,
        counts=view.counts,
        error=None if view.error is None else _failure(request, view.error, wording),
        warnings=[_failure(request, one, wording) for one in view.warnings],
        booked_at=view.booked_at,
        started_at=view.started_at,
        ended_at=view.ended_at,
        retry_at=view.retry_at,
        story=view.story,
    )


def _failure(request: Request[Any, Any, Any], failure: FailureView, wording: Wording) -> TaskFailure:
    words = wording(failure.code, failure.details)
    text = language(request, words)
    return TaskFailure(code=failure.code, title=text.title, detail=text.action, details=failure.details, words=words)


ROUTER = Router(
    "/",
    route_handlers=[start_export, get_task, list_tasks, list_quarantine],
    dependencies={"wording": Provide(words_for, sync_to_thread=False)},
    tags=["Runs"],
    security=SESSION,
)
