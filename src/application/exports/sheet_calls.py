"""Asking Google in a company's name."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from application.connections.ports import GoogleKey, Urgency
from application.connections.vendor_access import GoogleAccess
from application.exports.vendor_ports import Spreadsheets
from domain.connections.google import GoogleDisconnected
from domain.shared.identities import CompanyId

AnswerT = TypeVar("AnswerT")


class SheetCalls:
    """One run's calls. `writes` counts what was asked of Google's write quota, whatever came of it."""

    def __init__(
        self, google: GoogleAccess, spreadsheets: Spreadsheets, company_id: CompanyId, urgency: Urgency
    ) -> None:
        self._google = google
        self._company_id = company_id
        self._urgency = urgency
        self.spreadsheets = spreadsheets
        self.writes = 0

    async def read(self, request: Callable[[GoogleKey], Awaitable[AnswerT]]) -> AnswerT:
        """Makes the request with a key; once more with a fresh one when that is refused. When that is refused too, the
        connection is marked broken.
        """
        key = await self._google.key(self._company_id, self._urgency)
        try:
            return await request(key)
        except GoogleDisconnected:
            key = await self._google.after_refusal(key)
        try:
            return await request(key)
        except GoogleDisconnected as refused:
            await self._google.mark_broken(key, refused)
            raise

    async def write(self, request: Callable[[GoogleKey], Awaitable[AnswerT]]) -> AnswerT:
        """The same for a request that changes something."""
        self.writes += 1
        return await self.read(request)
