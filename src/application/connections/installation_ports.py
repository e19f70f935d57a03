"""Ports about installations of our apps."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from domain.connections.installation import Installation, ToldInstallation
from domain.shared.identities import CompanyId


class Installations(Protocol):
    """Installations at rest."""

    async def all(self, company_id: CompanyId) -> list[Installation]:
        """The company's, which nobody else changes until the end of the transaction, in the order of the apps."""
        ...

    async def put(self, installation: Installation) -> None:
        """Stores it, new or changed."""
        ...


class VendorRequests(Protocol):
    """Calls of MoySklad's that were carried out, by their numbers."""

    async def answer(self, company_id: CompanyId, request_id: str) -> str | None:
        """What the call was answered with; None for one that is new. Others who ask wait until the transaction ends."""
        ...

    async def carried_out(self, company_id: CompanyId, request_id: str, answer: str, now: datetime) -> None:
        """Notes the answer."""
        ...

    async def prune(self, before: datetime) -> int:
        """Forgets calls carried out before that moment, in a SystemTransaction; answers how many."""
        ...


class VendorInstallations(Protocol):
    """What MoySklad itself says of installations. Each method is one request, signed as the app.

    Raises VendorBusy or VendorFailed.
    """

    async def told(self, app_id: UUID, account_id: UUID, now: datetime) -> ToldInstallation | None:
        """How the installation stands; None where there is none."""
        ...

    async def report_ready(self, app_id: UUID, account_id: UUID, now: datetime) -> bool:
        """Tells MoySklad that nothing is to be set up any more. False where it says that this cannot be now."""
        ...


class TokenOwner(msgspec.Struct, frozen=True, kw_only=True):
    """Whose token it is."""

    account_id: UUID
    account_name: str
    administrator: bool


class TokenOwners(Protocol):
    """What MoySklad says of a token that somebody brings. One request."""

    async def owner(self, token: str) -> TokenOwner:
        """Raises MoySkladDisconnected for a token that MoySklad does not take, VendorBusy or VendorFailed."""
        ...


class ListedCompany(msgspec.Struct, frozen=True, kw_only=True):
    """A company as its operator sees it. The states of connections are None where there is none."""

    id: CompanyId
    account_name: str
    status: str
    moysklad: str | None
    google: str | None
    created_at: datetime


class CompanyViews(Protocol):
    """Companies, seen together. Works in a SystemTransaction."""

    async def all(self, limit: int) -> list[ListedCompany]:
        """The first ones, in the order in which they came."""
        ...
