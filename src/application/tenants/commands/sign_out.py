"""A member signs out."""

from application.messages import Command
from application.ports import Transaction
from application.tenants.ports import Sessions
from domain.shared.identities import SessionId


class SignOut(Command[None], frozen=True, kw_only=True, tag="tenants.sign_out"):
    """Ends this session."""

    session_id: SessionId


class SignOutHandler:
    """Ends the session; its refresh token is worth nothing from now on, its access token for minutes at most."""

    def __init__(self, transaction: Transaction, sessions: Sessions) -> None:
        self._transaction = transaction
        self._sessions = sessions

    async def __call__(self, command: SignOut) -> None:
        """A session that is over already is no error."""
        async with self._transaction(command.company_id):
            session = await self._sessions.get(command.company_id, command.session_id)
            if session is not None:
                session.end()
                await self._sessions.put(session)
