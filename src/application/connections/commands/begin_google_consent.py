"""An administrator sets out to connect the company's Google account."""

from application.connections.consents import ConsentStarted, ConsentTrips, started
from application.connections.google_ports import GoogleConsent, GoogleHomes
from application.connections.ports import GoogleConnections
from application.digests import digest
from application.messages import Command
from application.ports import SystemTransaction, Transaction
from application.tenants.ports import Companies
from domain.connections.google import ConsentPurpose, GoogleSharingOnly
from domain.shared.identities import CompanyId, MemberId


class BeginGoogleConsent(Command[ConsentStarted], frozen=True, kw_only=True, tag="connections.begin_google"):
    """Asked by this administrator."""

    member_id: MemberId


class BeginGoogleConsentHandler:
    """Opens a trip to Google's consent page, by the client that the company has had to do with.

    A company that is new to Google gets the client with the fewest companies; between equals its id decides.
    """

    def __init__(
        self,
        transaction: Transaction,
        system_transaction: SystemTransaction,
        companies: Companies,
        connections: GoogleConnections,
        homes: GoogleHomes,
        trips: ConsentTrips,
        consent: GoogleConsent,
    ) -> None:
        self._transaction = transaction
        self._system_transaction = system_transaction
        self._companies = companies
        self._connections = connections
        self._homes = homes
        self._trips = trips
        self._consent = consent

    async def __call__(self, command: BeginGoogleConsent) -> ConsentStarted:
        """Raises CompanyInactive, or GoogleSharingOnly where there is no client."""
        clients = self._consent.clients()
        if not clients:
            raise GoogleSharingOnly(address=self._consent.service_account() or "")
        async with self._transaction(command.company_id):
            (await self._companies.get(command.company_id)).require_active()
            client = await self._known(command.company_id, clients)
        if client is None:
            async with self._system_transaction():
                spread = await self._homes.spread()
            client = _least(command.company_id, clients, spread)
        async with self._transaction(command.company_id):
            state, verifier = await self._trips.open(
                command.company_id, command.member_id, client, ConsentPurpose.CONNECT
            )
        return started(self._consent.address(client, state, verifier))

    async def _known(self, company_id: CompanyId, clients: tuple[str, ...]) -> str | None:
        """The client of the company's grants so far, if we still have it; the first one for grants that name none."""
        home = await self._homes.get(company_id)
        connection = await self._connections.get(company_id)
        if home is None and connection is not None and not connection.client_id:
            return clients[0]
        return home if home in clients else None


def _least(company_id: CompanyId, clients: tuple[str, ...], spread: dict[str, int]) -> str:
    return min(clients, key=lambda client: (spread.get(client, 0), digest(f"{company_id}|{client}")))
