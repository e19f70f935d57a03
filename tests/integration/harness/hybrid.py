"""Real servers, fake vendors: the service's own persistence, clock, queue and vault; MoySklad and Google at hand."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from dishka import AsyncContainer, Provider, Scope, make_async_container, provide

from adapters.memory.catalogue import MemoryExporterCatalogue
from adapters.memory.consent import MemoryGoogleConsent
from adapters.memory.documents import MemoryDocuments
from adapters.memory.installations import MemoryTokenOwners, MemoryVendorInstallations
from adapters.memory.registered import MemoryRegisteredWebhooks
from adapters.memory.source import MemorySource
from adapters.memory.spreadsheets import MemorySpreadsheets
from adapters.memory.vendor_api import MemoryContextKeys, MemoryVendorSignatures
from adapters.moysklad.catalogue import ScannedExporters
from adapters.observability.behaviours import observed
from adapters.observability.metrics import Metrics
from adapters.system.clock import SystemClock
from application.bus import Application
from application.connections.document_ports import Documents
from application.connections.google_ports import GoogleConsent
from application.connections.installation_ports import TokenOwners, VendorInstallations
from application.exports.ports import ExporterCatalogue
from application.exports.vendor_ports import Source, Spreadsheets
from application.tenants.ports import ContextKeys, VendorSignatures
from application.webhooks.ports import RegisteredWebhooks
from devstack.servers import Servers, service_login
from entrypoints.composition.application import make_application
from entrypoints.composition.automations import LiveAutomations
from entrypoints.composition.billing import LiveBilling
from entrypoints.composition.dealer_directory import LiveDirectory
from entrypoints.composition.dealer_fakes import DealerVendorFakes
from entrypoints.composition.dealers import LiveBot, LiveTemplates
from entrypoints.composition.events import LiveEvents
from entrypoints.composition.fakes import MessagingFakes
from entrypoints.composition.live import Persistence, Surroundings
from entrypoints.composition.matching import LiveMatching, MatchingSeam
from entrypoints.composition.matching_fakes import MatchingVendorFakes
from entrypoints.composition.notices import LiveNotices
from entrypoints.composition.tenancy import Tenancy
from entrypoints.composition.use_cases import use_cases
from entrypoints.settings import Settings, read_settings
from tests.integration.harness.stories import Story


@dataclass
class FakeVendors:
    """One MoySklad and one Google for all processes of a test."""

    source: MemorySource = field(default_factory=MemorySource)
    spreadsheets: MemorySpreadsheets = field(default_factory=MemorySpreadsheets)
    consent: MemoryGoogleConsent = field(default_factory=MemoryGoogleConsent)
    context_keys: MemoryContextKeys = field(default_factory=MemoryContextKeys)
    signatures: MemoryVendorSignatures = field(default_factory=MemoryVendorSignatures)
    vendor: MemoryVendorInstallations = field(default_factory=MemoryVendorInstallations)
    registered: MemoryRegisteredWebhooks = field(default_factory=MemoryRegisteredWebhooks)
    documents: MemoryDocuments = field(default_factory=MemoryDocuments)


class _Vendors(Provider):
    scope = Scope.APP

    def __init__(self, vendors: FakeVendors) -> None:
        super().__init__()
        self._vendors = vendors

    @provide
    def source(self) -> Source:
        return self._vendors.source

    @provide
    def registered(self) -> RegisteredWebhooks:
        return self._vendors.registered

    @provide
    def documents(self) -> Documents:
        return self._vendors.documents

    @provide
    def spreadsheets(self) -> Spreadsheets:
        return self._vendors.spreadsheets

    @provide
    def consent(self) -> GoogleConsent:
        return self._vendors.consent

    @provide
    def context_keys(self) -> ContextKeys:
        return self._vendors.context_keys

    @provide
    def signatures(self) -> VendorSignatures:
        return self._vendors.signatures

    @provide
    def vendor_installations(self) -> VendorInstallations:
        return self._vendors.vendor

    @provide
    def token_owners(self) -> TokenOwners:
        return MemoryTokenOwners()

    @provide
    def catalogue(self) -> ExporterCatalogue:
        return MemoryExporterCatalogue(ScannedExporters().all())


@dataclass
class HybridWorld:
    """What a story needs of a world."""

    application: Application
    container: AsyncContainer
    clock: SystemClock
    source: MemorySource
    spreadsheets: MemorySpreadsheets
    consent: MemoryGoogleConsent
    context_keys: MemoryContextKeys
    signatures: MemoryVendorSignatures
    vendor: MemoryVendorInstallations


def settings_for(running: Servers) -> Settings:
    """Settings of a service on those servers."""
    return read_settings(
        {
            "DATABASE_URL": service_login(running.database_url),
            "REDIS_URL": running.redis_url,
            "PUBLIC_URL": "https://skladsheets.example",
            "MOYSKLAD_APP_ID": str(uuid4()),
            "MOYSKLAD_APP_UID": "skladsheets.vendor",
            "MOYSKLAD_SECRET_KEY": "secret-key-of-the-app",
            "GOOGLE_CLIENT_ID": "client",
            "GOOGLE_CLIENT_SECRET": "client-secret",
            "ENCRYPTION_KEYS": f"k1:{base64.b64encode(bytes(range(32))).decode()}",
            "SESSION_KEYS": f"s1:{base64.b64encode(bytes(range(32))).decode()}",
        }
    )


@asynccontextmanager
async def opened(settings: Settings, vendors: FakeVendors, *instead: Provider) -> AsyncIterator[HybridWorld]:
    """The application of one process; what `instead` provides replaces fakes."""
    container = make_async_container(
        Persistence(),
        Tenancy(),
        LiveBilling(),
        LiveEvents(),
        LiveMatching(),
        MatchingSeam(),
        MatchingVendorFakes(),
        LiveAutomations(),
        LiveNotices(),
        MessagingFakes(),
        LiveDirectory(),
        LiveBot(),
        LiveTemplates(),
        DealerVendorFakes(),
        Surroundings(),
        _Vendors(vendors),
        *instead,
        use_cases(),
        context={Settings: settings, Metrics: Metrics()},
    )
    try:
        yield HybridWorld(
            application=make_application(container, (observed,)),
            container=container,
            clock=SystemClock(),
            source=vendors.source,
            spreadsheets=vendors.spreadsheets,
            consent=vendors.consent,
            context_keys=vendors.context_keys,
            signatures=vendors.signatures,
            vendor=vendors.vendor,
        )
    finally:
        await container.close()


@asynccontextmanager
async def application(settings: Settings, vendors: FakeVendors) -> AsyncIterator[Application]:
    """The same, as processes open it."""
    async with opened(settings, vendors) as world:
        yield world.application


def story_in(world: HybridWorld) -> Story:
    """A story told in that world."""
    return Story(world)  # type: ignore[arg-type]
