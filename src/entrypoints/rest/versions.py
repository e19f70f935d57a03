"""What an answer shows has a version (RFC 9110, 8.8.3 and 13.1).

An export's tag has two parts. The first stands for what people set, and is all that If-Match looks at: a run that has
moved the next start meanwhile is no reason to refuse anybody's change. The second stands for the rest that is shown.
"""

import hashlib
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from application.bus import Application
from application.exports.queries.get_export_config import GetExportConfig
from application.exports.versions import version_of
from application.exports.views import ConfigView
from application.tenants.versions import member_version
from application.tenants.views import MemberEntry
from domain.shared.errors import PreconditionFailed
from domain.shared.identities import CompanyId, ConfigId
from entrypoints.rest.headers import headers_of
from entrypoints.rest.recorded import Recorded, answer

_SHOWN = 16
_IF_NONE_MATCH = b"if-none-match"


def config_tag(view: ConfigView) -> dict[str, str]:
    """The header for an export."""
    return _tagged(view, msgspec.json.encode(view))


async def shown_config(application: Application, company_id: CompanyId, config_id: ConfigId) -> Response[ConfigView]:
    """The export as it is now, with its tag. Raises ConfigNotFound."""
    view = await application.ask(GetExportConfig(company_id=company_id, config_id=config_id))
    body = msgspec.json.encode(view)  # once, for the answer and its tag
    written: Any = msgspec.Raw(body)
    return Response(written, headers=_tagged(view, body))


def _tagged(view: ConfigView, body: bytes) -> dict[str, str]:
    return {"ETag": f'"{version_of(view)}.{hashlib.sha256(body).hexdigest()[:_SHOWN]}"'}


def member_tag(member: MemberEntry) -> dict[str, str]:
    """The header for a member."""
    return {"ETag": f'"{member_version(member)}"'}


def expected(request: Request[Any, Any, Any]) -> frozenset[str] | None:
    """The versions that the caller is willing to change; None for whichever there is.

    Tags that a proxy has marked as weak while it packed the answer are taken for what they were.
    """
    header = request.headers.get("if-match")
    if header is None or header.strip() == "*":
        return None
    return frozenset(tag.partition(".")[0] for tag in _tags(header))


VERSIONED = {"versioned": True}
"""For a route whose use case compares what is expected."""


def conditional(app: ASGIApp) -> ASGIApp:
    """Middleware: gives every JSON answer to a GET a tag, and 304 to who has it already. A change on a condition that
    nobody here can judge is not made.
    """

    async def respond(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "GET":
            if scope["type"] == ScopeType.HTTP and not scope["route_handler"].opt.get("versioned"):
                _require_no_condition(scope)
            await app(scope, receive, send)
            return
        recorded = Recorded(stream_to=send)
        await app(scope, receive, recorded)
        if recorded.streamed:
            return
        if recorded.status == 200:
            tag = recorded.header(b"etag")
            if tag is None:
                tag = tag_of(recorded.body)
                recorded.add(b"etag", tag)
            if known_already(scope, tag):
                await answer(send, 304, [(b"etag", tag)], b"")
                return
        await recorded.send(send)

    return respond


def _require_no_condition(scope: Scope) -> None:
    for name, value in scope["headers"]:
        if name.lower() == b"if-match" and value.strip() != b"*":
            raise PreconditionFailed


def tag_of(body: bytes) -> bytes:
    """The tag of an answer that bears none."""
    return f'"{hashlib.sha256(body).hexdigest()[: 2 * _SHOWN]}"'.encode()


def known_already(scope: Scope, tag: bytes) -> bool:
    """Whether the caller says that it has this very answer."""
    if _IF_NONE_MATCH not in headers_of(scope):
        return False
    headers = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == _IF_NONE_MATCH]
    known = [one for header in headers for one in _tags(header)]
    return any(header.strip() == "*" for header in headers) or tag.decode().strip('"') in known


def _tags(header: str) -> list[str]:
    return [tag.strip().removeprefix("W/").strip('"') for tag in header.split(",") if tag.strip()]
