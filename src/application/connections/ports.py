"""Ports of the connections area."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Protocol
from uuid import UUID

import msgspec

from domain.connections.google import ConsentRequest, GoogleConnection
from domain.connections.moysklad import MoySkladConnection
from domain.connections.secrets import SealedSecret, SecretPurpose
from domain.shared.identities import CompanyId


class MoySkladConnections(Protocol):
    """Connections to MoySklad at rest."""

    async def get(self, company_id: CompanyId) -> MoySkladConnection | None:
        """The company's connection."""
        ...

    async def put(self, connection: MoySkladConnection) -> None:
        """Stores the connection, new or changed."""
        ...


class GoogleConnections(Protocol):
    """Connections to Google at rest."""

    async def get(self, company_id: CompanyId) -> GoogleConnection | None:
        """The company's connection."""
        ...

    async def put(self, connection: GoogleConnection) -> None:
        """Stores the connection, new or changed."""
        ...

    async def remove(self, company_id: CompanyId) -> None:
        """Forgets the connection and its secrets."""
        ...

    async def shared(self, subject: str) -> int:
        """How many companies rest on this Google account. Needs a SystemTransaction."""
        ...


class ConsentRequests(Protocol):
    """Open trips to Google's consent page."""

    async def put(self, request: ConsentRequest) -> None:
        """Stores the request."""
        ...

    async def take(self, company_id: CompanyId, state_digest: bytes) -> ConsentRequest | None:
        """Removes and answers the request; None when there is none, or it was taken before."""
        ...

    async def prune(self, now: datetime) -> int:
        """Removes expired requests, in a SystemTransaction; answers how many."""
        ...


class Urgency(IntEnum):
    """Whose requests to MoySklad go first where not all can go at once."""

    BACKFILL = 0
    """First and full runs, sweeps: whatever is long and can wait."""
    ROUTINE = 1
    """Incremental runs."""
    EVENT = 2
    """What a webhook set off."""
    INTERACTIVE = 3
    """A person is waiting for the answer."""


@dataclass(frozen=True, slots=True)
class MoySkladKey:
    """What opens one MoySklad account, and how urgent the matter is. The token is left out of representations."""

    token: str = field(repr=False)
    account_id: UUID
    urgency: Urgency


class Vault(Protocol):
    """Seals secrets. The company and the purpose are bound into the seal."""

    def seal(self, company_id: CompanyId, purpose: SecretPurpose, secret: str) -> SealedSecret:
        """Seals with the newest key."""
        ...

    def unseal(self, company_id: CompanyId, purpose: SecretPurpose, sealed: SealedSecret) -> str:
        """Raises SecretUnreadable for a wrong company, purpose or key, and for a tampered secret."""
        ...


class GoogleGrant(msgspec.Struct, frozen=True, kw_only=True):
    """What Google gave for a code. `refresh_token` is empty when Google gave none."""

    subject: str
    email: str
    access_token: str
    refresh_token: str
    expires_at: datetime
    scopes: tuple[str, ...]


class RenewedAccess(msgspec.Struct, frozen=True, kw_only=True):
    """A renewed access token."""

    access_token: str
    expires_at: datetime


class GoogleConsent(Protocol):
    """Google's OAuth 2.0 for web servers, with PKCE."""

    def address(self, state: str, verifier: str) -> str:
        """Where to send the browser. The S256 challenge is made from `verifier`."""
        ...

    def trusts(self, issuer: str | None) -> bool:
        """Whether an answer that names this issuer can be Google's (RFC 9207). One that names none is let pass."""
        ...

    async def exchange(self, code: str, verifier: str, now: datetime) -> GoogleGrant:
        """Raises ConsentInvalid for a bad or used code, ConsentDenied when a needed scope was not granted,
        VendorBusy or VendorFailed.
        """
        ...

    async def renew(self, refresh_token: str, now: datetime) -> RenewedAccess:
        """Raises GoogleDisconnected when the grant is dead, VendorBusy or VendorFailed."""
        ...

    async def revoke(self, refresh_token: str) -> None:
        """Ends the grant at Google. A grant that is dead already is no error."""
        ...
