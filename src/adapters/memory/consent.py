"""A Google whose people consent when a test says so."""

import asyncio
import hashlib
from base64 import urlsafe_b64encode
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

from adapters.memory.failures import PlannedFailures
from application.connections.ports import GoogleGrant, RenewedAccess
from domain.connections.google import ConsentInvalid, GoogleClientGone, GoogleDisconnected

CLIENT = "memory-client"
ISSUER = "https://accounts.google.com"
ACCESS_LIFETIME = timedelta(hours=1)
SCOPES = ("openid", "email", "https://www.googleapis.com/auth/drive.file")


@dataclass(frozen=True, slots=True)
class _Approval:
    client_id: str
    challenge: str
    subject: str
    email: str
    scopes: tuple[str, ...]


class MemoryGoogleConsent:
    """Gives out codes, grants and access tokens. `revoked` are the refresh tokens that were revoked, in order.

    `known` are the clients that are configured, `address_to_share` is the service account's.

    A refresh token in `dead` no longer works; any other does, also one that a test made up. `failures` are planned by
    the names `exchange`, `renew` and `revoke`.
    """

    def __init__(self) -> None:
        self.failures = PlannedFailures()
        self.known: tuple[str, ...] = (CLIENT,)
        self.address_to_share: str | None = None
        self.revoked: list[str] = []
        self.dead: set[str] = set()
        self._codes: dict[str, _Approval] = {}
        self._subjects: dict[str, tuple[str, str]] = {}
        self._made: Counter[str] = Counter()

    def approve(
        self,
        address: str,
        *,
        subject: str = "google-subject",
        email: str = "owner@example.com",
        scopes: tuple[str, ...] = SCOPES,
    ) -> str:
        """A person agrees on the page at `address`; answers the code, which works once."""
        asked = parse_qs(urlsplit(address).query)
        code = self._next("code")
        self._codes[code] = _Approval(asked["client_id"][0], asked["code_challenge"][0], subject, email, scopes)
        return code

    def clients(self) -> tuple[str, ...]:
        """See application.connections.google_ports.GoogleConsent."""
        return self.known

    def service_account(self) -> str | None:
        """See the port."""
        return self.address_to_share

    def project(self, client_id: str) -> str:
        """See the port."""
        return f"project-of-{self._client(client_id)}"

    def address(self, client_id: str, state: str, verifier: str) -> str:
        """See the port."""
        question = {
            "client_id": self._client(client_id),
            "state": state,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"https://accounts.example/consent?{urlencode(question)}"

    def picking_address(self, client_id: str, state: str, verifier: str, email: str) -> str:
        """See the port."""
        return f"{self.address(client_id, state, verifier)}&{urlencode({'login_hint': email})}"

    def trusts(self, issuer: str | None) -> bool:
        """See the port."""
        return issuer is None or issuer == ISSUER

    async def exchange(self, client_id: str, code: str, verifier: str, now: datetime) -> GoogleGrant:
        """See the port."""
        with self.failures.around("exchange"):
            await asyncio.sleep(0)
            approval = self._approved(client_id, code, verifier)
            refresh_token = self._next("refresh")
            self._subjects[refresh_token] = approval.subject, approval.client_id
            return GoogleGrant(
                subject=approval.subject,
                email=approval.email,
                access_token=self._next("access"),
                refresh_token=refresh_token,
                expires_at=now + ACCESS_LIFETIME,
                scopes=approval.scopes,
            )

    async def confirm_picking(self, client_id: str, code: str, verifier: str) -> None:
        """See the port."""
        with self.failures.around("exchange"):
            await asyncio.sleep(0)
            self._approved(client_id, code, verifier)

    async def renew(self, client_id: str, refresh_token: str, now: datetime) -> RenewedAccess:
        """See the port."""
        self._client(client_id)
        with self.failures.around("renew"):
            await asyncio.sleep(0)
            if refresh_token in self.dead:
                raise GoogleDisconnected(reason="grant")
            return RenewedAccess(access_token=self._next("access"), expires_at=now + ACCESS_LIFETIME)

    async def revoke(self, client_id: str, refresh_token: str) -> None:
        """See the port. Every grant of the same Google account to the same client dies with this one."""
        if client_id and client_id not in self.known:
            return
        with self.failures.around("revoke"):
            await asyncio.sleep(0)
            self.revoked.append(refresh_token)
            subject = self._subjects.get(refresh_token)
            self.dead |= {refresh_token}
            self.dead |= {token for token, whose in self._subjects.items() if whose == subject}

    def _approved(self, client_id: str, code: str, verifier: str) -> _Approval:
        approval = self._codes.pop(code, None)
        if approval is None or (approval.client_id, approval.challenge) != (
            self._client(client_id),
            _challenge(verifier),
        ):
            raise ConsentInvalid(reason="code")
        return approval

    def _client(self, client_id: str) -> str:
        if client_id and client_id not in {*self.known, self.address_to_share}:
            raise GoogleClientGone(client=client_id)
        return client_id or self.known[0]

    def _next(self, kind: str) -> str:
        self._made[kind] += 1
        return f"memory-google-{kind}-{self._made[kind]}"


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
