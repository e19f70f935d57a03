"""A fresh pair of tokens for a session that goes on."""

from application.digests import digest, read_refresh_token
from application.messages import SystemCommand
from application.ports import Clock, Transaction
from application.tenants.ports import Companies, Members, Sessions
from application.tenants.sessions import SessionTokens, TokenPair
from domain.tenants.session import SessionEnded


class RefreshSession(SystemCommand[TokenPair], frozen=True, kw_only=True, tag="tenants.refresh_session"):
    """`refresh_token` names its own company and session, and proves both."""

    refresh_token: str


class RefreshSessionHandler:
    """Rotates the refresh token. The one before it is answered with the same successor for a minute; any other old one
    ends the session for everybody who holds it.
    """

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        members: Members,
        sessions: Sessions,
        tokens: SessionTokens,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._members = members
        self._sessions = sessions
        self._tokens = tokens
        self._clock = clock

    async def __call__(self, command: RefreshSession) -> TokenPair:
        """Raises TokenMalformed, SessionEnded or CompanyInactive."""
        ticket = read_refresh_token(command.refresh_token)
        presented = digest(command.refresh_token)
        async with self._transaction(ticket.company_id):
            session = await self._sessions.get(ticket.company_id, ticket.session_id)
            if session is None:
                raise SessionEnded
            member = await self._members.get(ticket.company_id, session.member_id)
            if member is None or member.removed_at is not None:
                raise SessionEnded
            (await self._companies.get(ticket.company_id)).require_active()
            salt = session.salt_for(presented, self._tokens.fresh_salt(), self._clock.now())
            refresh = None if salt is None else self._tokens.exchange(session, command.refresh_token, salt)
            await self._sessions.put(session)
        if refresh is None:
            raise SessionEnded
        return self._tokens.pair(member, session, refresh)
