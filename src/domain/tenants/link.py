"""A link: lets one person into the company, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.shared.errors import NotFound, RuleViolated, Unauthenticated
from domain.shared.identities import CompanyId, LinkId, MemberId
from domain.tenants.member import Role

LINK_LIFETIME = timedelta(days=3)
LONGEST_LINK_LIFETIME = timedelta(days=30)


class LinkInvalid(Unauthenticated):
    """The link is unknown, used, revoked or out of date. Which of these it is, nobody is told."""

    code = "tenants.link_invalid"


class LinkNotFound(NotFound):
    """The company gave out no such link."""

    code = "tenants.link_not_found"


class LifetimeInvalid(RuleViolated):
    """A link or a key lives for longer than nothing, and not for ever."""

    code = "tenants.lifetime_invalid"


@dataclass(slots=True)
class SignInLink:
    """Whoever holds its token comes in as `member_id`, or as a new member of that name and role. Only a digest of the
    token is kept.
    """

    id: LinkId
    company_id: CompanyId
    digest: bytes
    name: str
    role: Role
    member_id: MemberId | None
    created_by: MemberId | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    def use(self, now: datetime) -> None:
        """Raises LinkInvalid."""
        if not self.open(now):
            raise LinkInvalid
        self.used_at = now

    def revoke(self, now: datetime) -> None:
        """Nobody comes in by it from now on."""
        self.revoked_at = self.revoked_at or now

    def open(self, now: datetime) -> bool:
        """Whether somebody may still come in by it."""
        return self.used_at is None and self.revoked_at is None and now < self.expires_at
