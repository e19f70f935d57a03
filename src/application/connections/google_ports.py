"""Ports of the connections area that only Google needs."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from application.connections.ports import GoogleGrant, GoogleKey, RenewedAccess, Waited
from domain.connections.google import PickedSpreadsheet
from domain.shared.identities import CompanyId


class Spending(StrEnum):
    """Which quota a call spends; Google counts the two apart (Sheets API, usage limits)."""

    READ = "read"
    WRITE = "write"


class Quota(StrEnum):
    """Whose quota Google says is used up (`quota_limit` of a 429)."""

    USER = "user"
    PROJECT = "project"


class GoogleTurn:
    """Leave to send one request, now; `waited` tells how it came."""

    def __init__(self, waited: Waited | None = None) -> None:
        self.waited = waited or Waited()
        self.refusal: tuple[Quota, float] | None = None

    def refused(self, quota: Quota, retry_after: float) -> None:
        """Passes on that Google refused the request (429): this quota is closed for that many seconds."""
        self.refusal = quota, retry_after


class GoogleBudgets(Protocol):
    """Google's quotas, which all processes spend together."""

    def turn(
        self, key: GoogleKey, spending: Spending, spreadsheet: str = "", *, patience: float = 30.0
    ) -> AbstractAsyncContextManager[GoogleTurn]:
        """Waits until one request may go out.

        `spreadsheet` is the one that would be written: its writes are spaced. Raises VendorBusy when no turn comes
        within `patience` seconds, at once when that is certain.
        """
        ...


class GoogleConsent(Protocol):
    """Google's OAuth 2.0 for web servers, with PKCE, by one of our clients; and our service account, if there is one.

    Wherever a client is named, GoogleClientGone is raised if we do not have it any more; the empty name is the first
    client's. The service account counts as a client whose grants are made of nothing and never end.
    """

    def clients(self) -> tuple[str, ...]:
        """The ids of the OAuth clients, in the order in which they are configured. Where there is none,
        there is a service account.
        """
        ...

    def service_account(self) -> str | None:
        """The address of the service account, which is its client id too."""
        ...

    def project(self, client_id: str) -> str:
        """The Cloud project whose quotas are spent with the client's grants: a name without blanks."""
        ...

    def address(self, client_id: str, state: str, verifier: str) -> str:
        """Where to send the browser. The S256 challenge is made from `verifier`."""
        ...

    def picking_address(self, client_id: str, state: str, verifier: str, email: str) -> str:
        """Where to send the browser to choose spreadsheets of this account. No lasting grant comes of it."""
        ...

    def trusts(self, issuer: str | None) -> bool:
        """Whether an answer that names this issuer can be Google's (RFC 9207). One that names none is let pass."""
        ...

    async def exchange(self, client_id: str, code: str, verifier: str, now: datetime) -> GoogleGrant:
        """Raises ConsentInvalid for a bad or used code, ConsentDenied when a needed scope was not granted,
        VendorBusy or VendorFailed.
        """
        ...

    async def confirm_picking(self, client_id: str, code: str, verifier: str) -> None:
        """Ends a trip for picking properly. Raises as `exchange` does."""
        ...

    async def renew(self, client_id: str, refresh_token: str, now: datetime) -> RenewedAccess:
        """Raises GoogleDisconnected when the grant is dead, VendorBusy or VendorFailed."""
        ...

    async def revoke(self, client_id: str, refresh_token: str) -> None:
        """Ends the grant at Google. A grant that is dead already, or of a client that is gone, is no error."""
        ...


class GoogleHomes(Protocol):
    """Which OAuth client each company has to do with. It is kept when the company disconnects: with drive.file only the
    client that made a spreadsheet, or had it picked, is shown it.
    """

    async def get(self, company_id: CompanyId) -> str | None:
        """The company's client."""
        ...

    async def put(self, company_id: CompanyId, client_id: str) -> None:
        """Notes the company's client."""
        ...

    async def spread(self) -> dict[str, int]:
        """How many companies each client has; those without any are left out. Needs a SystemTransaction."""
        ...


class PickedSpreadsheets(Protocol):
    """Spreadsheets that people picked for us."""

    async def add(self, picked: PickedSpreadsheet) -> None:
        """Stores it; picked again, it counts as picked now."""
        ...

    async def latest(self, company_id: CompanyId, client_id: str, limit: int) -> list[PickedSpreadsheet]:
        """Those that were picked for this client, the latest first."""
        ...
