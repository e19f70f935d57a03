"""A worker tells that a company's connection to Google is broken."""

from application.connections.broken_command import TellBrokenGoogle
from application.connections.ports import GoogleConnections
from application.messages import Outcome
from application.ports import Transaction
from application.tenants.announcing import GOOGLE, Announcing
from domain.connections.google import GoogleDisconnected
from domain.connections.moysklad import ConnectionState


class TellBrokenGoogleHandler:
    """The outcome is what whoever watches is told; nothing is where the company has connected Google again."""

    def __init__(self, transaction: Transaction, connections: GoogleConnections, announcing: Announcing) -> None:
        self._transaction = transaction
        self._announcing = announcing
        self._connections = connections

    async def __call__(self, command: TellBrokenGoogle) -> Outcome:
        """Has it announced."""
        company_id = command.company_id
        async with self._transaction(company_id):
            connection = await self._connections.get(company_id)
            if connection is None or connection.state is not ConnectionState.BROKEN:
                return Outcome(state="left alone")
            await self._announcing.tell(
                company_id, GOOGLE, str(connection.broken_at), "announcements.google_broke", email=connection.email
            )
        return Outcome(state=connection.state, error=GoogleDisconnected.code)
