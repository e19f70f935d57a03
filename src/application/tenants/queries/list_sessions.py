"""Where is one signed in?"""

from application.messages import Query
from application.ports import Clock, Transaction
from application.tenants.acting import Acting
from application.tenants.authority import Authority
from application.tenants.ports import Sessions
from application.tenants.views import SessionView, session_view
from domain.shared.identities import SessionId
from domain.tenants.member import Permission


class ListSessions(Query[list[SessionView]], frozen=True, kw_only=True):
    """One's own, or with `everybodys` those of the whole company."""

    acting: Acting
    current: SessionId | None
    everybodys: bool = False


class ListSessionsHandler:
    """Shows sessions that live."""

    def __init__(self, transaction: Transaction, sessions: Sessions, authority: Authority, clock: Clock) -> None:
        self._transaction = transaction
        self._sessions = sessions
        self._authority = authority
        self._clock = clock

    async def __call__(self, query: ListSessions) -> list[SessionView]:
        """The newest first. Raises PermissionMissing where one may not see those of others."""
        company_id, acting = query.company_id, query.acting
        narrowed = query.everybodys or acting.scopes is not None
        whose = None if query.everybodys else acting.member_id
        async with self._transaction(company_id):
            await self._authority.require(company_id, acting, Permission.MANAGE_MEMBERS if narrowed else None)
            found = await self._sessions.all(company_id, whose, self._clock.now())
        return [session_view(session, query.current) for session in found]
