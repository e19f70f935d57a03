"""What the company may use."""

from litestar import Router, get
from litestar.di import NamedDependency

from application.billing.queries.get_plan import GetPlan, PlanView
from application.bus import Application
from application.tenants.ports import Identity
from domain.tenants.member import Permission, require
from entrypoints.rest.auth import SESSION


@get("/plan", summary="The plan, and what of it is used")
async def get_plan(identity: NamedDependency[Identity], application: NamedDependency[Application]) -> PlanView:
    """What the company may use, how it stands, and what it has used in this month, with a forecast."""
    require(identity.role, Permission.READ)
    return await application.ask(GetPlan(company_id=identity.company_id))


ROUTER = Router("/", route_handlers=[get_plan], tags=["Plan"], security=SESSION)
