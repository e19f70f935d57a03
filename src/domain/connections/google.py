"""The connection to Google, made by an administrator's consent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.connections.moysklad import ConnectionState
from domain.connections.secrets import SealedSecret
from domain.shared.errors import Conflict, ConnectionBroken, RuleViolated
from domain.shared.identities import CompanyId, MemberId

CONSENT_LIFETIME = timedelta(minutes=15)
EARLY_REFRESH = timedelta(minutes=3)
"""An access token is renewed this long before it expires, so that no write is caught by the end of its hour."""


class GoogleDisconnected(ConnectionBroken):
    """There is no working grant from Google: never given, revoked, or expired. Connect Google again."""

    code = "connections.google_broken"


class ConsentInvalid(RuleViolated):
    """The answer from Google's consent page belongs to no open request: it expired, was used, or was forged."""

    code = "connections.consent_invalid"


class ConsentDenied(RuleViolated):
    """The person refused, or left out a permission without which nothing can be exported."""

    code = "connections.consent_denied"


class GoogleNotConnected(Conflict):
    """The company has not connected Google yet."""

    code = "connections.google_not_connected"


@dataclass(slots=True)
class ConsentRequest:
    """One open trip to Google's consent page. `state_digest` is SHA-256 of the state we sent; it can be used once."""

    company_id: CompanyId
    member_id: MemberId
    state_digest: bytes
    verifier: SealedSecret
    expires_at: datetime

    def require_open(self, now: datetime) -> None:
        """Raises ConsentInvalid once the request has expired."""
        if now >= self.expires_at:
            raise ConsentInvalid(reason="expired")


@dataclass(slots=True)
class GoogleConnection:
    """One company's grant. `subject` is Google's stable account id (an e-mail address can change)."""

    company_id: CompanyId
    subject: str
    email: str
    refresh_token: SealedSecret
    access_token: SealedSecret
    access_expires_at: datetime
    scopes: tuple[str, ...]
    state: ConnectionState

    def fresh(self, now: datetime) -> bool:
        """Whether the access token can be used for the next minutes."""
        return now < self.access_expires_at - EARLY_REFRESH

    def refreshed(self, access_token: SealedSecret, expires_at: datetime) -> None:
        """Takes over a renewed access token."""
        self.access_token = access_token
        self.access_expires_at = expires_at

    def breaks(self) -> None:
        """Google revoked the grant: nothing works until the customer connects again."""
        self.state = ConnectionState.BROKEN

    def require_usable(self) -> None:
        """Raises GoogleDisconnected when the grant is known to be dead."""
        if self.state is not ConnectionState.ACTIVE:
            raise GoogleDisconnected(state=self.state.value)
