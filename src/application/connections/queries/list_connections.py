"""What is the company connected to, and does it work?"""

from datetime import datetime

import msgspec

from application.connections.google_ports import GoogleConsent
from application.connections.ports import GoogleConnections, MoySkladConnections
from application.messages import Query
from application.ports import Transaction
from domain.connections.google import GoogleConnection
from domain.connections.moysklad import ConnectionState


class ConnectionView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One vendor. `state` is `active`, `broken`, `suspended` or `absent`; `account` is the Google e-mail address.

    `kind` is `consent` or `service_account`. Of a broken connection to Google `reason` tells why (`grant`, `policy`,
    `scope`, `access_token`, or `client` where the service no longer has the client) and `since`, if known, since when.
    """

    vendor: str
    state: str
    account: str | None
    kind: str | None = None
    reason: str | None = None
    since: datetime | None = None


class ListConnections(Query[list[ConnectionView]], frozen=True, kw_only=True):
    """Asked by a member."""


class ListConnectionsHandler:
    """Answers one view for each vendor, connected or not."""

    def __init__(
        self,
        transaction: Transaction,
        moysklad: MoySkladConnections,
        google: GoogleConnections,
        consent: GoogleConsent,
    ) -> None:
        self._transaction = transaction
        self._moysklad = moysklad
        self._google = google
        self._consent = consent

    async def __call__(self, query: ListConnections) -> list[ConnectionView]:
        """Never fails for lack of a connection: `absent` is an answer."""
        async with self._transaction(query.company_id):
            moysklad = await self._moysklad.get(query.company_id)
            google = await self._google.get(query.company_id)
        return [
            ConnectionView(vendor="moysklad", state=moysklad.state if moysklad else "absent", account=None),
            self._view(google) if google else ConnectionView(vendor="google", state="absent", account=None),
        ]

    def _view(self, google: GoogleConnection) -> ConnectionView:
        service_account = self._consent.service_account()
        ours = {"", service_account, *self._consent.clients()}
        view = ConnectionView(
            vendor="google",
            state=google.state,
            account=google.email,
            kind="service_account" if google.subject == google.client_id else "consent",
            reason=google.broken_reason or None,
            since=google.broken_at,
        )
        if google.client_id in ours:
            return view
        return msgspec.structs.replace(view, state=ConnectionState.BROKEN, reason="client", since=None)
