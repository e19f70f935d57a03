"""A session: what a refresh token stands for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.shared.errors import NotFound, Unauthenticated
from domain.shared.identities import CompanyId, MemberId, SessionId

SESSION_LIFETIME = timedelta(days=14)
ACCESS_LIFETIME = timedelta(minutes=10)

GRACE = timedelta(seconds=60)
"""So long a token that was exchanged is answered with the same successor once more: two tabs may refresh at once, and
an answer may get lost.
"""

DEVICE_LENGTH = 200


class SessionEnded(Unauthenticated):
    """The session is over: signed out, expired, or its refresh token was used twice."""

    code = "tenants.session_ended"


class SessionNotFound(NotFound):
    """The member has no such session."""

    code = "tenants.session_not_found"


@dataclass(slots=True)
class Session:
    """One sign-in. The refresh token rotates at each use; only its SHA-256 digest is kept.

    A successor is computed from the token that it succeeds and from `salt`, which is drawn anew for each exchange. So
    the same exchange can be answered again, while neither the stored row nor an old token alone tells the successor. An
    old token that turns up later was stolen or replayed; it ends the session for everybody who holds it.
    """

    id: SessionId
    company_id: CompanyId
    member_id: MemberId
    token_digest: bytes
    expires_at: datetime
    created_at: datetime
    last_used_at: datetime
    device: str = ""
    ended: bool = False
    previous_digest: bytes | None = None
    salt: bytes | None = None
    rotated_at: datetime | None = None

    def salt_for(self, presented_digest: bytes, fresh: bytes, now: datetime) -> bytes | None:
        """With which salt the presented token's successor is made: the fresh one, or that of the exchange which is
        answered again. None, and the session ended, when it was an old one. Raises SessionEnded.
        """
        if self.ended or now >= self.expires_at:
            raise SessionEnded
        if presented_digest == self.token_digest:
            return fresh
        if self._repeats(presented_digest, now):
            return self.salt
        self.ended = True
        return None

    def rotate(self, presented_digest: bytes, next_digest: bytes, salt: bytes, now: datetime) -> None:
        """Exchanges the token that salt_for has admitted; of an exchange that is answered again nothing changes."""
        self.last_used_at = now
        if presented_digest == self.token_digest:
            self.previous_digest, self.salt, self.rotated_at = presented_digest, salt, now
            self.token_digest = next_digest

    def end(self) -> None:
        """Signs out."""
        self.ended = True

    def lives(self, now: datetime) -> bool:
        """Whether its refresh token is worth anything."""
        return not self.ended and now < self.expires_at

    def _repeats(self, presented_digest: bytes, now: datetime) -> bool:
        if self.rotated_at is None or presented_digest != self.previous_digest:
            return False
        return now < self.rotated_at + GRACE
