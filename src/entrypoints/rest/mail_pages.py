"""Pages that links in mails lead to. Programs that look into mails open links: only a button does anything."""

from html import escape
from typing import Any

from litestar import MediaType, Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from application.bus import Application
from application.dealers.commands.confirm_mail import ConfirmMail
from application.dealers.commands.leave_mail import LeaveMail
from application.dealers.queries.read_way_out import ReadWayOut
from application.digests import TokenMalformed, read_chat_token
from domain.dealers.bindings import MailLinkInvalid
from domain.shared.errors import SkladSheetsError
from entrypoints.rest.problems import language, status_of
from entrypoints.rest.words import Text, Wording, Words

_CONFIRM = Words(
    ru=Text(title="Получать уведомления на этот адрес?", action="Подтвердить"),
    en=Text(title="Have notices come to this address?", action="Confirm"),
)
_CONFIRMED = Words(
    ru=Text(
        title="Адрес подтверждён: {dealer}",
        action="Сюда будут приходить уведомления. Отписаться можно из любого письма.",
    ),
    en=Text(title="The address is confirmed: {dealer}", action="Notices will come there. Each has a link to end that."),
)
_LEAVE = Words(
    ru=Text(title="Больше не присылать уведомления на этот адрес?", action="Не присылать"),
    en=Text(title="Be told nothing at this address any more?", action="Unsubscribe"),
)
_LEFT = Words(
    ru=Text(title="Уведомления отключены", action="Чтобы включить их снова, адрес нужно привязать заново."),
    en=Text(title="Nothing will be sent there any more", action="Have the address bound anew to begin again."),
)
_PAGE = """<!doctype html><html lang="ru"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>SkladSheets</title><h1>{title}</h1>{body}</html>"""
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@get("/mail/confirm/{token:str}", summary="Confirm an e-mail address", media_type=MediaType.HTML)
async def confirm_page(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
    """A page with a button. Looking at it uses nothing up."""
    del token
    return _asking(language(request, _CONFIRM))


@post("/mail/confirm/{token:str}", summary="An address is confirmed", media_type=MediaType.HTML, status_code=200)
async def confirm(
    request: Request[Any, Any, Any],
    token: FromPath[str],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
) -> Response[str]:
    """Works once within a day; pressed again it says the same."""
    try:
        dealer = await application.execute(ConfirmMail(company_id=_company(token), token=token))
    except SkladSheetsError as refused:
        return _refused(request, refused, wording)
    text = language(request, _CONFIRMED)
    return _saying(Text(title=text.title.format(dealer=dealer), action=text.action))


@get("/mail/leave/{token:str}", summary="Unsubscribe", media_type=MediaType.HTML)
async def leave_page(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
    """A page with a button."""
    del token
    return _asking(language(request, _LEAVE))


@post("/mail/leave/{token:str}", summary="Unsubscribe with one click", media_type=MediaType.HTML, status_code=200)
async def leave(
    request: Request[Any, Any, Any],
    token: FromPath[str],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
) -> Response[str]:
    """What mail programs call (RFC 8058): the address is unbound, whatever the body says. Again it changes nothing."""
    try:
        way = await application.ask(ReadWayOut(token=token))
        await application.execute(LeaveMail(company_id=way.company_id, binding_id=way.binding_id))
    except SkladSheetsError as refused:
        return _refused(request, refused, wording)
    return _saying(language(request, _LEFT))


def _company(token: str) -> Any:
    """Raises MailLinkInvalid."""
    try:
        return read_chat_token(token)
    except TokenMalformed as wrong:
        raise MailLinkInvalid from wrong


def _asking(text: Text) -> Response[str]:
    body = f'<form method="post"><button>{escape(text.action)}</button></form>'
    return Response(_PAGE.format(title=escape(text.title), body=body), media_type=MediaType.HTML, headers=_HEADERS)


def _saying(text: Text, status: int = 200) -> Response[str]:
    content = _PAGE.format(title=escape(text.title), body=f"<p>{escape(text.action)}</p>")
    return Response(content, media_type=MediaType.HTML, status_code=status, headers=_HEADERS)


def _refused(request: Request[Any, Any, Any], refused: SkladSheetsError, wording: Wording) -> Response[str]:
    return _saying(language(request, wording(refused.code, refused.details)), status_of(refused))


ROUTER = Router("/", route_handlers=[confirm_page, confirm, leave_page, leave], tags=["Mail"])
