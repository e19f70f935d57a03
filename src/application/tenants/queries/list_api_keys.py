"""Which API keys does the company have?"""

from application.messages import Query
from application.ports import Transaction
from application.tenants.acting import Acting
from application.tenants.authority import Authority
from application.tenants.ports import ApiKeys
from application.tenants.views import ApiKeyView, api_key_view
from domain.tenants.member import Permission


class ListApiKeys(Query[list[ApiKeyView]], frozen=True, kw_only=True):
    """Asked by who manages keys."""

    acting: Acting


class ListApiKeysHandler:
    """Shows keys without their secrets, which are not kept; revoked ones too."""

    def __init__(self, transaction: Transaction, keys: ApiKeys, authority: Authority) -> None:
        self._transaction = transaction
        self._keys = keys
        self._authority = authority

    async def __call__(self, query: ListApiKeys) -> list[ApiKeyView]:
        """The newest first. Raises PermissionMissing."""
        async with self._transaction(query.company_id):
            await self._authority.require(query.company_id, query.acting, Permission.MANAGE_API_KEYS)
            return [api_key_view(key) for key in await self._keys.all(query.company_id)]
