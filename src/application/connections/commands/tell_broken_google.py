"""A worker tells that a company's connection to Google is broken."""

from application.connections.broken_command import TellBrokenGoogle
from application.connections.ports import GoogleConnections
from application.messages import Outcome
from application.ports import Transaction
from domain.connections.google import GoogleDisconnected
from domain.connections.moysklad import ConnectionState


class TellBrokenGoogleHandler:
    """The outcome is what whoever watches is told; nothing is where the company has connected Google again."""

    def __init__(self, transaction: Transaction, connections: GoogleConnections) -> None:
        self._transaction = transaction
        self._connections = connections

    async def __call__(self, command: TellBrokenGoogle) -> Outcome:
        """Changes nothing."""
        async with self._transaction(command.company_id):
            connection = await self._connections.get(command.company_id)
        if connection is None or connection.state is not ConnectionState.BROKEN:
            return Outcome(state="left alone")
        return Outcome(state=connection.state, error=GoogleDisconnected.code)
