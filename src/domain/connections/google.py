"""The connection to Google, made by an administrator's consent."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.connections.moysklad import ConnectionState
from domain.connections.secrets import SealedSecret
from domain.shared.errors import Conflict, ConnectionBroken, RuleViolated
from domain.shared.identities import CompanyId, MemberId

_FILE_ID = re.compile(r"[A-Za-z0-9_-]{20,120}")
CONSENT_LIFETIME = timedelta(minutes=15)
EARLY_REFRESH = timedelta(minutes=3)
"""An access token is renewed this long before it expires, so that no write is caught by the end of its hour."""


class GoogleDisconnected(ConnectionBroken):
    """There is no working grant from Google: never given, revoked, or expired. Connect Google again."""

    code = "connections.google_broken"


class GoogleClientGone(ConnectionBroken):
    """The company's grant was given to an OAuth client, or its sheets shared with a service account, that the service
    does not have any more. Connect Google again.
    """

    code = "connections.google_client_gone"


class ServiceAccountMissing(RuleViolated):
    """The service was set up without a service account."""

    code = "connections.service_account_missing"


class GoogleSharingOnly(RuleViolated):
    """The service was set up without an OAuth client: spreadsheets are shared with its service account instead."""

    code = "connections.google_sharing_only"


class SpreadsheetNeeded(RuleViolated):
    """A service account writes into spreadsheets that were shared with it, and makes none: they would be its own."""

    code = "connections.spreadsheet_needed"


class PickingImpossible(RuleViolated):
    """Spreadsheets are picked for a Google account that was connected by consent; share them with a service account."""

    code = "connections.picking_impossible"


class ConsentInvalid(RuleViolated):
    """The answer from Google's consent page belongs to no open request: it expired, was used, or was forged."""

    code = "connections.consent_invalid"


class ConsentDenied(RuleViolated):
    """The person refused, or left out a permission without which nothing can be exported."""

    code = "connections.consent_denied"


class GoogleNotConnected(Conflict):
    """The company has not connected Google yet."""

    code = "connections.google_not_connected"


class ConsentPurpose(StrEnum):
    """What a trip to Google's consent page is for."""

    CONNECT = "connect"
    """To get a grant."""
    PICK = "pick"
    """To choose spreadsheets for the grant that is there."""


@dataclass(slots=True)
class ConsentRequest:
    """One open trip to Google's consent page. `state_digest` is SHA-256 of the state we sent; it can be used once.

    `client_id` is the OAuth client that asks.
    """

    company_id: CompanyId
    member_id: MemberId
    state_digest: bytes
    verifier: SealedSecret
    expires_at: datetime
    client_id: str = ""
    purpose: ConsentPurpose = ConsentPurpose.CONNECT

    def require_open(self, now: datetime) -> None:
        """Raises ConsentInvalid once the request has expired."""
        if now >= self.expires_at:
            raise ConsentInvalid(reason="expired")


@dataclass(slots=True)
class GoogleConnection:
    """One company's grant. `subject` is Google's stable account id (an e-mail address can change).

    `client_id` is the OAuth client that was given the grant; the empty one is the first that is configured, to which
    all grants were given while there was only one. Of a broken one `broken_at` and `broken_reason` tell when and why.
    """

    company_id: CompanyId
    subject: str
    email: str
    refresh_token: SealedSecret
    access_token: SealedSecret
    access_expires_at: datetime
    scopes: tuple[str, ...]
    state: ConnectionState
    client_id: str = ""
    broken_at: datetime | None = None
    broken_reason: str = ""

    def fresh(self, now: datetime) -> bool:
        """Whether the access token can be used for the next minutes."""
        return now < self.access_expires_at - EARLY_REFRESH

    def refreshed(self, access_token: SealedSecret, expires_at: datetime) -> None:
        """Takes over a renewed access token."""
        self.access_token = access_token
        self.access_expires_at = expires_at

    def breaks(self, now: datetime, reason: str) -> bool:
        """Google revoked the grant: nothing works until the customer connects again. Whether that is news."""
        if self.state is ConnectionState.BROKEN:
            return False
        self.state, self.broken_at, self.broken_reason = ConnectionState.BROKEN, now, reason
        return True

    def require_usable(self) -> None:
        """Raises GoogleDisconnected when the grant is known to be dead."""
        if self.state is not ConnectionState.ACTIVE:
            raise GoogleDisconnected(state=self.state.value)


def is_file_id(text: str) -> bool:
    """Whether this has the form of the id of a file at Google."""
    return _FILE_ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class PickedSpreadsheet:
    """A spreadsheet that a person picked for us, so that the grant opens it."""

    company_id: CompanyId
    spreadsheet_id: str
    client_id: str
    picked_at: datetime
