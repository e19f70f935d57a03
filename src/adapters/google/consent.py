"""Google's OAuth 2.0 for web servers, with PKCE.

aiogoogle's own flow is passed by: it neither encodes the redirect address nor knows PKCE.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import jwt
import msgspec

from adapters.google.answers import read
from adapters.google.endpoints import GoogleEndpoints
from adapters.google.failures import EXCHANGE, RENEWAL, REVOCATION, Rule, unreadable
from adapters.google.retries import Pacing, answered
from adapters.google.session import Answer, GoogleSession
from application.connections.ports import GoogleGrant, RenewedAccess
from domain.connections.google import ConsentDenied, GoogleDisconnected


def scopes_for(file_access: str) -> tuple[str, ...]:
    """What is asked for: to know whose account it is, and the scope of that name, which opens spreadsheets."""
    return ("openid", "email", f"https://www.googleapis.com/auth/{file_access}")


def project_of(client_id: str) -> str:
    """A client's id begins with the number of its project; two clients of one project share its quotas."""
    number = client_id.partition("-")[0]
    return number if number.isdecimal() else client_id.partition(".")[0]


DEFAULT_SCOPES = scopes_for("drive.file")
"""drive.file opens only the files that we made or that were picked for us; it is not a sensitive scope."""

_DRIVE_FILE = "https://www.googleapis.com/auth/drive.file"
_SPREADSHEET = "application/vnd.google-apps.spreadsheet"
_ALIASES = {
    "https://www.googleapis.com/auth/userinfo.email": "email",
    "https://www.googleapis.com/auth/userinfo.profile": "profile",
}
_NOT_NEEDED = frozenset({"email", "profile"})
_SECONDS = 20
_CLOCKS_DIFFER = timedelta(minutes=1)


class _Tokens(msgspec.Struct):
    access_token: str
    expires_in: int
    refresh_token: str = ""
    scope: str = ""
    id_token: str = ""


class GoogleOAuthConsent:
    """One OAuth client of ours. Scopes but `email` and `profile` are needed: without one of them consent is denied."""

    def __init__(
        self,
        session: GoogleSession,
        endpoints: GoogleEndpoints,
        pacing: Pacing,
        client_id: str,
        client_secret: str,
        redirect_uri: str,
        scopes: tuple[str, ...] = DEFAULT_SCOPES,
    ) -> None:
        self._session = session
        self._endpoints = endpoints
        self._pacing = pacing
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._scopes = scopes

    def project(self) -> str:
        """The number of the client's project."""
        return project_of(self._client_id)

    def address(self, state: str, verifier: str) -> str:
        """`prompt=consent` because Google gives a refresh token only then, or at the very first consent."""
        parameters = {
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "response_type": "code",
            "scope": " ".join(self._scopes),
            "state": state,
            "access_type": "offline",
            "prompt": "consent",
            "include_granted_scopes": "true",
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"{self._endpoints.authorization}?{urlencode(parameters, quote_via=quote)}"

    def picking_address(self, state: str, verifier: str, email: str) -> str:
        """Google's picker inside the redirect: exactly drive.file, consent asked for anew and nothing granted before
        (Google Picker API, desktop and mobile apps). `online`, because of more than a hundred refresh tokens the oldest
        dies.
        """
        parameters = {
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "response_type": "code",
            "scope": _DRIVE_FILE,
            "state": state,
            "access_type": "online",
            "prompt": "consent",
            "include_granted_scopes": "false",
            "trigger_onepick": "true",
            "mimetypes": _SPREADSHEET,
            "allow_multiple": "true",
            "login_hint": email,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"{self._endpoints.authorization}?{urlencode(parameters, quote_via=quote)}"

    def trusts(self, issuer: str | None) -> bool:
        """Whether `iss` of an authorization response is Google (RFC 9207). An answer without one is let pass."""
        return issuer is None or issuer in self._endpoints.issuers

    async def confirm_picking(self, code: str, verifier: str) -> None:
        """The access token that comes of it is not needed: what was picked is open to every token of the account."""
        tokens = await self._exchanged(code, verifier)
        if _DRIVE_FILE not in tokens.scope.split():
            raise ConsentDenied(reason="scopes", missing=_DRIVE_FILE)

    async def exchange(self, code: str, verifier: str, now: datetime) -> GoogleGrant:
        """Made once: a code works once, so a second attempt could only be refused."""
        tokens = await self._exchanged(code, verifier)
        granted = tuple(_ALIASES.get(scope, scope) for scope in tokens.scope.split())
        missing = [scope for scope in self._scopes if scope not in granted and scope not in _NOT_NEEDED]
        if missing:
            raise ConsentDenied(reason="scopes", missing=" ".join(missing))
        if not tokens.refresh_token:
            raise ConsentDenied(reason="offline")
        subject, email = self._identity(tokens.id_token, now)
        return GoogleGrant(
            subject=subject,
            email=email,
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token,
            expires_at=now + timedelta(seconds=tokens.expires_in),
            scopes=granted,
        )

    async def _exchanged(self, code: str, verifier: str) -> _Tokens:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": self._redirect_uri,
        }
        return read(await self._post(self._endpoints.token, form, EXCHANGE, repeatable=False), _Tokens)

    async def renew(self, refresh_token: str, now: datetime) -> RenewedAccess:
        """Google keeps the refresh token as it is."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        tokens = read(await self._post(self._endpoints.token, form, RENEWAL), _Tokens)
        return RenewedAccess(access_token=tokens.access_token, expires_at=now + timedelta(seconds=tokens.expires_in))

    async def revoke(self, refresh_token: str) -> None:
        """Ends everything that this Google account granted us, for every company that rests on it."""
        try:
            await self._post(self._endpoints.revocation, {"token": refresh_token}, REVOCATION)
        except GoogleDisconnected:
            return

    async def _post(
        self, url: str, form: Mapping[str, str], rules: tuple[Rule, ...], *, repeatable: bool = True
    ) -> Answer:
        fields = {**form, "client_id": self._client_id, "client_secret": self._client_secret}
        return await answered(
            lambda: self._session.post_form(url, fields, _SECONDS), self._pacing, repeatable=repeatable, rules=rules
        )

    def _identity(self, id_token: str, now: datetime) -> tuple[str, str]:
        """The account's stable id and e-mail address. Raises VendorFailed for a token that is not for us.

        The signature is not checked: the token came straight from Google's token endpoint over TLS, which OpenID
        Connect Core, 3.1.3.7, accepts in its place.
        """
        try:
            claims: dict[str, Any] = jwt.decode(id_token, options={"verify_signature": False})
        except jwt.InvalidTokenError:
            claims = {}
        expires = claims.get("exp")
        audience = claims.get("aud")
        subject = claims.get("sub")
        if (
            claims.get("iss") not in self._endpoints.issuers
            or self._client_id not in (audience if isinstance(audience, list) else [audience])
            or not isinstance(expires, int)
            or now.timestamp() >= expires + _CLOCKS_DIFFER.total_seconds()
            or not isinstance(subject, str)
            or not subject
        ):
            raise unreadable()
        return subject, str(claims.get("email") or "")


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")
