"""Ports of the tenants area."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from domain.shared.identities import CompanyId, MemberId, SessionId
from domain.tenants.company import Company
from domain.tenants.member import Member, Role
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
        """Stores the company, new or changed."""
        ...


class Members(Protocol):
    """Members at rest."""

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

    async def prune(self, now: datetime) -> int:
        """Removes expired sessions, in a SystemTransaction; answers how many."""
        ...


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asking, as an access token says it."""

    company_id: CompanyId
    member_id: MemberId
    session_id: SessionId
    role: Role


class AccessTokens(Protocol):
    """Short-lived signed tokens that say who is asking."""

    def issue(self, identity: Identity, now: datetime, expires_at: datetime) -> str:
        """A token that `read` accepts until it expires."""
        ...

    def read(self, token: str, now: datetime) -> Identity:
        """Raises AccessTokenInvalid for a token that is expired, foreign, or no token at all."""
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
    """The employee who opened the app inside MoySklad."""

    account_id: UUID
    employee_id: UUID
    uid: str
    name: str
    administrator: bool


class ContextKeys(Protocol):
    """MoySklad's answer to who opened our app."""

    async def exchange(self, context_key: str, now: datetime) -> Visitor:
        """Raises ContextKeyInvalid (unknown, expired, another app's), VendorBusy or VendorFailed."""
        ...
