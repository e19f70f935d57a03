"""A session: what a refresh token stands for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.shared.errors import Unauthenticated
from domain.shared.identities import CompanyId, MemberId, SessionId

SESSION_LIFETIME = timedelta(days=14)
ACCESS_LIFETIME = timedelta(minutes=15)


class SessionEnded(Unauthenticated):
    """The session is over: signed out, expired, or its refresh token was used twice."""

    code = "tenants.session_ended"


@dataclass(slots=True)
class Session:
    """One sign-in. The refresh token rotates at each use; only its SHA-256 digest is kept.

    An old token that turns up again was stolen or replayed, so it ends the session for everybody who holds it.
    """

    id: SessionId
    company_id: CompanyId
    member_id: MemberId
    token_digest: bytes
    expires_at: datetime
    ended: bool = False

    def rotate(self, presented_digest: bytes, next_digest: bytes, now: datetime) -> bool:
        """Exchanges the presented token for the next one. False, and the session ended, when it was an old one."""
        if self.ended or now >= self.expires_at:
            raise SessionEnded
        if presented_digest != self.token_digest:
            self.ended = True
            return False
        self.token_digest = next_digest
        return True

    def end(self) -> None:
        """Signs out."""
        self.ended = True
