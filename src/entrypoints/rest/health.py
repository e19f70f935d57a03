"""Is the process alive, and can it work?"""

from litestar import Response, Router, get
from litestar.di import NamedDependency

from application.bus import Application
from application.delivery.queries.check_readiness import CheckReadiness, Readiness


@get("/live", summary="Alive?")
async def live() -> dict[str, str]:
    """The process answers. Nothing else is looked at."""
    return {"status": "alive"}


@get("/ready", summary="Ready?")
async def ready(application: NamedDependency[Application]) -> Response[Readiness]:
    """200 when requests can be served, 503 when not; the body names what is wrong."""
    readiness = await application.ask(CheckReadiness())
    return Response(readiness, status_code=200 if readiness.ready else 503)


ROUTER = Router("/", route_handlers=[live, ready], tags=["Health"])
