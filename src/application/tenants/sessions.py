"""How a session's pair of tokens is made."""

import msgspec

from application.digests import RefreshTicket, digest, successor, write_refresh_token
from application.ports import Clock, Ids
from application.tenants.ports import AccessTokens, Identity
from application.tenants.witnessing import done_by
from domain.shared.identities import CompanyId, SessionId
from domain.tenants.member import Member, Role
from domain.tenants.session import ACCESS_LIFETIME, DEVICE_LENGTH, SESSION_LIFETIME, Session


class TokenPair(msgspec.Struct, frozen=True, kw_only=True):
    """What the panel holds on to. `expires_in` counts the seconds of the access token, `refresh_expires_in` those of
    the refresh token.
    """

    access_token: str
    refresh_token: str
    expires_in: int
    refresh_expires_in: int
    company_id: CompanyId
    role: Role


class SessionTokens:
    """Makes token pairs."""

    def __init__(self, access_tokens: AccessTokens, ids: Ids, clock: Clock) -> None:
        self._access_tokens = access_tokens
        self._ids = ids
        self._clock = clock

    def open(self, member: Member, device: str) -> tuple[Session, TokenPair]:
        """A new session of the member and its first pair."""
        done_by(member.id)
        session_id = SessionId(self._ids.new())
        ticket = RefreshTicket(company_id=member.company_id, session_id=session_id)
        refresh = write_refresh_token(ticket, self._ids.token())
        now = self._clock.now()
        session = Session(
            id=session_id,
            company_id=member.company_id,
            member_id=member.id,
            token_digest=digest(refresh),
            expires_at=now + SESSION_LIFETIME,
            created_at=now,
            last_used_at=now,
            device=device[:DEVICE_LENGTH],
        )
        return session, self.pair(member, session, refresh)

    def fresh_salt(self) -> bytes:
        """Random, for one exchange."""
        return digest(self._ids.token())

    def exchange(self, session: Session, presented: str, salt: bytes) -> str:
        """The refresh token that succeeds the presented one; the session knows it from now on."""
        ticket = RefreshTicket(company_id=session.company_id, session_id=session.id)
        refresh = write_refresh_token(ticket, successor(presented, salt))
        session.rotate(digest(presented), digest(refresh), salt, self._clock.now())
        return refresh

    def pair(self, member: Member, session: Session, refresh_token: str) -> TokenPair:
        """The refresh token with an access token that says who the member is today."""
        now = self._clock.now()
        identity = Identity(
            company_id=member.company_id,
            member_id=member.id,
            session_id=session.id,
            role=member.role,
            locale=member.locale,
        )
        return TokenPair(
            access_token=self._access_tokens.issue(identity, now, now + ACCESS_LIFETIME),
            refresh_token=refresh_token,
            expires_in=int(ACCESS_LIFETIME.total_seconds()),
            refresh_expires_in=int((session.expires_at - now).total_seconds()),
            company_id=member.company_id,
            role=member.role,
        )
