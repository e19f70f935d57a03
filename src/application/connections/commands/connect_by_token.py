"""The operator connects a company by a MoySklad token of its own: without the catalogue, and without the app."""

from application.connections.installation_ports import Installations, TokenOwners
from application.connections.ports import MoySkladConnections, Vault
from application.connections.webhooks_command import tend_webhooks
from application.messages import SystemCommand
from application.ports import Clock, Ids, Outbox, SystemTransaction, Transaction
from application.tenants.ports import Companies
from domain.connections.moysklad import ConnectionState, MoySkladConnection
from domain.connections.secrets import SecretPurpose
from domain.shared.identities import CompanyId
from domain.tenants.company import Company, CompanyHasApp, CompanyStatus
from domain.tenants.subscription import BilledBy

DEFAULT_TIME_ZONE = "Europe/Moscow"


class ConnectByToken(SystemCommand[CompanyId], frozen=True, kw_only=True, tag="connections.connect_by_token"):
    """`token` is of an employee of the company; `name` names the company; without it its account's name is taken."""

    token: str
    name: str | None = None
    time_zone: str = DEFAULT_TIME_ZONE


class ConnectByTokenHandler:
    """Makes the company of the token's account, or gives it a new token. From then on it is like any other.

    What MoySklad counts for such a token, and how much it lets through, the governor hears with the first answers; no
    more requests than may run at once go out before that.
    """

    def __init__(
        self,
        system_transaction: SystemTransaction,
        transaction: Transaction,
        owners: TokenOwners,
        companies: Companies,
        installations: Installations,
        connections: MoySkladConnections,
        vault: Vault,
        outbox: Outbox,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._owners = owners
        self._companies = companies
        self._installations = installations
        self._connections = connections
        self._vault = vault
        self._outbox = outbox
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: ConnectByToken) -> CompanyId:
        """Raises MoySkladDisconnected where the token is not taken, CompanyHasApp, VendorBusy or VendorFailed."""
        owner = await self._owners.owner(command.token)
        async with self._system_transaction():
            company = await self._companies.by_account(owner.account_id)
            if company is None:
                company = Company(
                    id=CompanyId(self._ids.new()),
                    account_id=owner.account_id,
                    account_name=command.name or owner.account_name,
                    status=CompanyStatus.UNINSTALLED,
                    time_zone=command.time_zone,
                    created_at=self._clock.now(),
                )
                await self._companies.put(company)
        async with self._transaction(company.id):
            if any(one.active for one in await self._installations.all(company.id)):
                raise CompanyHasApp(account=company.account_name)
            company = await self._companies.get(company.id)
            company.account_name = command.name or company.account_name
            if not company.active:  # a new one, or back from the catalogue; a new token alone changes no provider
                company.bill_by(BilledBy.MANUAL)
            company.resume()
            await self._companies.put(company)
            connection = await self._connections.held(company.id)
            if connection is None:
                connection = MoySkladConnection(company.id, None, ConnectionState.SUSPENDED)
            connection.renew(self._vault.seal(company.id, SecretPurpose.MOYSKLAD_TOKEN, command.token))
            await self._connections.put(connection)
            await tend_webhooks(self._outbox, company.id)
        return company.id
