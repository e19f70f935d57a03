"""An administrator sets out to choose spreadsheets for the connected Google account."""

from application.connections.consents import ConsentStarted, ConsentTrips, started
from application.connections.google_ports import GoogleConsent
from application.connections.ports import GoogleConnections
from application.messages import Command
from application.ports import Transaction
from application.tenants.ports import Companies
from domain.connections.google import ConsentPurpose, GoogleNotConnected, PickingImpossible
from domain.shared.identities import MemberId


class BeginGooglePicking(Command[ConsentStarted], frozen=True, kw_only=True, tag="connections.begin_google_picking"):
    """Asked by this administrator."""

    member_id: MemberId


class BeginGooglePickingHandler:
    """Opens a trip to Google's consent page on which spreadsheets are picked.

    Google's picker in the redirect takes exactly the scope drive.file, so that it cannot tell whose account it is: it
    comes after connecting, for the same client and, as a hint, the same account.
    """

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        connections: GoogleConnections,
        trips: ConsentTrips,
        consent: GoogleConsent,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._connections = connections
        self._trips = trips
        self._consent = consent

    async def __call__(self, command: BeginGooglePicking) -> ConsentStarted:
        """Raises CompanyInactive, GoogleNotConnected, GoogleDisconnected, GoogleClientGone or PickingImpossible."""
        async with self._transaction(command.company_id):
            (await self._companies.get(command.company_id)).require_active()
            connection = await self._connections.get(command.company_id)
            if connection is None:
                raise GoogleNotConnected
            connection.require_usable()
            client = connection.client_id
            address = self._consent.service_account()
            if client and client == address:
                raise PickingImpossible(address=address)
            state, verifier = await self._trips.open(command.company_id, command.member_id, client, ConsentPurpose.PICK)
        return started(self._consent.picking_address(client, state, verifier, connection.email))
