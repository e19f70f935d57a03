"""MoySklad installed, resumed or renewed the app for an account."""

from uuid import UUID

from application.connections.installation_ports import VendorRequests
from application.connections.installing import Installing
from application.connections.ports import Vault
from application.connections.webhooks_command import tend_webhooks
from application.messages import SystemCommand
from application.ports import Clock, Ids, Outbox, SystemTransaction, Transaction
from application.tenants.ports import Companies, VendorStamp
from application.tenants.vendor_calls import VendorCalls
from domain.connections.installation import InstallationAwaited, VendorStatus
from domain.connections.secrets import SecretPurpose
from domain.shared.identities import CompanyId
from domain.tenants.company import Company, CompanyStatus
from domain.tenants.sign_on import ActivationInvalid
from domain.tenants.subscription import Subscription

DEFAULT_TIME_ZONE = "Europe/Moscow"
WITH_TOKEN = frozenset({"Install", "Resume"})
"""Causes for which MoySklad sends a new access token (Vendor API, 6.3)."""

TELL_AGAIN_SECONDS = 300.0


class ActivateCompany(SystemCommand[VendorStatus], frozen=True, kw_only=True, tag="connections.activate"):
    """`signature` is the JWT of the call, `request_id` what its repetitions have in common, if anything; `access_token`
    is the token for JSON API 1.2, if the cause brings one; `permissions` what was granted with it, as JSON.
    """

    signature: str
    app_id: UUID
    account_id: UUID
    account_name: str
    cause: str
    access_token: str | None
    request_id: str | None = None
    subscription: Subscription | None = None
    permissions: str | None = None


class ActivateCompanyHandler:
    """Makes the company, or brings it back, and keeps its new token sealed. Saying it twice changes nothing.

    The company is made in a transaction of its own, as one that has nothing; all the rest is done in another, whole or
    not at all. A cause that nobody knows yet is taken for what its token makes of it: refusing it would be final.
    """

    def __init__(
        self,
        system_transaction: SystemTransaction,
        transaction: Transaction,
        calls: VendorCalls,
        companies: Companies,
        requests: VendorRequests,
        installing: Installing,
        vault: Vault,
        outbox: Outbox,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._calls = calls
        self._companies = companies
        self._requests = requests
        self._installing = installing
        self._vault = vault
        self._outbox = outbox
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: ActivateCompany) -> VendorStatus:
        """What MoySklad is to be answered: whether anything has to be set up yet.

        Raises VendorSignatureInvalid, ActivationInvalid, or InstallationAwaited for a renewal of what is not installed.
        """
        stamp = self._calls.read(command.signature, command.app_id)
        if command.access_token is None and command.cause in WITH_TOKEN:
            raise ActivationInvalid(cause=command.cause)
        async with self._system_transaction():
            await self._calls.admit(stamp)
            company = await self._companies.by_account(command.account_id)
            if company is None:
                company = self._made(command)
                await self._companies.put(company)
        async with self._transaction(company.id):
            return await self._carry_out(command, company.id, stamp)

    def _made(self, command: ActivateCompany) -> Company:
        if command.access_token is None:
            raise InstallationAwaited(TELL_AGAIN_SECONDS)
        return Company(
            id=CompanyId(self._ids.new()),
            account_id=command.account_id,
            account_name=command.account_name,
            status=CompanyStatus.UNINSTALLED,
            time_zone=DEFAULT_TIME_ZONE,
            created_at=self._clock.now(),
        )

    async def _carry_out(self, command: ActivateCompany, company_id: CompanyId, stamp: VendorStamp) -> VendorStatus:
        if command.request_id is not None:
            before = await self._requests.answer(company_id, command.request_id)
            if before is not None:
                return VendorStatus(before)
        now = self._clock.now()
        installation = await self._installing.of(company_id, command.app_id)
        if command.access_token is None:
            installation.renew(command.subscription, now)
        else:
            token = self._vault.seal(company_id, SecretPurpose.MOYSKLAD_TOKEN, command.access_token)
            ready = await self._installing.settled_up(company_id)
            if installation.activate(token, command.subscription, stamp.issued_at, now, ready=ready):
                installation.permissions = command.permissions
        await self._installing.follow(installation, command.account_name)
        if installation.active and installation.version > 1:
            await tend_webhooks(self._outbox, company_id)  # a tariff may allow webhooks now, or a token have lost them
        status = VendorStatus.ACTIVATED if installation.ready else VendorStatus.SETTINGS_REQUIRED
        if command.request_id is not None:
            await self._requests.carried_out(company_id, command.request_id, status.value, now)
        return status
