"""The ASGI application."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from html import escape
from importlib.util import find_spec
from pathlib import Path

from litestar import Litestar, MediaType, Response, Router, get
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import SwaggerRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.params import FromPath
from litestar.static_files import create_static_files_router

from application.bus import Application
from domain.shared.errors import SkladSheetsError
from entrypoints.botting import BotSettings
from entrypoints.rest import google_return, health, mail_pages, published, telegram
from entrypoints.rest.allowed import mended
from entrypoints.rest.auth import identify
from entrypoints.rest.description import describe_files, describe_keys, describe_problems
from entrypoints.rest.dressing import dressed
from entrypoints.rest.guard import LARGEST_BODY, Guard
from entrypoints.rest.idempotency import answered_once
from entrypoints.rest.problems import Problems
from entrypoints.rest.refusals import note_refusal
from entrypoints.rest.requests import TextRequest
from entrypoints.rest.routes import (
    announcements,
    api_keys,
    archive,
    audit,
    automation_rules,
    companies,
    company_links,
    connections,
    dealer_imports,
    dealer_mails,
    dealers,
    erasure,
    executions,
    exports,
    matching,
    matching_files,
    notice_templates,
    notices,
    own_chats,
    people,
    plan,
    schedules,
    sessions,
    task_control,
    tasks,
    webhooks,
)
from entrypoints.rest.shortcut import Shortcut
from entrypoints.rest.vendor import apps, scenario
from entrypoints.rest.versions import conditional
from entrypoints.rest.webhooks.attending import attended
from entrypoints.rest.webhooks.receiving import receive
from entrypoints.rest.words import Wording, words_of

VERSION = "0.1.0"
_ASSETS = "/docs-assets"
Report = Callable[[BaseException], None]
Opening = Callable[[], AbstractAsyncContextManager[Application]]


def create_app(
    opening: Opening,
    wording: Wording,
    report: Report,
    public_url: str | None = None,
    trusted_hops: int = 0,
    bot: BotSettings | None = None,
) -> Litestar:
    """The whole HTTP side over an application that is opened at start-up and closed at the end.

    `report` is told of every error that nobody foresaw. `public_url` is where browsers reach it, unless that is what
    their requests name as host. `trusted_hops` are the proxies of ours before it. `bot`
    says how Telegram speaks to us.
    """

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with opening() as application, attended(application, report) as intake:
            app.state.application = application
            app.state.intake = intake
            yield

    def application(state: State) -> Application:
        opened: Application = state.application
        return opened

    problems = Problems(wording, report)
    api = Router(
        "/api/v1",
        route_handlers=[
            routes.ROUTER
            for routes in (
                sessions,
                people,
                archive,
                erasure,
                companies,
                api_keys,
                connections,
                exports,
                schedules,
                tasks,
                task_control,
                webhooks,
                announcements,
                notice_templates,
                notices,
                own_chats,
                plan,
                audit,
                matching,
                company_links,
                automation_rules,
                executions,
                matching_files,
                dealers,
                dealer_imports,
                dealer_mails,
            )
        ],
        middleware=[conditional, answered_once],
    )
    app = Litestar(
        route_handlers=[
            api,
            published.ROUTER,
            *apps.ROUTERS,
            scenario.ROUTER,
            receive,
            telegram.ROUTER,
            mail_pages.ROUTER,
            google_return.ROUTER,
            health.ROUTER,
            problem_page,
            create_static_files_router(_ASSETS, directories=[_swagger_assets()], include_in_schema=False),
        ],
        lifespan=[lifespan],
        dependencies={
            "application": Provide(application, sync_to_thread=False),
            "identity": Provide(identify),
            "wording": Provide(words_of, sync_to_thread=False),
        },
        exception_handlers={
            SkladSheetsError: problems.refused,
            HTTPException: problems.malformed,
            Exception: problems.unforeseen,
        },
        openapi_config=_openapi(),
        request_class=TextRequest,
        request_max_body_size=LARGEST_BODY,
        after_exception=[note_refusal],
        logging_config=None,
    )
    app.state.public_url = public_url
    app.state.wording = wording
    app.state.report = report
    app.state.bot = bot or BotSettings()
    inner = Shortcut(app.asgi_handler, app.routes, problems)
    app.asgi_handler = Guard(inner, problems, trusted_hops, mended(dressed(public_url)))
    describe_problems(app.openapi_schema)
    describe_keys(app.openapi_schema, app.routes)
    describe_files(app.openapi_schema, app.routes)
    return app


@get("/problems/{code:str}", media_type=MediaType.HTML, include_in_schema=False)
async def problem_page(code: FromPath[str], wording: NamedDependency[Wording]) -> Response[str]:
    """The page that a problem's `type` points to: what it means and what to do."""
    words = wording(code, _Blanks())
    body = "".join(f"<h1>{escape(text.title)}</h1><p>{escape(text.action)}</p>" for text in (words.ru, words.en))
    return Response(
        f'<!doctype html><meta charset="utf-8"><title>{escape(code)}</title>{body}<code>{escape(code)}</code>'
    )


class _Blanks(dict[str, "str | int"]):
    def __missing__(self, key: str) -> str:
        return f"<{key}>"


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="SkladSheets",
        version=VERSION,
        description="Keeps a company's Google Sheets true to its MoySklad account.",
        path="/docs",
        render_plugins=[
            SwaggerRenderPlugin(
                js_url=f"{_ASSETS}/swagger-ui-bundle.js",
                css_url=f"{_ASSETS}/swagger-ui.css",
                standalone_preset_js_url=f"{_ASSETS}/swagger-ui-standalone-preset.js",
                favicon=f'<link rel="icon" type="image/png" href="{_ASSETS}/favicon-32x32.png">',
                path="/",
            )
        ],
        components=Components(
            security_schemes={
                "session": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT"),
                "apiKey": SecurityScheme(type="http", scheme="bearer", bearer_format="sk_…"),
            }
        ),
    )


def _swagger_assets() -> Path:
    package = find_spec("swagger_ui")
    if package is None or package.origin is None:
        raise RuntimeError("swagger-ui-py is not installed; run make install")
    return Path(package.origin).parent / "static"
