"""How a session's pair of tokens is made."""

import msgspec

from application.digests import RefreshTicket, digest, write_refresh_token
from application.ports import Clock, Ids
from application.tenants.ports import AccessTokens, Identity
from domain.shared.identities import CompanyId, SessionId
from domain.tenants.member import Member, Role
from domain.tenants.session import ACCESS_LIFETIME, SESSION_LIFETIME, Session


class TokenPair(msgspec.Struct, frozen=True, kw_only=True):
    """What the panel holds on to. `expires_in` counts the seconds of the access token."""

    access_token: str
    refresh_token: str
    expires_in: int
    company_id: CompanyId
    role: Role


class SessionTokens:
    """Makes token pairs."""

    def __init__(self, access_tokens: AccessTokens, ids: Ids, clock: Clock) -> None:
        self._access_tokens = access_tokens
        self._ids = ids
        self._clock = clock

    def open(self, member: Member) -> tuple[Session, TokenPair]:
        """A new session of the member and its first pair."""
        session_id = SessionId(self._ids.new())
        refresh = self.next_refresh_token(member.company_id, session_id)
        session = Session(
            id=session_id,
            company_id=member.company_id,
            member_id=member.id,
            token_digest=digest(refresh),
            expires_at=self._clock.now() + SESSION_LIFETIME,
        )
        return session, self.pair(member, session_id, refresh)

    def next_refresh_token(self, company_id: CompanyId, session_id: SessionId) -> str:
        """A fresh refresh token for the session."""
        return write_refresh_token(RefreshTicket(company_id=company_id, session_id=session_id), self._ids.token())

    def pair(self, member: Member, session_id: SessionId, refresh_token: str) -> TokenPair:
        """The refresh token with an access token that says who the member is today."""
        now = self._clock.now()
        identity = Identity(company_id=member.company_id, member_id=member.id, session_id=session_id, role=member.role)
        return TokenPair(
            access_token=self._access_tokens.issue(identity, now, now + ACCESS_LIFETIME),
            refresh_token=refresh_token,
            expires_in=int(ACCESS_LIFETIME.total_seconds()),
            company_id=member.company_id,
            role=member.role,
        )
