"""The same use cases over fakes: for tests that tell whole stories without a server."""

from asyncio import Lock
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TypeVar

from dishka import AsyncContainer, Provider, Scope, alias, from_context, make_async_container, provide

from adapters.formulas.cel import CelFormulas
from adapters.memory.access import MemoryApiKeys, MemoryLinks
from adapters.memory.audit import MemoryAuditTrail
from adapters.memory.budgets import MemoryBudgets
from adapters.memory.catalogue import MemoryExporterCatalogue
from adapters.memory.connections import (
    MemoryConsentRequests,
    MemoryGoogleConnections,
    MemoryGoogleHomes,
    MemoryMoySkladConnections,
    MemoryPickedSpreadsheets,
)
from adapters.memory.consent import MemoryGoogleConsent
from adapters.memory.delivery import (
    MemoryFailedMessages,
    MemoryHeaders,
    MemoryNonces,
    MemoryOutbox,
    MemoryOutboxQueue,
    MemoryPublisher,
    MemoryReplays,
)
from adapters.memory.dispatch import MemoryRunPlaces, MemoryTurns, MemoryWorkers
from adapters.memory.documents import MemoryDocuments
from adapters.memory.exports import MemoryExportConfigs, MemoryExportedRows, MemoryExportTasks, MemoryQuarantine
from adapters.memory.installations import (
    MemoryCompanyViews,
    MemoryInstallations,
    MemoryTokenOwners,
    MemoryVendorInstallations,
    MemoryVendorRequests,
)
from adapters.memory.intents import MemoryWriteIntents
from adapters.memory.kept_answers import MemoryKeptAnswers
from adapters.memory.keys import MemoryCanaries, MemoryKeyKeeper, MemorySealedSecrets
from adapters.memory.machine import (
    MemoryCalendar,
    MemoryClock,
    MemoryIds,
    MemoryLocks,
    MemorySystems,
)
from adapters.memory.personal import MemoryPseudonymKeys
from adapters.memory.rates import MemoryRateLimits
from adapters.memory.records import MemoryCompanyRecords, MemoryCompanyTraces, MemoryErasures
from adapters.memory.registered import MemoryRegisteredWebhooks
from adapters.memory.schedules import MemoryOccurrences, MemoryStandings
from adapters.memory.source import MemorySource
from adapters.memory.spreadsheets import MemorySpreadsheets
from adapters.memory.store import MemoryStore
from adapters.memory.tellings import MemoryTellings
from adapters.memory.tenants import MemoryCompanies, MemoryMembers, MemorySessions
from adapters.memory.transaction import MemoryReadTransaction, MemorySystemTransaction, MemoryTransaction
from adapters.memory.vault import MemoryAccessTokens, MemoryVault
from adapters.memory.vendor_api import MemoryContextKeys, MemoryVendorSignatures
from adapters.memory.views import MemoryExportViews, MemoryFreshnessViews
from adapters.memory.watching import MemoryBacklogViews, MemoryQueues, MemoryRunWatch
from adapters.memory.webhooks import (
    MemoryChangeMarks,
    MemoryDeliveries,
    MemoryDeliveryCounts,
    MemoryExportWatches,
    MemoryReceiverBeats,
    MemoryWebhookEndpoints,
    MemoryWebhookRegistrations,
    MemoryWebhookViews,
)
from adapters.moysklad.catalogue import ScannedExporters
from adapters.system.archives import ZipArchives
from adapters.wording.run_words import RussianRunWords
from application.billing.zones import Zones
from application.bus import Application
from application.connections.document_ports import Documents
from application.connections.google_ports import GoogleConsent, GoogleHomes, PickedSpreadsheets
from application.connections.installation_ports import (
    CompanyViews,
    Installations,
    TokenOwners,
    VendorInstallations,
    VendorRequests,
)
from application.connections.key_ports import Canaries, KeyKeeper, SealedSecrets
from application.connections.ports import (
    ConsentRequests,
    GoogleConnections,
    MoySkladConnections,
    Vault,
    VendorBudgets,
)
from application.delivery.commands.purge_expired import Retention
from application.delivery.ports import BacklogViews, Queues
from application.exports.diary import RunWatch
from application.exports.dispatch_ports import RunPlaces, Workers
from application.exports.intent_ports import WriteIntents
from application.exports.limits import RunLimits
from application.exports.mark_ports import ChangeMarks
from application.exports.personal_ports import PseudonymKeys
from application.exports.ports import (
    CronCalendar,
    ExportConfigs,
    ExportedRows,
    ExporterCatalogue,
    ExportTasks,
    Formulas,
    Quarantine,
    RunWords,
    Tellings,
)
from application.exports.schedule_ports import Occurrences, Standings
from application.exports.vendor_ports import Source, Spreadsheets
from application.exports.views import ExportViews, FreshnessViews
from application.ports import (
    Clock,
    FailedMessages,
    Headers,
    Ids,
    Locks,
    Nonces,
    Outbox,
    OutboxQueue,
    Publisher,
    ReadTransaction,
    Replays,
    Systems,
    SystemTransaction,
    Transaction,
    Turns,
    UpkeepTransaction,
)
from application.tenants.audit import AuditTrail
from application.tenants.kept_answers import KeptAnswers
from application.tenants.ports import (
    AccessTokens,
    ApiKeys,
    Companies,
    ContextKeys,
    Links,
    Members,
    Sessions,
    VendorSignatures,
)
from application.tenants.rates import OwnBooks, RateLimits, Rates
from application.tenants.record_ports import Archives, CompanyRecords, CompanyTraces, Erasures
from application.tenants.witnessing import WitnessedIds, WitnessedTransaction
from application.webhooks.ports import (
    Deliveries,
    DeliveryCounts,
    ExportWatches,
    ReceiverBeats,
    RegisteredWebhooks,
    WebhookAddresses,
    WebhookEndpoints,
    WebhookRegistrations,
    WebhookViews,
)
from domain.exports.schedule import Terms
from domain.exports.sharing import Shares
from domain.tenants.rates import Rate
from domain.webhooks.watch import Pace
from entrypoints.composition.application import make_application
from entrypoints.composition.billing_fakes import BillingFakes
from entrypoints.composition.dealer_fakes import DealerVendorFakes
from entrypoints.composition.fakes import DealerFakes, MessagingFakes, ObjectFakes
from entrypoints.composition.matching import MatchingSeam
from entrypoints.composition.matching_fakes import MatchingFakes, MatchingVendorFakes
from entrypoints.composition.use_cases import use_cases

FakeT = TypeVar("FakeT")


class Fakes(Provider):
    """Every port, faked. dishka's check of the graph proves that none is missing."""

    scope = Scope.APP

    store = provide(MemoryStore)
    clock = provide(MemoryClock, provides=MemoryClock)
    ids = provide(MemoryIds)
    headers = provide(MemoryHeaders)

    @provide
    def the_clock(self, clock: MemoryClock) -> Clock:
        return clock

    @provide
    def the_ids(self, ids: MemoryIds) -> Ids:
        return WitnessedIds(ids)

    @provide
    def the_headers(self, headers: MemoryHeaders) -> Headers:
        return headers

    limits = from_context(RunLimits, scope=Scope.APP)

    @provide
    def shares(self) -> Shares:
        return Shares()

    @provide
    def retention(self) -> Retention:
        return Retention()

    formulas = provide(CelFormulas, provides=Formulas)
    run_words = provide(RussianRunWords, provides=RunWords)
    archives = provide(ZipArchives, provides=Archives)
    """These are the real ones: they ask nobody, and what comes of them is the same everywhere."""

    @provide
    def catalogue(self) -> ExporterCatalogue:
        return MemoryExporterCatalogue(ScannedExporters().all())

    plain_transaction = provide(MemoryTransaction)
    upkeep = provide(MemoryTransaction, provides=UpkeepTransaction)
    reading = provide(MemoryReadTransaction, provides=ReadTransaction)

    @provide
    def transaction(
        self, plain: MemoryTransaction, trail: AuditTrail, answers: KeptAnswers, ids: Ids, clock: Clock
    ) -> Transaction:
        return WitnessedTransaction(plain, trail, answers, ids, clock)

    @provide
    def rates(self) -> Rates:
        return Rates(Rate(0), Rate(0), Rate(0))  # stories are about other things

    @provide
    def own_books(self) -> OwnBooks:
        return OwnBooks()

    rate_limits = provide(MemoryRateLimits, provides=RateLimits)
    trail = provide(MemoryAuditTrail, provides=AuditTrail)
    kept_answers = provide(MemoryKeptAnswers, provides=KeptAnswers)
    system_transaction = provide(MemorySystemTransaction, provides=SystemTransaction)
    companies = provide(MemoryCompanies, provides=Companies)
    members = provide(MemoryMembers, provides=Members)
    sessions = provide(MemorySessions, provides=Sessions)
    links = provide(MemoryLinks, provides=Links)
    api_keys = provide(MemoryApiKeys, provides=ApiKeys)
    records = provide(MemoryCompanyRecords, provides=CompanyRecords)
    erasures = provide(MemoryErasures, provides=Erasures)
    traces = provide(MemoryCompanyTraces, provides=CompanyTraces)
    moysklad_connections = provide(MemoryMoySkladConnections, provides=MoySkladConnections)
    google_connections = provide(MemoryGoogleConnections, provides=GoogleConnections)
    google_homes = provide(MemoryGoogleHomes, provides=GoogleHomes)
    picked_spreadsheets = provide(MemoryPickedSpreadsheets, provides=PickedSpreadsheets)
    consent_requests = provide(MemoryConsentRequests, provides=ConsentRequests)
    installations = provide(MemoryInstallations, provides=Installations)
    vendor_requests = provide(MemoryVendorRequests, provides=VendorRequests)
    token_owners = provide(MemoryTokenOwners, provides=TokenOwners)
    company_views = provide(MemoryCompanyViews, provides=CompanyViews)
    vendor_installations = provide(MemoryVendorInstallations, provides=VendorInstallations)
    configs = provide(MemoryExportConfigs, provides=ExportConfigs)
    tasks = provide(MemoryExportTasks, provides=ExportTasks)
    rows = provide(MemoryExportedRows, provides=ExportedRows)
    quarantine = provide(MemoryQuarantine, provides=Quarantine)
    intents = provide(MemoryWriteIntents, provides=WriteIntents)
    pseudonym_keys = provide(MemoryPseudonymKeys, provides=PseudonymKeys)
    tellings = provide(MemoryTellings, provides=Tellings)
    places = provide(MemoryRunPlaces, provides=RunPlaces)
    workers = provide(MemoryWorkers, provides=Workers)
    turns = provide(MemoryTurns, provides=Turns)
    occurrences = provide(MemoryOccurrences, provides=Occurrences)
    standings = provide(MemoryStandings, provides=Standings)
    views = provide(MemoryExportViews, provides=ExportViews)
    freshness_views = provide(MemoryFreshnessViews, provides=FreshnessViews)
    backlog_views = provide(MemoryBacklogViews, provides=BacklogViews)
    queues = provide(MemoryQueues, provides=Queues)
    run_watch = provide(MemoryRunWatch, provides=RunWatch)
    outbox = provide(MemoryOutbox, provides=Outbox)
    failed_messages = provide(MemoryFailedMessages, provides=FailedMessages)
    outbox_queue = provide(MemoryOutboxQueue, provides=OutboxQueue)
    replays = provide(MemoryReplays, provides=Replays)
    nonces = provide(MemoryNonces, provides=Nonces)
    marks = provide(MemoryChangeMarks, provides=ChangeMarks)
    endpoints = provide(MemoryWebhookEndpoints, provides=WebhookEndpoints)
    registrations = provide(MemoryWebhookRegistrations, provides=WebhookRegistrations)
    deliveries = provide(MemoryDeliveries, provides=Deliveries)
    delivery_counts = provide(MemoryDeliveryCounts, provides=DeliveryCounts)
    watches = provide(MemoryExportWatches, provides=ExportWatches)
    beats = provide(MemoryReceiverBeats, provides=ReceiverBeats)
    webhook_views = provide(MemoryWebhookViews, provides=WebhookViews)
    registered = provide(MemoryRegisteredWebhooks, provides=RegisteredWebhooks)
    publisher = provide(MemoryPublisher, provides=Publisher)
    locks = provide(MemoryLocks, provides=Locks)

    @provide
    def addresses(self) -> WebhookAddresses:
        return WebhookAddresses("https://skladsheets.test/webhooks/moysklad/")

    @provide
    def terms(self) -> Terms:
        return Terms(shortest=timedelta(minutes=1), spread=timedelta(0))

    @provide
    def pace(self) -> Pace:
        return Pace()

    @provide
    def budgets(self) -> VendorBudgets:
        return MemoryBudgets()

    systems = provide(MemorySystems, provides=Systems)
    calendar = provide(MemoryCalendar, provides=CronCalendar)
    zones = provide(MemoryCalendar, provides=Zones)
    keeper = provide(MemoryKeyKeeper)
    key_keeper = alias(source=MemoryKeyKeeper, provides=KeyKeeper)
    canaries = provide(MemoryCanaries, provides=Canaries)
    sealed_secrets = provide(MemorySealedSecrets, provides=SealedSecrets)

    @provide
    def vault(self, keeper: MemoryKeyKeeper) -> Vault:
        return MemoryVault(keeper)

    access_tokens = provide(MemoryAccessTokens, provides=AccessTokens)
    context_keys = provide(MemoryContextKeys, provides=ContextKeys)
    signatures = provide(MemoryVendorSignatures, provides=VendorSignatures)
    consent = provide(MemoryGoogleConsent, provides=GoogleConsent)
    source = provide(MemorySource, provides=Source)
    spreadsheets = provide(MemorySpreadsheets, provides=Spreadsheets)


@dataclass(frozen=True, slots=True)
class MemoryWorld:
    """The application over fakes, and the fakes that a story sets up and looks into."""

    application: Application
    container: AsyncContainer
    store: MemoryStore
    clock: MemoryClock
    publisher: MemoryPublisher
    context_keys: MemoryContextKeys
    signatures: MemoryVendorSignatures
    consent: MemoryGoogleConsent
    source: MemorySource
    spreadsheets: MemorySpreadsheets
    registered: MemoryRegisteredWebhooks
    documents: MemoryDocuments
    vendor: MemoryVendorInstallations


async def memory_world(limits: RunLimits | None = None, *instead: Provider) -> MemoryWorld:
    """A fresh world. Small `limits` make small runs have many batches; what `instead` provides replaces fakes."""
    container = _wiring(*instead)({RunLimits: limits or RunLimits()}, Lock, Scope.APP)
    return MemoryWorld(
        application=make_application(container),
        container=container,
        store=await container.get(MemoryStore),
        clock=await container.get(MemoryClock),
        publisher=_fake(await container.get(Publisher), MemoryPublisher),
        context_keys=_fake(await container.get(ContextKeys), MemoryContextKeys),
        signatures=_fake(await container.get(VendorSignatures), MemoryVendorSignatures),
        consent=_fake(await container.get(GoogleConsent), MemoryGoogleConsent),
        source=_fake(await container.get(Source), MemorySource),
        spreadsheets=_fake(await container.get(Spreadsheets), MemorySpreadsheets),
        registered=_fake(await container.get(RegisteredWebhooks), MemoryRegisteredWebhooks),
        documents=_fake(await container.get(Documents), MemoryDocuments),
        vendor=_fake(await container.get(VendorInstallations), MemoryVendorInstallations),
    )


@lru_cache(maxsize=8)
def _wiring(*instead: Provider) -> AsyncContainer:
    """The checked graph, in which nothing is made yet; whatever a world consists of is made in a scope of its own.

    Checking and compiling the graph takes longer than most stories do, so worlds with the same providers share it.
    """
    trading = (BillingFakes(), MatchingFakes(), MatchingVendorFakes(), MatchingSeam(), MessagingFakes(), DealerFakes())
    providers = (Fakes(), ObjectFakes(), *trading, DealerVendorFakes(), *instead, use_cases())
    return make_async_container(*providers, lock_factory=None, start_scope=Scope.RUNTIME)


def _fake(found: object, kind: type[FakeT]) -> FakeT:
    if not isinstance(found, kind):
        raise TypeError(f"{kind.__name__} was expected")
    return found
