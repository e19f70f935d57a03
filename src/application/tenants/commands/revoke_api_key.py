"""An API key is revoked."""

from application.messages import Command
from application.ports import Clock, Transaction
from application.tenants.acting import Acting
from application.tenants.authority import Authority
from application.tenants.ports import ApiKeys
from domain.shared.identities import ApiKeyId
from domain.tenants.api_key import ApiKeyNotFound
from domain.tenants.member import Permission


class RevokeApiKey(Command[None], frozen=True, kw_only=True, tag="tenants.revoke_api_key"):
    """Revokes this key."""

    acting: Acting
    key_id: ApiKeyId


class RevokeApiKeyHandler:
    """It opens nothing from now on: each use asks the store."""

    def __init__(self, transaction: Transaction, keys: ApiKeys, authority: Authority, clock: Clock) -> None:
        self._transaction = transaction
        self._keys = keys
        self._authority = authority
        self._clock = clock

    async def __call__(self, command: RevokeApiKey) -> None:
        """Raises PermissionMissing or ApiKeyNotFound."""
        async with self._transaction(command.company_id):
            await self._authority.require(command.company_id, command.acting, Permission.MANAGE_API_KEYS)
            key = await self._keys.get(command.company_id, command.key_id)
            if key is None:
                raise ApiKeyNotFound
            key.revoke(self._clock.now())
            await self._keys.put(key)
