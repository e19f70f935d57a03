"""Keys for machines."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from application.bus import Application
from application.tenants.commands.create_api_key import CreateApiKey
from application.tenants.commands.revoke_api_key import RevokeApiKey
from application.tenants.ports import Identity
from application.tenants.queries.list_api_keys import ListApiKeys
from application.tenants.views import ApiKeyView
from domain.shared.identities import ApiKeyId
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION
from entrypoints.rest.idempotency import ONCE

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Days = Annotated[int, msgspec.Meta(ge=1, le=1095)]


class NewApiKey(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """`scopes` are permissions; every key may `read`."""

    name: Name
    scopes: frozenset[Permission] = frozenset()
    days: Days = 365


class ApiKeyMade(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The key. `secret` is shown this once."""

    secret: str
    key: ApiKeyView


@get("/api-keys", summary="API keys")
async def list_keys(identity: NamedDependency[Identity], application: NamedDependency[Application]) -> list[ApiKeyView]:
    """The newest first, revoked ones too."""
    return await application.ask(ListApiKeys(company_id=identity.company_id, acting=identity.acting))


@post("/api-keys", summary="Make an API key", opt=ONCE)
async def create_key(
    data: JSONBody[NewApiKey], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> ApiKeyMade:
    """It goes into `Authorization: Bearer sk_…`. It never may do more than who made it, and ends with them."""
    made = await application.execute(
        CreateApiKey(
            company_id=identity.company_id,
            acting=identity.acting,
            name=data.name,
            scopes=data.scopes,
            lifetime=timedelta(days=data.days),
        )
    )
    return ApiKeyMade(secret=made.secret, key=made.key)


@delete("/api-keys/{key_id:uuid}", summary="Revoke an API key")
async def revoke_key(
    key_id: FromPath[UUID], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> None:
    """It opens nothing from now on."""
    await application.execute(
        RevokeApiKey(company_id=identity.company_id, acting=identity.acting, key_id=ApiKeyId(key_id))
    )


ROUTER = Router("/", route_handlers=[list_keys, create_key, revoke_key], tags=["API keys"], security=SESSION)
