"""The browser comes back from Google."""

from html import escape
from typing import Annotated, Any

from litestar import MediaType, Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from application.bus import Application
from application.connections.commands.complete_google_consent import CompleteGoogleConsent
from domain.shared.errors import SkladSheetsError
from entrypoints.rest.problems import language, status_of
from entrypoints.rest.words import Text, Wording, Words

_DONE = Words(
    ru=Text(title="Google подключён", action="Вернитесь на вкладку МоегоСклада; эту можно закрыть."),
    en=Text(title="Google is connected", action="Go back to the MoySklad tab; this one can be closed."),
)
_PICKED = Words(
    ru=Text(title="Таблицы выбраны: {picked}", action="Вернитесь на вкладку МоегоСклада; эту можно закрыть."),
    en=Text(title="Spreadsheets chosen: {picked}", action="Go back to the MoySklad tab; this one can be closed."),
)
_PAGE = """<!doctype html><html lang="ru"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>SkladSheets</title><style>body{{font:17px/1.5 system-ui,sans-serif;margin:15vh auto;max-width:32rem;
padding:0 1rem;color:#1d2733}}h1{{font-size:1.5rem}}small{{color:#68737f}}</style>
<h1>{title}</h1><p>{action}</p><small>{note}</small></html>"""
_HEADERS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


@get("/oauth/google/callback", summary="Google's way back", media_type=MediaType.HTML)
async def complete_google(
    request: Request[Any, Any, Any],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
    oauth_state: Annotated[str, QueryParameter(name="state")] = "",
    code: Annotated[str | None, QueryParameter(name="code")] = None,
    error: Annotated[str | None, QueryParameter(name="error")] = None,
    issuer: Annotated[str | None, QueryParameter(name="iss")] = None,
    picked: Annotated[str, QueryParameter(name="picked_file_ids")] = "",
) -> Response[str]:
    """Completes the connection and says in words how it went."""
    try:
        connected = await application.execute(
            CompleteGoogleConsent(
                state=oauth_state,
                code=code,
                error=error,
                issuer=issuer,
                picked=tuple(one for one in picked.split(",") if one),
            )
        )
    except SkladSheetsError as refused:
        text = language(request, wording(refused.code, refused.details))
        return _page(text, refused.code, status_of(refused))
    text = language(request, _DONE if connected.picked is None else _PICKED)
    note = f"{connected.email} → {connected.account_name}"
    return _page(Text(title=text.title.format(picked=connected.picked), action=text.action), note, 200)


def _page(text: Text, note: str, status: int) -> Response[str]:
    content = _PAGE.format(title=escape(text.title), action=escape(text.action), note=escape(note))
    return Response(content, media_type=MediaType.HTML, status_code=status, headers=_HEADERS)


ROUTER = Router("/", route_handlers=[complete_google], tags=["Google"])
