"""Everything about a company is erased."""

from application.connections.google_ports import GoogleConsent
from application.connections.ports import GoogleConnections, Urgency, Vault
from application.connections.vendor_access import MoySkladAccess
from application.delivery.erase_command import EraseCompany, ErasureReport
from application.delivery.erasing import Erasing
from application.ports import Clock, SystemTransaction, Transaction
from application.tenants.ports import Companies
from application.tenants.record_ports import CompanyRecords, CompanyTraces, Erasures
from application.webhooks.ports import RegisteredWebhooks, WebhookAddresses
from domain.connections.secrets import SecretPurpose
from domain.shared.errors import SkladSheetsError
from domain.shared.identities import CompanyId
from domain.tenants.company import Company, CompanyNotFound
from domain.tenants.erasure import Erasure, check_confirmed
from domain.webhooks.registration import reconcile


class EraseCompanyHandler:
    """Notes that it begins, after which nothing is stored for the company; takes back what vendors were told; forgets
    what Redis has; removes every row; and looks whether one is left.

    Killed anywhere, it goes on when it is told again, by whoever told it or by the sweep of what has expired. A vendor
    that does not answer stops nothing: the token is forgotten all the same.
    """

    def __init__(
        self,
        transaction: Transaction,
        system_transaction: SystemTransaction,
        companies: Companies,
        erasures: Erasures,
        records: CompanyRecords,
        traces: CompanyTraces,
        erasing: Erasing,
        access: MoySkladAccess,
        registered: RegisteredWebhooks,
        addresses: WebhookAddresses,
        connections: GoogleConnections,
        consent: GoogleConsent,
        vault: Vault,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._system_transaction = system_transaction
        self._companies = companies
        self._erasures = erasures
        self._records = records
        self._traces = traces
        self._erasing = erasing
        self._access = access
        self._registered = registered
        self._addresses = addresses
        self._connections = connections
        self._consent = consent
        self._vault = vault
        self._clock = clock

    async def __call__(self, command: EraseCompany) -> ErasureReport:
        """Raises CompanyNotFound, ErasureUnconfirmed, ErasureIncomplete, or VendorFailed where Redis is lost."""
        company_id = command.company_id
        company, erasure = await self._begin(command)
        google = webhooks = "gone before"
        traces = 0
        if company is not None:
            webhooks = await self._take_webhooks_back(company_id)
            google = await self._give_grant_back(company_id)
            await self._keep(erasure)
            traces = await self._forget(company)
            await self._erasing.remove(company_id)
        traces += await self._traces.forget(company_id, None, ())  # what was under way may have left some behind
        left = await self._erasing.verify(company_id)
        erasure.finished_at = self._clock.now()
        async with self._system_transaction():
            await self._erasures.put(erasure)
        return ErasureReport(google=google, webhooks=webhooks, traces=traces, kept=erasure.usage, left=left)

    async def _begin(self, command: EraseCompany) -> tuple[Company | None, Erasure]:
        """The company, unless it is gone already, and its erasure."""
        async with self._system_transaction():
            try:
                company = await self._companies.get(command.company_id)
            except CompanyNotFound:
                erasure = await self._erasures.get(command.company_id)
                if erasure is None:
                    raise
                return None, erasure
            if command.name is not None:
                check_confirmed(company.account_name, command.name)
            return company, await self._erasures.begin(command.company_id, self._clock.now())

    async def _take_webhooks_back(self, company_id: CompanyId) -> str:
        """MoySklad would go on calling an address that nobody knows any more."""
        try:
            key = await self._access.key(company_id, Urgency.ROUTINE)
            ours = reconcile(frozenset(), "", await self._registered.found(key), self._addresses.all).remove
            for webhook in ours:
                await self._registered.remove(key, webhook)
        except SkladSheetsError as refused:
            return refused.code
        return f"{len(ours)} removed"

    async def _give_grant_back(self, company_id: CompanyId) -> str:
        """Revoking ends what the Google account granted for every company, so only the last one may."""
        async with self._transaction(company_id):
            connection = await self._connections.get(company_id)
        if connection is None:
            return "not connected"
        async with self._system_transaction():
            resting = await self._connections.shared(connection.subject, connection.client_id)
        if resting > 1:
            return "forgotten, another company rests on it"
        try:
            refresh = self._vault.unseal(company_id, SecretPurpose.GOOGLE_REFRESH, connection.refresh_token)
            await self._consent.revoke(connection.client_id, refresh)
        except SkladSheetsError as refused:
            return refused.code
        return "revoked"

    async def _keep(self, erasure: Erasure) -> None:
        async with self._transaction(erasure.company_id):
            erasure.usage = await self._records.usage(erasure.company_id)
        async with self._system_transaction():
            await self._erasures.put(erasure)

    async def _forget(self, company: Company) -> int:
        async with self._transaction(company.id):
            spreadsheets = await self._records.spreadsheets(company.id)
        return await self._traces.forget(company.id, company.account_id, spreadsheets)
