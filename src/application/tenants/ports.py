"""Ports of the tenants area."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

import msgspec

from application.tenants.acting import Acting
from domain.shared.identities import ApiKeyId, CompanyId, LinkId, MemberId, PersonId, SessionId
from domain.tenants.api_key import ApiKey
from domain.tenants.company import Company
from domain.tenants.link import SignInLink
from domain.tenants.member import PERMISSIONS, Member, Permission, Role, require_among
from domain.tenants.session import Session


class Companies(Protocol):
    """Companies at rest."""

    async def get(self, company_id: CompanyId) -> Company:
        """Raises CompanyNotFound."""
        ...

    async def by_account(self, account_id: UUID) -> Company | None:
        """The company of a MoySklad account. Needs a SystemTransaction."""
        ...

    async def put(self, company: Company) -> None:
        """Stores the company, new or changed. Raises CompanyErased."""
        ...

    async def exists(self, company_id: CompanyId) -> bool:
        """Whether there is such a company. Needs a SystemTransaction."""
        ...

    async def departed(self, before: datetime, limit: int) -> list[CompanyId]:
        """Companies without the app since that moment at the latest, the longest gone first. Needs a
        SystemTransaction.
        """
        ...


class Membership(NamedTuple):
    """That a person belongs to a company."""

    company_id: CompanyId
    member_id: MemberId
    role: Role


class Members(Protocol):
    """Members at rest."""

    async def alone(self, company_id: CompanyId) -> None:
        """Waits until nobody else is changing who belongs to the company; nobody does until this transaction ends."""
        ...

    async def all(self, company_id: CompanyId) -> list[Member]:
        """The company's members, removed ones too, the oldest first."""
        ...

    async def by_person(self, company_id: CompanyId, person_id: PersonId) -> Member | None:
        """The member who is this person."""
        ...

    async def memberships(self, person_id: PersonId) -> list[Membership]:
        """Where the person belongs and was not removed, in a SystemTransaction."""
        ...

    async def get(self, company_id: CompanyId, member_id: MemberId) -> Member | None:
        """The member, or None."""
        ...

    async def by_employee(self, company_id: CompanyId, employee_id: UUID) -> Member | None:
        """The member who is this employee in MoySklad."""
        ...

    async def put(self, member: Member) -> None:
        """Stores the member, new or changed."""
        ...


class Sessions(Protocol):
    """Sessions at rest."""

    async def get(self, company_id: CompanyId, session_id: SessionId) -> Session | None:
        """The session, locked until the end of the transaction; None when there is none."""
        ...

    async def put(self, session: Session) -> None:
        """Stores the session, new or changed."""
        ...

    async def all(self, company_id: CompanyId, member_id: MemberId | None, now: datetime) -> list[Session]:
        """Sessions that live, of one member or of everybody, the newest first."""
        ...

    async def end_all(self, company_id: CompanyId, member_id: MemberId) -> None:
        """Ends every session of the member."""
        ...

    async def prune(self, now: datetime) -> int:
        """Removes expired sessions, in a SystemTransaction; answers how many."""
        ...


class Links(Protocol):
    """Links at rest."""

    async def get(self, company_id: CompanyId, link_id: LinkId) -> SignInLink | None:
        """The link, locked until the end of the transaction; None when there is none."""
        ...

    async def put(self, link: SignInLink) -> None:
        """Stores the link, new or changed."""
        ...

    async def all(self, company_id: CompanyId, now: datetime) -> list[SignInLink]:
        """Links by which somebody may still come in, the newest first."""
        ...

    async def prune(self, now: datetime) -> int:
        """Removes links that are out of date, in a SystemTransaction; answers how many."""
        ...


class ApiKeys(Protocol):
    """API keys at rest."""

    async def get(self, company_id: CompanyId, key_id: ApiKeyId) -> ApiKey | None:
        """The key, or None."""
        ...

    async def put(self, key: ApiKey) -> None:
        """Stores the key, new or changed."""
        ...

    async def used(self, key: ApiKey) -> None:
        """Stores when it was last used, and nothing else, so that a revocation in the same moment stands."""
        ...

    async def all(self, company_id: CompanyId) -> list[ApiKey]:
        """The company's keys, dead ones too, the newest first."""
        ...


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asking: a member, as an access token says it, or a machine with an API key of that member's.

    A machine has no session; `scopes` is what its key may do, and `role` the lowest one.
    """

    company_id: CompanyId
    member_id: MemberId
    session_id: SessionId | None
    role: Role
    scopes: frozenset[Permission] | None = None
    locale: str | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """What may be done."""
        return PERMISSIONS[self.role] if self.scopes is None else self.scopes

    @property
    def acting(self) -> Acting:
        """On whose behalf something is done."""
        return Acting(member_id=self.member_id, scopes=self.scopes)

    def require(self, permission: Permission) -> None:
        """Raises PermissionMissing."""
        require_among(self.permissions, permission)


class AccessTokens(Protocol):
    """Short-lived signed tokens that say who is asking."""

    def issue(self, identity: Identity, now: datetime, expires_at: datetime) -> str:
        """A token that `read` accepts until it expires."""
        ...

    def read(self, token: str, now: datetime) -> Identity:
        """Raises AccessTokenInvalid for a token that is expired, foreign, or no token at all."""
        ...

    def published(self) -> Sequence[dict[str, str]]:
        """The public keys that check tokens, as JSON Web Keys (RFC 7517, RFC 8037), the signing one first."""
        ...


class VendorStamp(msgspec.Struct, frozen=True, kw_only=True):
    """What is worth knowing of a token with which MoySklad signed a call to us; each attempt at a call has its own."""

    jti: str
    issued_at: datetime
    expires_at: datetime


class VendorSignatures(Protocol):
    """MoySklad's signatures on its calls to our Vendor API endpoints."""

    def read(self, token: str, app_id: UUID, now: datetime) -> VendorStamp:
        """Raises VendorSignatureInvalid, also for an app that is not ours."""
        ...


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """The employee who opened the app inside MoySklad. `sees_everything`: not only their own documents."""

    account_id: UUID
    employee_id: UUID
    uid: str
    name: str
    administrator: bool
    sees_everything: bool = False


class ContextKeys(Protocol):
    """MoySklad's answer to who opened our app."""

    async def exchange(self, context_key: str, now: datetime) -> Visitor:
        """Raises ContextKeyInvalid (unknown, expired, another app's), VendorBusy or VendorFailed."""
        ...
