"""Who did what."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Stream

from application.bus import Application
from application.tenants.audit import FORBIDDEN, AuditChoice, AuditView
from application.tenants.audited import AUDITED
from application.tenants.ports import Identity
from application.tenants.queries.list_audit import ListAudit
from domain.shared.errors import RuleViolated
from entrypoints.rest.auth import SESSION
from entrypoints.rest.pages import PageOf, page_of, read_cursor, read_limit

AT_ONCE = 1000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ActionUnknown(RuleViolated):
    """The audit log knows no such action."""

    code = "tenants.audit_action_unknown"


class MomentInvalid(RuleViolated):
    """No such moment can be told in UTC."""

    code = "moment_invalid"


class Form(StrEnum):
    """In which form the log is handed out."""

    CSV = "csv"
    NDJSON = "ndjson"


@get("/audit", summary="Who did what")
async def list_audit(
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    since: FromQuery[datetime | None] = None,
    until: FromQuery[datetime | None] = None,
    action: FromQuery[str | None] = None,
    actor: FromQuery[UUID | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> PageOf[AuditView]:
    """The newest first, for who manages members: from `since` on, before `until`, of one `action`, of one `actor`."""
    size, before = read_limit(limit), read_cursor(cursor)
    query = ListAudit(
        company_id=identity.company_id,
        acting=identity.acting,
        choice=_choice(since, until, action, actor),
        before=before,
        limit=size + 1,
    )
    return page_of(await application.ask(query), size, lambda entry: entry.id)


@get("/audit/export", summary="The whole log as a file")
async def export_audit(
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    form: FromQuery[Form] = Form.CSV,
    since: FromQuery[datetime | None] = None,
    until: FromQuery[datetime | None] = None,
    action: FromQuery[str | None] = None,
    actor: FromQuery[UUID | None] = None,
) -> Stream:
    """The same entries without pages, as CSV (UTF-8, with a header) or as one JSON object a line."""
    query = ListAudit(
        company_id=identity.company_id,
        acting=identity.acting,
        choice=_choice(since, until, action, actor),
        limit=AT_ONCE,
    )
    first = await application.ask(query)  # a refusal is answered before anything is
    written = _as_csv if form is Form.CSV else _as_ndjson
    kind = "text/csv" if form is Form.CSV else "application/x-ndjson"
    headers = {"Content-Disposition": f"attachment; filename=audit.{form.value}"}
    return Stream(_whole(application, query, first, written), media_type=kind, headers=headers)


async def _whole(
    application: Application,
    query: ListAudit,
    entries: list[AuditView],
    written: Callable[[list[AuditView], bool], bytes],
) -> AsyncIterator[bytes]:
    yield written(entries, True)
    while len(entries) == query.limit:
        entries = await application.ask(msgspec.structs.replace(query, before=entries[-1].id))
        yield written(entries, False)


def _as_csv(entries: list[AuditView], first: bool) -> bytes:
    out = io.StringIO()
    table = csv.writer(out)
    if first:
        out.write("\ufeff")  # so that Excel takes it for UTF-8
        table.writerow(AuditView.__struct_encode_fields__)
    for entry in entries:
        table.writerow(_cells(entry))
    return out.getvalue().encode()


def _cells(entry: AuditView) -> Iterator[str]:
    """What a spreadsheet would take for a formula is shown as text."""
    for value in msgspec.to_builtins(entry).values():
        text = "" if value is None else str(value)
        yield f"'{text}" if text.startswith(_FORMULA) else text


def _as_ndjson(entries: list[AuditView], first: bool) -> bytes:
    del first
    return b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries)


def _choice(since: datetime | None, until: datetime | None, action: str | None, actor: UUID | None) -> AuditChoice:
    known = (*AUDITED, FORBIDDEN)
    if action is not None and action not in known:
        raise ActionUnknown(action=action[:100], known=", ".join(known))
    return AuditChoice(since=_zoned(since), until=_zoned(until), action=action, actor_id=actor)


def _zoned(moment: datetime | None) -> datetime | None:
    """In UTC, for which a moment without a zone is taken."""
    if moment is None:
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as beyond:
        raise MomentInvalid(moment=str(moment)) from beyond


ROUTER = Router("/", route_handlers=[list_audit, export_audit], tags=["Audit"], security=SESSION)
