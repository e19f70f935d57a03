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
from domain.connections.google import ConsentInvalid, GoogleDisconnected

ISSUER = "https://accounts.google.com"
ACCESS_LIFETIME = timedelta(hours=1)
SCOPES = ("openid", "email", "https://www.googleapis.com/auth/drive.file")


@dataclass(frozen=True, slots=True)
class _Approval:
    challenge: str
    subject: str
    email: str
    scopes: tuple[str, ...]


class MemoryGoogleConsent:
    """Gives out codes, grants and access tokens. `revoked` are the refresh tokens that were revoked, in order.

    A refresh token in `dead` no longer works; any other does, also one that a test made up. `failures` are planned by
    the names `exchange`, `renew` and `revoke`.
    """

    def __init__(self) -> None:
        self.failures = PlannedFailures()
        self.revoked: list[str] = []
        self.dead: set[str] = set()
        self._codes: dict[str, _Approval] = {}
        self._subjects: dict[str, str] = {}
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
        challenge = parse_qs(urlsplit(address).query)["code_challenge"][0]
        code = self._next("code")
        self._codes[code] = _Approval(challenge, subject, email, scopes)
        return code

    def project(self) -> str:
        """See the port."""
        return "memory-project"

    def address(self, state: str, verifier: str) -> str:
        """See application.connections.ports.GoogleConsent."""
        question = {"state": state, "code_challenge": _challenge(verifier), "code_challenge_method": "S256"}
        return f"https://accounts.example/consent?{urlencode(question)}"

    def trusts(self, issuer: str | None) -> bool:
        """See the port."""
        return issuer is None or issuer == ISSUER

    async def exchange(self, code: str, verifier: str, now: datetime) -> GoogleGrant:
        """See the port."""
        with self.failures.around("exchange"):
            await asyncio.sleep(0)
            approval = self._codes.pop(code, None)
            if approval is None or approval.challenge != _challenge(verifier):
                raise ConsentInvalid(reason="code")
            refresh_token = self._next("refresh")
            self._subjects[refresh_token] = approval.subject
            return GoogleGrant(
                subject=approval.subject,
                email=approval.email,
                access_token=self._next("access"),
                refresh_token=refresh_token,
                expires_at=now + ACCESS_LIFETIME,
                scopes=approval.scopes,
            )

    async def renew(self, refresh_token: str, now: datetime) -> RenewedAccess:
        """See the port."""
        with self.failures.around("renew"):
            await asyncio.sleep(0)
            if refresh_token in self.dead:
                raise GoogleDisconnected(reason="grant")
            return RenewedAccess(access_token=self._next("access"), expires_at=now + ACCESS_LIFETIME)

    async def revoke(self, refresh_token: str) -> None:
        """See the port. Every grant of the same Google account dies with this one."""
        with self.failures.around("revoke"):
            await asyncio.sleep(0)
            self.revoked.append(refresh_token)
            subject = self._subjects.get(refresh_token)
            self.dead |= {refresh_token}
            self.dead |= {token for token, whose in self._subjects.items() if whose == subject}

    def _next(self, kind: str) -> str:
        self._made[kind] += 1
        return f"memory-google-{kind}-{self._made[kind]}"


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
