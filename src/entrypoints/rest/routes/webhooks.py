"""What MoySklad tells by itself."""

from litestar import Router, get
from litestar.di import NamedDependency

from application.bus import Application
from application.tenants.ports import Identity
from application.webhooks.queries.get_webhooks import GetWebhooks, WebhooksView
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION


@get("/webhooks", summary="How webhooks stand, and what they bring")
async def get_webhooks(identity: NamedDependency[Identity], application: NamedDependency[Application]) -> WebhooksView:
    """What is registered at MoySklad for the exports that follow changes, what came today, and what was missed."""
    identity.require(Permission.READ)
    return await application.ask(GetWebhooks(company_id=identity.company_id))


ROUTER = Router("/", route_handlers=[get_webhooks], tags=["Webhooks"], security=SESSION)
