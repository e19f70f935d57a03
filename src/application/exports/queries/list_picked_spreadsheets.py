"""Which existing spreadsheets can an export write to?"""

import asyncio
from datetime import datetime

import msgspec

from application.connections.google_ports import PickedSpreadsheets
from application.connections.ports import GoogleConnections, GoogleKey, Urgency
from application.connections.vendor_access import GoogleAccess
from application.exports.vendor_ports import Spreadsheets
from application.messages import Query
from application.ports import Transaction
from domain.connections.google import PickedSpreadsheet
from domain.exports.spreadsheet import SpreadsheetForbidden, SpreadsheetNotFound

SHOWN = 20
"""How many are looked at: each costs one read of the account's quota."""


class PickedView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A spreadsheet that was picked. `title` and `tabs` are there unless the connected account does not see it, because
    another account picked it or it was removed since.
    """

    spreadsheet_id: str
    picked_at: datetime
    title: str | None = None
    tabs: tuple[str, ...] = ()


class ListPickedSpreadsheets(Query[list[PickedView]], frozen=True, kw_only=True):
    """Asked by a member."""


class ListPickedSpreadsheetsHandler:
    """Answers the spreadsheets picked last, with what Google now says of them."""

    def __init__(
        self,
        transaction: Transaction,
        connections: GoogleConnections,
        picked: PickedSpreadsheets,
        google: GoogleAccess,
        spreadsheets: Spreadsheets,
    ) -> None:
        self._transaction = transaction
        self._connections = connections
        self._picked = picked
        self._google = google
        self._spreadsheets = spreadsheets

    async def __call__(self, query: ListPickedSpreadsheets) -> list[PickedView]:
        """Raises GoogleNotConnected, GoogleDisconnected, GoogleClientGone, VendorBusy or VendorFailed."""
        async with self._transaction(query.company_id):
            connection = await self._connections.get(query.company_id)
            client = connection.client_id if connection else ""
            found = await self._picked.latest(query.company_id, client, SHOWN)
        return await self._google.asking(query.company_id, Urgency.INTERACTIVE, lambda key: self._look_at(key, found))

    async def _look_at(self, key: GoogleKey, found: list[PickedSpreadsheet]) -> list[PickedView]:
        return await asyncio.gather(*(self._look(key, one) for one in found))

    async def _look(self, key: GoogleKey, picked: PickedSpreadsheet) -> PickedView:
        try:
            seen = await self._spreadsheets.inspect(key, picked.spreadsheet_id)
        except (SpreadsheetNotFound, SpreadsheetForbidden):
            return PickedView(spreadsheet_id=picked.spreadsheet_id, picked_at=picked.picked_at)
        return PickedView(
            spreadsheet_id=seen.spreadsheet_id,
            picked_at=picked.picked_at,
            title=seen.title,
            tabs=tuple(tab.title for tab in seen.tabs if tab.row_count),
        )
