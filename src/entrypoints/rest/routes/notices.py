"""What was told to dealers."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from application.bus import Application
from application.dealers.commands.resend_notice import ResendNotice
from application.dealers.notice_ports import NoticeView
from application.dealers.queries.get_notice import GetNotice
from application.dealers.queries.list_notices import ListNotices
from application.tenants.ports import Identity
from domain.shared.identities import DealerId, NoticeId
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION
from entrypoints.rest.idempotency import ONCE
from entrypoints.rest.pages import PageOf, page_of, read_cursor, read_limit
from entrypoints.rest.problems import language
from entrypoints.rest.words import Wording, Words


class NoticeReason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a notice waits, or was not delivered, in the caller's language, and what to do."""

    code: str
    title: str
    detail: str
    words: Words


class NoticeAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A notice as the ledger has it. `messageId` is the messenger's, once it was delivered; `text` has no markup.
    Those that went `together` in one message have the same `messageId`. One without a dealer was for the people who
    run the company; its `recipient` is shown to these alone.
    """

    id: UUID
    dealer_id: UUID | None
    binding_id: UUID
    channel: str
    recipient: str
    kind: str
    about: str
    text: str
    state: str
    failures: int
    reason: NoticeReason | None
    message_id: str | None
    queued_at: datetime
    due_at: datetime
    ended_at: datetime | None
    together: bool


@get("/notices", summary="What was told to dealers")
async def list_notices(
    request: Request[Any, Any, Any],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
    in_state: Annotated[str | None, QueryParameter(name="state")] = None,
    dealer: FromQuery[UUID | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> PageOf[NoticeAnswer]:
    """The newest first. `state` is queued, sending, sent, uncertain, blocked, failed or skipped."""
    identity.require(Permission.READ)
    size = read_limit(limit)
    after = read_cursor(cursor)
    query = ListNotices(
        company_id=identity.company_id,
        state=in_state,
        dealer_id=None if dealer is None else DealerId(dealer),
        before=None if after is None else NoticeId(after),
        limit=size + 1,
    )
    answers = [_answer(request, identity, view, wording) for view in await application.ask(query)]
    return page_of(answers, size, lambda one: one.id)


@get("/notices/{notice_id:uuid}", summary="One notice")
async def get_notice(
    request: Request[Any, Any, Any],
    notice_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
) -> NoticeAnswer:
    """What became of it."""
    identity.require(Permission.READ)
    view = await application.ask(GetNotice(company_id=identity.company_id, notice_id=NoticeId(notice_id)))
    return _answer(request, identity, view, wording)


@post(
    "/notices/{notice_id:uuid}/resend", summary="Send a notice again that was not delivered", status_code=202, opt=ONCE
)
async def resend_notice(
    request: Request[Any, Any, Any],
    notice_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
) -> NoticeAnswer:
    """One that is uncertain may come twice then; one that was delivered is refused."""
    identity.require(Permission.RUN_EXPORTS)
    number = NoticeId(notice_id)
    await application.execute(ResendNotice(company_id=identity.company_id, notice_id=number))
    view = await application.ask(GetNotice(company_id=identity.company_id, notice_id=number))
    return _answer(request, identity, view, wording)


def _answer(request: Request[Any, Any, Any], identity: Identity, view: NoticeView, wording: Wording) -> NoticeAnswer:
    shown = view.dealer_id is not None or Permission.MANAGE_CONNECTIONS in identity.permissions
    return NoticeAnswer(
        id=view.id,
        dealer_id=view.dealer_id,
        binding_id=view.binding_id,
        channel=view.channel.value,
        recipient=view.recipient if shown else "",
        kind=view.kind,
        about=view.about,
        text=view.plain,
        state=view.state.value,
        failures=view.failures,
        reason=_reason(request, view.reason, wording),
        message_id=view.message_id or None,
        queued_at=view.queued_at,
        due_at=view.due_at,
        ended_at=view.ended_at,
        together=view.together,
    )


def _reason(request: Request[Any, Any, Any], code: str, wording: Wording) -> NoticeReason | None:
    if not code:
        return None
    words = wording(code, {})
    text = language(request, words)
    return NoticeReason(code=code, title=text.title, detail=text.action, words=words)


ROUTER = Router("/", route_handlers=[list_notices, get_notice, resend_notice], tags=["Notices"], security=SESSION)
"""All of them."""
