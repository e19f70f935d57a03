"""Installing: what follows for a company from how our apps stand at its account."""

from uuid import UUID

from application.connections.confirm_command import confirm_installations
from application.connections.installation_ports import Installations
from application.connections.ports import GoogleConnections, MoySkladConnections
from application.connections.webhooks_command import tend_webhooks
from application.ports import Clock, Outbox
from application.tenants.plan_command import plan_changed
from application.tenants.ports import Companies
from domain.connections.installation import Installation, InstallationStatus
from domain.connections.moysklad import ConnectionState, MoySkladConnection
from domain.shared.identities import CompanyId
from domain.tenants.company import Company
from domain.tenants.subscription import BilledBy


class Installing:
    """Works inside the company's transaction."""

    def __init__(
        self,
        companies: Companies,
        installations: Installations,
        moysklad: MoySkladConnections,
        google: GoogleConnections,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._companies = companies
        self._installations = installations
        self._moysklad = moysklad
        self._google = google
        self._outbox = outbox
        self._clock = clock

    async def of(self, company_id: CompanyId, app_id: UUID) -> Installation:
        """The installation, held until the end of the transaction; a new one where nothing is known of it.

        A company from before installations were told apart has had this app.
        """
        known = await self._installations.all(company_id)
        found = next((one for one in known if one.app_id == app_id), None)
        if found is not None:
            return found
        made = Installation(company_id, app_id)
        if not known:
            company, connection = await self._companies.get(company_id), await self._moysklad.held(company_id)
            if connection is not None:
                made.status = InstallationStatus(company.status.value)
                made.token, made.subscription = connection.token, company.subscription
        return made

    async def settled_up(self, company_id: CompanyId) -> bool:
        """Whether there is nothing more that people would have to set up."""
        google = await self._google.get(company_id)
        return google is not None and google.state is ConnectionState.ACTIVE

    async def follow(self, installation: Installation, account_name: str | None = None) -> None:
        """Stores the installation, and has the company and its token be what all its installations say together.

        The app may be used while any version of it may be; the token is that of the version that was activated last.
        Whoever installs it anew pays for it in MoySklad, also a company that a token had connected.
        """
        had = await self._had(installation.company_id)
        await self._installations.put(installation)
        known = await self._installations.all(installation.company_id)
        company = await self._companies.get(installation.company_id)
        company.account_name = account_name or company.account_name
        was_active, paid_by = company.active, (company.billed_by, company.subscription)
        if installation.active and not had:
            company.bill_by(BilledBy.MOYSKLAD)
        self._stand(company, _together(known))
        newest = max((one for one in known if one.active), key=_activated, default=None)
        told = newest or installation
        if told.subscription is not None:
            company.subscribe(told.subscription)
        await self._companies.put(company)
        if (company.billed_by, company.subscription) != paid_by:
            await plan_changed(self._outbox, company.id)
        await self._use_token(company.id, newest)
        if company.active and not was_active and installation.version > 1:
            await tend_webhooks(self._outbox, company.id)  # its exports may need webhooks that a removal took away
        if installation.unsure_since is not None:
            now = self._clock.now()
            await confirm_installations(self._outbox, company.id, installation.look_again_at(now))

    async def _had(self, company_id: CompanyId) -> bool:
        statuses = {one.status for one in await self._installations.all(company_id)}
        return bool(statuses - {InstallationStatus.UNINSTALLED})

    def _stand(self, company: Company, status: InstallationStatus) -> None:
        match status:
            case InstallationStatus.ACTIVE:
                company.resume()
            case InstallationStatus.SUSPENDED:
                company.suspend()
            case InstallationStatus.UNINSTALLED:
                company.uninstall(self._clock.now())

    async def _use_token(self, company_id: CompanyId, newest: Installation | None) -> None:
        connection = await self._moysklad.held(company_id)
        if newest is not None and newest.token is not None:
            if connection is None:
                connection = MoySkladConnection(company_id, None, ConnectionState.SUSPENDED)
            if not newest.token.is_same(connection.token):
                connection.renew(newest.token)
        elif connection is None:
            return
        elif newest is None:
            connection.suspend()
        else:
            connection.lose()
        await self._moysklad.put(connection)


def _together(installations: list[Installation]) -> InstallationStatus:
    statuses = {one.status for one in installations}
    order = (InstallationStatus.ACTIVE, InstallationStatus.SUSPENDED)
    return next((status for status in order if status in statuses), InstallationStatus.UNINSTALLED)


def _activated(installation: Installation) -> tuple[bool, float]:
    called_at = installation.called_at
    return installation.token is not None, 0.0 if called_at is None else called_at.timestamp()
