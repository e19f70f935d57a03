"""Runs are stopped, rest, go on, and are tried again."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from application.bus import Application
from application.exports.commands.cancel_task import CancelTask
from application.exports.commands.pause_task import PauseTask
from application.exports.commands.resume_task import ResumeTask
from application.exports.commands.retry_failed_tasks import RetryFailedTasks
from application.exports.commands.retry_task import RetryTask
from application.exports.queries.get_task import GetTask
from application.messages import Command
from application.tenants.ports import Identity
from domain.shared.identities import ConfigId, TaskId
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION
from entrypoints.rest.idempotency import ONCE, ONCE_AGAIN, IdempotencyKey, kept_key
from entrypoints.rest.routes.tasks import TaskAnswer, task_answer
from entrypoints.rest.words import Wording

Code = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*$")]


class FailedRuns(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Runs that failed since that moment (RFC 3339), with that code if one is given."""

    since: datetime
    code: Code | None = None


class RetriedAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A failed run and the new one, or the code of what is in its way."""

    failed: TaskId
    config_id: ConfigId
    task: TaskId | None
    refused: str | None


class RetriesAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What was tried again. Where there is `more`, call again."""

    retried: list[RetriedAnswer]
    more: bool


@post("/tasks/{task_id:uuid}/cancellation", summary="Stop a run", status_code=202, opt=ONCE)
async def cancel(
    request: Request[Any, Any, Any],
    task_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
) -> TaskAnswer:
    """What stands in the sheet stays. The worker stops within five seconds."""
    command = CancelTask(company_id=identity.company_id, task_id=TaskId(task_id))
    return await _told(request, command, TaskId(task_id), identity, application, wording)


@post("/tasks/{task_id:uuid}/pause", summary="Have a run rest", status_code=202, opt=ONCE)
async def pause(
    request: Request[Any, Any, Any],
    task_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
) -> TaskAnswer:
    """It keeps its place; its export begins no other run until it goes on or is cancelled."""
    command = PauseTask(company_id=identity.company_id, task_id=TaskId(task_id))
    return await _told(request, command, TaskId(task_id), identity, application, wording)


@post("/tasks/{task_id:uuid}/resumption", summary="Have a paused run go on", status_code=202, opt=ONCE)
async def resume(
    request: Request[Any, Any, Any],
    task_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
) -> TaskAnswer:
    """From its checkpoint."""
    command = ResumeTask(company_id=identity.company_id, task_id=TaskId(task_id))
    return await _told(request, command, TaskId(task_id), identity, application, wording)


@post("/tasks/{task_id:uuid}/retry", summary="Try a failed run again", status_code=202, opt=ONCE_AGAIN)
async def retry(
    request: Request[Any, Any, Any],
    task_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
    idempotency_key: IdempotencyKey = None,
) -> Response[TaskAnswer]:
    """Books a new run of the same export, in the same mode."""
    del idempotency_key  # it is heeded around this
    identity.require(Permission.RUN_EXPORTS)
    company_id = identity.company_id
    command = RetryTask(company_id=company_id, task_id=TaskId(task_id), idempotency_key=kept_key())
    booked = await application.execute(command)
    view = await application.ask(GetTask(company_id=company_id, task_id=booked))
    return Response(task_answer(request, view, wording), headers={"Location": f"/api/v1/tasks/{booked}"})


@post("/tasks/retries", summary="Try all failed runs again", status_code=202, opt=ONCE)
async def retry_failed(
    data: JSONBody[FailedRuns],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> RetriesAnswer:
    """Of each export whose last run has failed. One that cannot run now does not hinder the others."""
    identity.require(Permission.RUN_EXPORTS)
    command = RetryFailedTasks(company_id=identity.company_id, since=_zoned(data.since), code=data.code)
    found = await application.execute(command)
    retried = [
        RetriedAnswer(failed=one.failed, config_id=one.config_id, task=one.task, refused=one.refused)
        for one in found.retried
    ]
    return RetriesAnswer(retried=retried, more=found.more)


async def _told(
    request: Request[Any, Any, Any],
    command: Command[None],
    task_id: TaskId,
    identity: Identity,
    application: Application,
    wording: Wording,
) -> TaskAnswer:
    identity.require(Permission.RUN_EXPORTS)
    await application.execute(command)
    view = await application.ask(GetTask(company_id=identity.company_id, task_id=task_id))
    return task_answer(request, view, wording)


def _zoned(moment: datetime) -> datetime:
    """A moment without a zone is taken for UTC."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


ROUTER = Router("/", route_handlers=[cancel, pause, resume, retry, retry_failed], tags=["Runs"], security=SESSION)
