"""A machine shows its API key."""

from application.digests import digest, read_api_key, same
from application.messages import SystemCommand
from application.ports import Clock, Transaction
from application.tenants.ports import ApiKeys, Companies, Identity, Members
from domain.tenants.api_key import ApiKeyInvalid
from domain.tenants.member import Role


class UseApiKey(SystemCommand[Identity], frozen=True, kw_only=True, tag="tenants.use_api_key"):
    """`key` names its own company, and proves that its holder was given it."""

    key: str


class UseApiKeyHandler:
    """Answers what the key may do now, and notes coarsely that it was used."""

    def __init__(
        self, transaction: Transaction, companies: Companies, members: Members, keys: ApiKeys, clock: Clock
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._members = members
        self._keys = keys
        self._clock = clock

    async def __call__(self, command: UseApiKey) -> Identity:
        """Raises TokenMalformed, ApiKeyInvalid or CompanyInactive."""
        ticket, now = read_api_key(command.key), self._clock.now()
        async with self._transaction(ticket.company_id):
            key = await self._keys.get(ticket.company_id, ticket.key_id)
            if key is None or not same(key.digest, digest(command.key)):
                raise ApiKeyInvalid
            maker = await self._members.get(ticket.company_id, key.created_by)
            allowed = key.allowed(maker, now)
            (await self._companies.get(ticket.company_id)).require_active()
            if key.use(now):
                await self._keys.used(key)
        return Identity(
            company_id=key.company_id,
            member_id=key.created_by,
            session_id=None,
            role=Role.VIEWER,
            scopes=allowed,
        )
