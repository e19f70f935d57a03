"""What automation rules have done, as each of the two companies sees it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from application.automations.commands.retry_execution import RetryExecution
from application.automations.queries.get_execution import GetExecution
from application.automations.queries.list_executions import ListExecutions
from application.automations.queries.list_received_executions import ListReceivedExecutions
from application.automations.views import ExecutionView, ReceivedView
from application.bus import Application
from application.tenants.ports import Identity
from domain.automations.executions import ExecutionState
from domain.shared.identities import ExecutionId, RuleId
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION
from entrypoints.rest.idempotency import ONCE
from entrypoints.rest.pages import PageOf, page_of, read_cursor, read_limit
from entrypoints.rest.problems import language
from entrypoints.rest.words import Wording, Words

InState = Annotated[ExecutionState | None, QueryParameter(name="state")]
"""The framework keeps the parameter's own name for itself."""


class ExecutionAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a rule did about one document. `state` is `booked`, `claimed`, `waiting`, `made`, `failed` or `skipped`.
    Where there is something to know, `error` has its code, `title` what happened and `detail` what to do, in the
    caller's language.
    """

    id: UUID
    rule_id: UUID
    source_type: str
    source_id: str
    source_name: str
    target_type: str
    target_id: str | None
    target_name: str
    state: ExecutionState
    booked_at: datetime
    due_at: datetime | None
    made_at: datetime | None
    changed_at: datetime | None
    error: str | None
    title: str | None
    detail: str | None
    words: Words | None


class ReceivedAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What another company's rule did, or waits to do, in this company's account; see the other log."""

    id: UUID
    rule_name: str
    source_type: str
    source_name: str
    target_type: str
    target_id: str | None
    target_name: str
    state: ExecutionState
    booked_at: datetime
    changed_at: datetime | None
    error: str | None
    title: str | None
    detail: str | None
    words: Words | None


@get("/executions", summary="What the company's rules have done")
async def list_executions(
    request: Request[Any, Any, Any],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
    rule: FromQuery[UUID | None] = None,
    among: InState = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> PageOf[ExecutionAnswer]:
    """The newest first; of one `rule` or in one `state`, if that is named."""
    identity.require(Permission.READ)
    size, before = read_limit(limit), read_cursor(cursor)
    query = ListExecutions(
        company_id=identity.company_id,
        limit=size + 1,
        rule_id=None if rule is None else RuleId(rule),
        state=among,
        before=None if before is None else ExecutionId(before),
    )
    found = [_execution(request, view, wording) for view in await application.ask(query)]
    return page_of(found, size, lambda one: one.id)


@get("/executions/{execution_id:uuid}", summary="One execution")
async def get_execution(
    request: Request[Any, Any, Any],
    execution_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
) -> ExecutionAnswer:
    """Of one of the company's own rules."""
    identity.require(Permission.READ)
    query = GetExecution(company_id=identity.company_id, execution_id=ExecutionId(execution_id))
    return _execution(request, await application.ask(query), wording)


@post("/executions/{execution_id:uuid}/retry", summary="Try an execution again", status_code=202, opt=ONCE)
async def retry_execution(
    request: Request[Any, Any, Any],
    execution_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
) -> ExecutionAnswer:
    """What failed, was skipped or waits; of what was made and is marked, the made document is brought up to date. There
    is one document, however often this is asked.
    """
    identity.require(Permission.MANAGE_EXPORTS)
    command = RetryExecution(company_id=identity.company_id, execution_id=ExecutionId(execution_id))
    return _execution(request, await application.execute(command), wording)


@get("/received-executions", summary="What other companies' rules have done here")
async def list_received_executions(
    request: Request[Any, Any, Any],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
    among: InState = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> PageOf[ReceivedAnswer]:
    """The newest first; in one `state`, if that is named."""
    identity.require(Permission.READ)
    size, before = read_limit(limit), read_cursor(cursor)
    query = ListReceivedExecutions(
        company_id=identity.company_id,
        limit=size + 1,
        state=among,
        before=None if before is None else ExecutionId(before),
    )
    found = [ReceivedAnswer(**_plain(view), **_words(request, view, wording)) for view in await application.ask(query)]
    return page_of(found, size, lambda one: one.id)


def _execution(request: Request[Any, Any, Any], view: ExecutionView, wording: Wording) -> ExecutionAnswer:
    return ExecutionAnswer(**_plain(view), **_words(request, view, wording))


def _plain(view: ExecutionView | ReceivedView) -> dict[str, Any]:
    return {name: getattr(view, name) for name in view.__struct_fields__ if name != "details"}


def _words(request: Request[Any, Any, Any], view: ExecutionView | ReceivedView, wording: Wording) -> dict[str, Any]:
    words = None if view.error is None else wording(view.error, view.details)
    text = None if words is None else language(request, words)
    return {
        "title": None if text is None else text.title,
        "detail": None if text is None else text.action,
        "words": words,
    }


ROUTER = Router(
    "/",
    route_handlers=[list_executions, get_execution, retry_execution, list_received_executions],
    tags=["Executions"],
    security=SESSION,
)
