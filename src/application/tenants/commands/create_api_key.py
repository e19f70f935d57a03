"""An API key is made."""

from datetime import timedelta

import msgspec

from application.digests import KeyTicket, digest, key_prefix, write_api_key
from application.messages import Command
from application.ports import Clock, Ids, Transaction
from application.tenants.acting import Acting
from application.tenants.authority import Authority
from application.tenants.ports import ApiKeys
from application.tenants.views import ApiKeyView, api_key_view
from domain.shared.identities import ApiKeyId
from domain.tenants.api_key import (
    KEY_LIFETIME,
    LONGEST_KEY_LIFETIME,
    MOST_KEYS,
    ApiKey,
    ScopeTooWide,
    TooManyKeys,
)
from domain.tenants.link import LifetimeInvalid
from domain.tenants.member import Permission


class CreatedApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """The key as its record, and as it is used, which is shown this once."""

    secret: str
    key: ApiKeyView


class CreateApiKey(Command[CreatedApiKey], frozen=True, kw_only=True, tag="tenants.create_api_key"):
    """A key of that name which may do what `scopes` say."""

    acting: Acting
    name: str
    scopes: frozenset[Permission]
    lifetime: timedelta = KEY_LIFETIME


class CreateApiKeyHandler:
    """Keeps a digest. A key never may do more than who makes it."""

    def __init__(self, transaction: Transaction, keys: ApiKeys, authority: Authority, ids: Ids, clock: Clock) -> None:
        self._transaction = transaction
        self._keys = keys
        self._authority = authority
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: CreateApiKey) -> CreatedApiKey:
        """Raises PermissionMissing, ScopeTooWide, LifetimeInvalid or TooManyKeys."""
        if not timedelta() < command.lifetime <= LONGEST_KEY_LIFETIME:
            raise LifetimeInvalid(days=LONGEST_KEY_LIFETIME.days)
        ticket = KeyTicket(company_id=command.company_id, key_id=ApiKeyId(self._ids.new()))
        secret, now = write_api_key(ticket, self._ids.token()), self._clock.now()
        key = ApiKey(
            id=ticket.key_id,
            company_id=command.company_id,
            prefix=key_prefix(ticket.key_id),
            digest=digest(secret),
            name=command.name,
            scopes=command.scopes | {Permission.READ},
            created_by=command.acting.member_id,
            created_at=now,
            expires_at=now + command.lifetime,
        )
        async with self._transaction(command.company_id):
            allowed = await self._authority.require(command.company_id, command.acting, Permission.MANAGE_API_KEYS)
            if not key.scopes <= allowed:
                raise ScopeTooWide(scopes=", ".join(sorted(key.scopes - allowed)))
            if sum(other.lives(now) for other in await self._keys.all(command.company_id)) >= MOST_KEYS:
                raise TooManyKeys(most=MOST_KEYS)
            await self._keys.put(key)
        return CreatedApiKey(secret=secret, key=api_key_view(key))
