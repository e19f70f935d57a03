"""MoySklad and Google, as the live processes speak to them."""

from collections.abc import AsyncIterator
from uuid import UUID

from dishka import Provider, Scope, provide

from adapters.google.clients import GoogleClients
from adapters.google.consent import GoogleOAuthConsent, scopes_for
from adapters.google.endpoints import GoogleEndpoints
from adapters.google.retries import Pacing
from adapters.google.service_account import GoogleServiceAccount, ServiceAccountKey
from adapters.google.session import GoogleSession
from adapters.google.sheets import GoogleSpreadsheets
from adapters.moysklad.catalogue import ScannedExporters
from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.documents import MoySkladDocuments
from adapters.moysklad.gateway import MoySkladSource
from adapters.moysklad.owners import MoySkladTokenOwners
from adapters.moysklad.vendor_api import MoySkladContextKeys, MoySkladInstallations, MoySkladVendorSignatures, VendorApp
from adapters.moysklad.webhooks import MoySkladRegisteredWebhooks
from application.connections.document_ports import Documents
from application.connections.google_ports import GoogleBudgets, GoogleConsent
from application.connections.installation_ports import TokenOwners, VendorInstallations
from application.connections.ports import (
    VendorBudgets,
    VendorWatch,
)
from application.exports.ports import (
    ExporterCatalogue,
)
from application.exports.vendor_ports import Source, Spreadsheets
from application.tenants.ports import ContextKeys, VendorSignatures
from application.webhooks.ports import (
    RegisteredWebhooks,
)
from entrypoints.settings import Settings


class Vendors(Provider):
    """Clients, and the ports that they stand behind."""

    scope = Scope.APP

    @provide
    async def client(
        self, settings: Settings, budgets: VendorBudgets, watch: VendorWatch
    ) -> AsyncIterator[MoySkladClient]:
        moysklad = settings.moysklad
        client = MoySkladClient(moysklad.api_url, moysklad.vendor_url, budgets=budgets, watch=watch)
        yield client
        await client.close()

    @provide
    def catalogue(self) -> ExporterCatalogue:
        return ScannedExporters()

    @provide
    def source(self, client: MoySkladClient) -> Source:
        return MoySkladSource(client)

    @provide
    def documents(self, client: MoySkladClient) -> Documents:
        return MoySkladDocuments(client)

    @provide
    def registered(self, client: MoySkladClient) -> RegisteredWebhooks:
        return MoySkladRegisteredWebhooks(client)

    @provide
    def signatures(self, settings: Settings) -> VendorSignatures:
        return MoySkladVendorSignatures(_apps(settings))

    @provide
    def context_keys(self, settings: Settings, client: MoySkladClient) -> ContextKeys:
        return MoySkladContextKeys(client, _apps(settings))

    @provide
    def vendor_installations(self, settings: Settings, client: MoySkladClient) -> VendorInstallations:
        return MoySkladInstallations(client, _apps(settings))

    @provide
    def token_owners(self, client: MoySkladClient) -> TokenOwners:
        return MoySkladTokenOwners(client)

    @provide
    def endpoints(self, settings: Settings) -> GoogleEndpoints:
        return GoogleEndpoints() if settings.google.url is None else GoogleEndpoints.at(settings.google.url)

    @provide
    async def session(self, watch: VendorWatch) -> AsyncIterator[GoogleSession]:
        async with GoogleSession(watch=watch) as session:
            yield session

    @provide
    def spreadsheets(self, session: GoogleSession, endpoints: GoogleEndpoints, budgets: GoogleBudgets) -> Spreadsheets:
        return GoogleSpreadsheets(session, endpoints, Pacing(), budgets)

    @provide
    def consent(self, settings: Settings, session: GoogleSession, endpoints: GoogleEndpoints) -> GoogleConsent:
        google, pacing = settings.google, Pacing()
        scopes, back = scopes_for(google.file_access), settings.google_redirect_uri
        clients = {
            client.id: GoogleOAuthConsent(session, endpoints, pacing, client.id, client.secret, back, scopes)
            for client in google.clients
        }
        account = google.service_account
        if account is None:
            return GoogleClients(clients, None)
        key = ServiceAccountKey(account.client_email, account.private_key, account.private_key_id)
        return GoogleClients(clients, GoogleServiceAccount(session, endpoints, pacing, key))


def _apps(settings: Settings) -> dict[UUID, VendorApp]:
    return {app.app_id: VendorApp(app.app_uid, app.secret_key) for app in settings.moysklad.apps}
