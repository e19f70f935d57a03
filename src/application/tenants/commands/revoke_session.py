"""A session is ended from elsewhere."""

from application.messages import Command
from application.ports import Transaction
from application.tenants.acting import Acting
from application.tenants.authority import Authority
from application.tenants.ports import Sessions
from domain.shared.identities import SessionId
from domain.tenants.member import Permission
from domain.tenants.session import SessionNotFound


class RevokeSession(Command[None], frozen=True, kw_only=True, tag="tenants.revoke_session"):
    """Ends this session."""

    acting: Acting
    session_id: SessionId


class RevokeSessionHandler:
    """Members end their own sessions, who manages members those of all."""

    def __init__(self, transaction: Transaction, sessions: Sessions, authority: Authority) -> None:
        self._transaction = transaction
        self._sessions = sessions
        self._authority = authority

    async def __call__(self, command: RevokeSession) -> None:
        """Raises SessionNotFound, also for a session of others where one may not end those."""
        acting = command.acting
        async with self._transaction(command.company_id):
            allowed = await self._authority.require(command.company_id, acting, None)
            session = await self._sessions.get(command.company_id, command.session_id)
            own = session is not None and session.member_id == acting.member_id and acting.scopes is None
            if session is None or not (own or Permission.MANAGE_MEMBERS in allowed):
                raise SessionNotFound
            session.end()
            await self._sessions.put(session)
