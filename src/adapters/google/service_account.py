"""A service account of ours, which people share spreadsheets with instead of connecting an account of their own.

aiogoogle's ServiceAccountManager is passed by, as its other managers are: it opens sessions of its own and keeps the
token inside. PyJWT signs.
"""

from datetime import datetime, timedelta

import jwt
import msgspec

from adapters.google.answers import read
from adapters.google.endpoints import GoogleEndpoints
from adapters.google.failures import ASSERTION
from adapters.google.retries import Pacing, answered
from adapters.google.session import GoogleSession
from application.connections.ports import RenewedAccess

_SCOPE = "https://www.googleapis.com/auth/spreadsheets"
"""drive.file would show only what was picked for us, and nobody can pick for a service account. Nothing has to be
verified for it: the account asks nobody for consent, and sees only what was shared with it.
"""

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LIFETIME = timedelta(hours=1)
"""The longest that Google allows (OAuth 2.0 for server to server applications)."""

_SECONDS = 20


def project_of_account(address: str) -> str:
    """The project that a service account's address names: `name@project.iam.gserviceaccount.com`."""
    return address.partition("@")[2].partition(".")[0] or address


class ServiceAccountKey(msgspec.Struct, frozen=True):
    """What we need of the key file that Google Cloud gives out. `private_key` is PEM."""

    client_email: str
    private_key: str
    private_key_id: str = ""

    def __repr__(self) -> str:
        """The address alone."""
        return f"<ServiceAccountKey of {self.client_email}>"


class _Token(msgspec.Struct):
    access_token: str
    expires_in: int


class GoogleServiceAccount:
    """Asks for access tokens by a signature of its own (RFC 7523)."""

    def __init__(
        self, session: GoogleSession, endpoints: GoogleEndpoints, pacing: Pacing, key: ServiceAccountKey
    ) -> None:
        self._session = session
        self._endpoints = endpoints
        self._pacing = pacing
        self._key = key

    @property
    def address(self) -> str:
        """What spreadsheets are shared with."""
        return self._key.client_email

    async def renew(self, now: datetime) -> RenewedAccess:
        """A new access token. Raises VendorBusy or VendorFailed."""
        fields = {"grant_type": _GRANT, "assertion": self._assertion(now)}
        answer = await answered(
            lambda: self._session.post_form(self._endpoints.token, fields, _SECONDS),
            self._pacing,
            repeatable=True,
            rules=ASSERTION,
        )
        token = read(answer, _Token)
        return RenewedAccess(access_token=token.access_token, expires_at=now + timedelta(seconds=token.expires_in))

    def _assertion(self, now: datetime) -> str:
        claims = {
            "iss": self._key.client_email,
            "scope": _SCOPE,
            "aud": self._endpoints.token,
            "iat": int(now.timestamp()),
            "exp": int((now + _LIFETIME).timestamp()),
        }
        headers = {"kid": self._key.private_key_id} if self._key.private_key_id else None
        return jwt.encode(claims, self._key.private_key, algorithm="RS256", headers=headers)
