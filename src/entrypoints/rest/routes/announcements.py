"""What the people who run a company should know and act upon."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from application.bus import Application
from application.tenants.commands.dismiss_announcement import DismissAnnouncement
from application.tenants.ports import Identity
from application.tenants.queries.list_announcements import ListAnnouncements
from domain.shared.identities import AnnouncementId
from domain.tenants.announcements import Announcement
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION
from entrypoints.rest.idempotency import ONCE
from entrypoints.rest.pages import PageOf, page_of, read_cursor, read_limit
from entrypoints.rest.problems import language
from entrypoints.rest.words import Wording, Words


class AnnouncementAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`title` says what happened and `action` what to do, in the caller's language; `words` in both. `count` is how
    often it was told since `since`. `endedBy` is the member who put it aside; nobody did where the cause is over.
    """

    id: UUID
    code: str
    title: str
    action: str
    words: Words
    params: dict[str, str | int]
    since: datetime
    last_at: datetime
    count: int
    ended_at: datetime | None
    ended_by: UUID | None


@get("/announcements", summary="What should be acted upon")
async def list_announcements(
    request: Request[Any, Any, Any],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
    ended: FromQuery[bool] = False,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> PageOf[AnnouncementAnswer]:
    """The newest first; with `ended` also what is over or was put aside, for ninety days."""
    identity.require(Permission.READ)
    size, before = read_limit(limit), read_cursor(cursor)
    query = ListAnnouncements(
        company_id=identity.company_id,
        before=None if before is None else AnnouncementId(before),
        limit=size + 1,
        ended=ended,
    )
    answers = [_answer(request, one, wording) for one in await application.ask(query)]
    return page_of(answers, size, lambda one: one.id)


@post("/announcements/{announcement_id:uuid}/dismissal", summary="Put an announcement aside", status_code=204, opt=ONCE)
async def dismiss_announcement(
    announcement_id: FromPath[UUID], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> None:
    """For the whole company. What happens anew is told anew."""
    identity.require(Permission.MANAGE_EXPORTS)
    await application.execute(
        DismissAnnouncement(
            company_id=identity.company_id,
            announcement_id=AnnouncementId(announcement_id),
            by=identity.member_id,
        )
    )


def _answer(request: Request[Any, Any, Any], one: Announcement, wording: Wording) -> AnnouncementAnswer:
    words = wording(one.code, one.params)
    text = language(request, words)
    return AnnouncementAnswer(
        id=one.id,
        code=one.code,
        title=text.title,
        action=text.action,
        words=words,
        params=dict(one.params),
        since=one.since,
        last_at=one.last_at,
        count=one.count,
        ended_at=one.ended_at,
        ended_by=one.ended_by,
    )


ROUTER = Router(
    "/", route_handlers=[list_announcements, dismiss_announcement], tags=["Announcements"], security=SESSION
)
