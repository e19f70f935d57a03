"""The operator disconnects a company that was connected by a token."""

from application.connections.installation_ports import Installations
from application.connections.ports import MoySkladConnections
from application.messages import Command
from application.ports import Clock, Transaction
from application.tenants.ports import Companies
from domain.tenants.company import CompanyHasApp


class DisconnectCompany(Command[None], frozen=True, kw_only=True, tag="connections.disconnect_company"):
    """What the company has set up stays for a return."""


class DisconnectCompanyHandler:
    """Forgets the token; exports rest. A company that has the app leaves by removing it in MoySklad."""

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        installations: Installations,
        connections: MoySkladConnections,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._installations = installations
        self._connections = connections
        self._clock = clock

    async def __call__(self, command: DisconnectCompany) -> None:
        """Raises CompanyNotFound or CompanyHasApp."""
        async with self._transaction(command.company_id):
            company = await self._companies.get(command.company_id)
            if any(one.active for one in await self._installations.all(company.id)):
                raise CompanyHasApp(account=company.account_name)
            company.uninstall(self._clock.now())
            await self._companies.put(company)
            connection = await self._connections.held(company.id)
            if connection is not None:
                connection.suspend()
                await self._connections.put(connection)
