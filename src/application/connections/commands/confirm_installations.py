"""MoySklad is asked how a company's installations stand, and told when nothing has to be set up any more."""

from dataclasses import replace

from application.connections.confirm_command import ConfirmInstallations, confirm_installations
from application.connections.installation_ports import Installations, VendorInstallations
from application.connections.installing import Installing
from application.connections.ports import MoySkladConnections
from application.messages import Outcome
from application.ports import Clock, Outbox, Transaction
from application.tenants.ports import Companies
from domain.connections.installation import Installation, ToldInstallation, VendorStatus
from domain.connections.moysklad import ConnectionState
from domain.shared.errors import VendorBusy, VendorFailed
from domain.tenants.company import Company


class ConfirmInstallationsHandler:
    """What MoySklad says holds, unless it has told us of something else meanwhile: then it is asked once more.

    Where it does not answer, or is still about to change something, it is asked again, less and less often, for a day.
    """

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        installations: Installations,
        connections: MoySkladConnections,
        vendor: VendorInstallations,
        installing: Installing,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._installations = installations
        self._connections = connections
        self._vendor = vendor
        self._installing = installing
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: ConfirmInstallations) -> Outcome:
        """Never fails for what a vendor does."""
        async with self._transaction(command.company_id):
            company = await self._companies.get(command.company_id)
            known = await self._installations.all(command.company_id)
            connection = await self._connections.get(command.company_id)
            settled_up = await self._installing.settled_up(command.company_id)
        broken = connection is not None and connection.state is ConnectionState.BROKEN
        for one in known:
            unready = one.active and settled_up and not one.ready
            if one.unsure_since is not None or unready or (one.active and broken):
                await self._confirm(company, one, settled_up=settled_up)
        return Outcome(state="confirmed")

    async def _confirm(self, company: Company, found: Installation, *, settled_up: bool) -> None:
        try:
            told = await self._ask(company, found, settled_up=settled_up)
            answered = True
        except (VendorBusy, VendorFailed):
            told, answered = None, False
        now = self._clock.now()
        async with self._transaction(company.id):
            current = await self._installing.of(company.id, found.app_id)
            if current.version != found.version:
                await confirm_installations(self._outbox, company.id, current.look_again_at(now))
                return
            if answered:
                current.confirm(told, now)
            else:
                current.unsure_since = current.unsure_since or now
                current.give_up(now)
            await self._installing.follow(current)

    async def _ask(self, company: Company, found: Installation, *, settled_up: bool) -> ToldInstallation | None:
        app_id, account_id = found.app_id, company.account_id
        told = await self._vendor.told(app_id, account_id, self._clock.now())
        if told is None or not settled_up or told.status is not VendorStatus.SETTINGS_REQUIRED:
            return told
        if await self._vendor.report_ready(app_id, account_id, self._clock.now()):
            return replace(told, status=VendorStatus.ACTIVATED)
        # It cannot be said now, so something else is under way there.
        return replace(told, status=VendorStatus.ACTIVATING)
