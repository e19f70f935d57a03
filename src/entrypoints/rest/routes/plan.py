"""What the company may use."""

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from application.billing.queries.get_plan import GetPlan, PlanView
from application.billing.queries.get_usage import GetUsage, UsageView
from application.bus import Application
from application.tenants.ports import Identity
from domain.tenants.member import Permission, require
from entrypoints.rest.auth import SESSION
from entrypoints.rest.shortcut import SHORT


@get("/plan", summary="The plan, and what of it is used", opt=SHORT)
async def get_plan(identity: NamedDependency[Identity], application: NamedDependency[Application]) -> PlanView:
    """What the company may use, how it stands, and what it has used in this month, with a forecast."""
    require(identity.role, Permission.READ)
    return await application.ask(GetPlan(company_id=identity.company_id))


@get("/usage", summary="What was used, day by day")
async def get_usage(
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    period: FromQuery[str | None] = None,
) -> UsageView:
    """Changed rows of this month, or of another one (`2026-11`), by days of the company's clock and by exports."""
    require(identity.role, Permission.READ)
    return await application.ask(GetUsage(company_id=identity.company_id, period=period))


ROUTER = Router("/", route_handlers=[get_plan, get_usage], tags=["Plan"], security=SESSION)
