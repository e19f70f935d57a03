"""Actions of scenarios (Vendor API docs, 6.2 and 6.3): MoySklad calls for 24 hours until it gets an answer."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from application.bus import Application
from application.webhooks.commands.start_by_scenario import StartByScenario
from domain.shared.errors import SkladSheetsError, Unauthenticated
from entrypoints.rest.auth import bearer
from entrypoints.rest.words import Wording

_REFUSED = 1
"""MoySklad asks for a number beside the words and does nothing with it."""


class ScenarioCall(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a scenario wants done, and about which object. MoySklad may add fields; they are let pass."""

    action_name: str
    object_id: UUID
    object_type: str
    action_type: str = ""


class ScenarioError(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Why nothing was done; `errorMessage` is shown in the scenario's history."""

    code: int
    error_message: str


class ScenarioRefused(msgspec.Struct, frozen=True, kw_only=True):
    """MoySklad's form for it."""

    error: ScenarioError


@post("/{app_id:uuid}/{account_id:uuid}/scenario", summary="A scenario's action", status_code=200)
async def run_action(
    request: Request[Any, Any, Any],
    app_id: FromPath[UUID],
    account_id: FromPath[UUID],
    data: JSONBody[ScenarioCall],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
) -> Response[ScenarioRefused | None]:
    """The exports that the action is about read the object within seconds. 400 says what stands in the way."""
    try:
        await application.execute(
            StartByScenario(
                signature=bearer(request),
                app_id=app_id,
                account_id=account_id,
                action=data.action_name,
                object_type=data.object_type,
                object_id=data.object_id,
            )
        )
    except Unauthenticated:
        raise
    except SkladSheetsError as refused:
        words = wording(refused.code, refused.details).ru
        error = ScenarioError(code=_REFUSED, error_message=f"{words.title}. {words.action}")
        return Response(ScenarioRefused(error=error), status_code=400)
    return Response(None, status_code=204)


ROUTER = Router("/api/moysklad/vendor/1.0/apps", route_handlers=[run_action], tags=["MoySklad Vendor API"])
