"""An API key: lets a machine do a part of what the member may do who made it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.shared.errors import NotFound, RuleViolated, Unauthenticated
from domain.shared.identities import ApiKeyId, CompanyId, MemberId
from domain.tenants.member import PERMISSIONS, Member, Permission

KEY_LIFETIME = timedelta(days=365)
LONGEST_KEY_LIFETIME = timedelta(days=3 * 365)
MOST_KEYS = 50

USE_SHOWN = timedelta(minutes=5)
"""How coarse `last_used_at` is, so that a key that is used a hundred times a second is not written as often."""


class ApiKeyInvalid(Unauthenticated):
    """The key is unknown, revoked or out of date, or who made it does not belong to the company any more."""

    code = "tenants.api_key_invalid"


class ApiKeyNotFound(NotFound):
    """The company has no such key."""

    code = "tenants.api_key_not_found"


class ScopeTooWide(RuleViolated):
    """A key may not do what its maker may not, and always may read."""

    code = "tenants.scope_too_wide"


class TooManyKeys(RuleViolated):
    """The company has as many living keys as one may have."""

    code = "tenants.too_many_keys"


@dataclass(slots=True)
class ApiKey:
    """`prefix` is what people recognise it by; of the secret only a digest is kept."""

    id: ApiKeyId
    company_id: CompanyId
    prefix: str
    digest: bytes
    name: str
    scopes: frozenset[Permission]
    created_by: MemberId
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def lives(self, now: datetime) -> bool:
        """Whether it opens anything."""
        return self.revoked_at is None and now < self.expires_at

    def allowed(self, maker: Member | None, now: datetime) -> frozenset[Permission]:
        """What it may do now: never more than its maker, and nothing once they are gone. Raises ApiKeyInvalid."""
        if maker is None or maker.removed_at is not None or not self.lives(now):
            raise ApiKeyInvalid
        return self.scopes & PERMISSIONS[maker.role]

    def use(self, now: datetime) -> bool:
        """Notes the use; False where the last one was noted so recently that this one need not be stored."""
        if self.last_used_at is not None and now < self.last_used_at + USE_SHOWN:
            return False
        self.last_used_at = now
        return True

    def revoke(self, now: datetime) -> None:
        """It opens nothing from now on."""
        self.revoked_at = self.revoked_at or now
