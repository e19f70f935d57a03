"""What is the company connected to, and does it work?"""

import msgspec

from application.connections.ports import GoogleConnections, MoySkladConnections
from application.messages import Query
from application.ports import Transaction


class ConnectionView(msgspec.Struct, frozen=True, kw_only=True):
    """One vendor. `state` is `active`, `broken`, `suspended` or `absent`; `account` is the Google e-mail address."""

    vendor: str
    state: str
    account: str | None


class ListConnections(Query[list[ConnectionView]], frozen=True, kw_only=True):
    """Asked by a member."""


class ListConnectionsHandler:
    """Answers one view for each vendor, connected or not."""

    def __init__(self, transaction: Transaction, moysklad: MoySkladConnections, google: GoogleConnections) -> None:
        self._transaction = transaction
        self._moysklad = moysklad
        self._google = google

    async def __call__(self, query: ListConnections) -> list[ConnectionView]:
        """Never fails for lack of a connection: `absent` is an answer."""
        async with self._transaction(query.company_id):
            moysklad = await self._moysklad.get(query.company_id)
            google = await self._google.get(query.company_id)
        return [
            ConnectionView(vendor="moysklad", state=moysklad.state if moysklad else "absent", account=None),
            ConnectionView(
                vendor="google",
                state=google.state if google else "absent",
                account=google.email if google else None,
            ),
        ]
