"""The real adapters: PostgreSQL, Redis, MoySklad, Google, wherever the settings say they are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from dishka import AsyncContainer, Provider, Scope, from_context, make_async_container, provide

from adapters.formulas.cel import CelFormulas
from adapters.google.consent import project_of
from adapters.observability.behaviours import counted, observed
from adapters.observability.context import ContextHeaders
from adapters.observability.logs import announce
from adapters.observability.metrics import Metrics
from adapters.observability.publishing import TracedPublisher
from adapters.observability.runs import ObservedRuns
from adapters.observability.vendors import ObservedVendors
from adapters.postgres.engine import Engine, connections, make_engine
from adapters.postgres.health import require_isolation
from adapters.postgres.repositories.audit import SqlAuditTrail
from adapters.postgres.repositories.change_marks import SqlChangeMarks
from adapters.postgres.repositories.connections import (
    SqlConsentRequests,
    SqlGoogleConnections,
    SqlGoogleHomes,
    SqlMoySkladConnections,
    SqlPickedSpreadsheets,
)
from adapters.postgres.repositories.deliveries import (
    SqlDeliveries,
    SqlDeliveryCounts,
    SqlReceiverBeats,
    SqlWebhookViews,
)
from adapters.postgres.repositories.delivery import SqlFailedMessages, SqlNonces, SqlOutbox, SqlOutboxQueue, SqlReplays
from adapters.postgres.repositories.dispatch import SqlRunPlaces, SqlTurns, SqlWorkers
from adapters.postgres.repositories.exported_rows import SqlExportedRows
from adapters.postgres.repositories.exports import SqlExportConfigs
from adapters.postgres.repositories.installations import SqlCompanyViews, SqlInstallations, SqlVendorRequests
from adapters.postgres.repositories.kept_answers import SqlKeptAnswers
from adapters.postgres.repositories.pseudonym_keys import SqlPseudonymKeys
from adapters.postgres.repositories.quarantine import SqlQuarantine
from adapters.postgres.repositories.schedules import SqlOccurrences, SqlStandings
from adapters.postgres.repositories.sealed_secrets import SqlCanaries, SqlSealedSecrets
from adapters.postgres.repositories.tasks import SqlExportTasks
from adapters.postgres.repositories.tellings import SqlTellings
from adapters.postgres.repositories.webhooks import SqlExportWatches, SqlWebhookEndpoints, SqlWebhookRegistrations
from adapters.postgres.repositories.write_intents import SqlWriteIntents
from adapters.postgres.transaction import SqlReadTransaction, SqlSystemTransaction, SqlTransaction
from adapters.postgres.views.backlog import SqlBacklogViews
from adapters.postgres.views.exports import SqlExportViews, SqlFreshnessViews
from adapters.postgres.waiting import once_it_is_up
from adapters.queue.broker import Broker, make_broker
from adapters.queue.publisher import DramatiqPublisher
from adapters.redis.budgets import RedisBudgets
from adapters.redis.connection import Client
from adapters.redis.connection import connect as connect_redis
from adapters.redis.depths import RedisQueues
from adapters.redis.google_budgets import RedisGoogleBudgets
from adapters.redis.locks import RedisLocks
from adapters.redis.rates import RedisRateLimits
from adapters.redis.traces import RedisTraces
from adapters.system.calendar import CronsimCalendar
from adapters.system.clock import SystemClock
from adapters.system.ids import SystemIds
from adapters.vault.keys import parse_key_ring
from adapters.vault.ring import LocalKeyRing
from adapters.vault.secrets import AesGcmVault
from adapters.wording.run_words import RussianRunWords
from application.bus import Application
from application.connections.commands.check_keys import CheckKeys
from application.connections.google_limits import GoogleLimits
from application.connections.google_ports import GoogleBudgets, GoogleHomes, PickedSpreadsheets
from application.connections.installation_ports import CompanyViews, Installations, VendorRequests
from application.connections.key_ports import Canaries, KeyKeeper, SealedSecrets
from application.connections.limits import VendorLimits
from application.connections.ports import (
    ConsentRequests,
    GoogleConnections,
    MoySkladConnections,
    Vault,
    VendorBudgets,
    VendorWatch,
)
from application.connections.watched_turns import WatchedBudgets, WatchedGoogleBudgets
from application.delivery.commands.purge_expired import Retention
from application.delivery.ports import QUEUE_NAMES, BacklogViews, Queues
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
    ExportTasks,
    Formulas,
    Quarantine,
    RunWords,
    Tellings,
)
from application.exports.schedule_ports import Occurrences, Standings
from application.exports.views import ExportViews, FreshnessViews
from application.handlers import WORK
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
from application.tenants.rates import OwnBooks, RateLimits, Rates
from application.tenants.record_ports import CompanyTraces
from application.tenants.witnessing import WitnessedIds, WitnessedTransaction
from application.webhooks.ports import (
    Deliveries,
    DeliveryCounts,
    ExportWatches,
    ReceiverBeats,
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
from entrypoints.composition.automations import LiveAutomations
from entrypoints.composition.billing import LiveBilling
from entrypoints.composition.dealer_directory import LiveDirectory
from entrypoints.composition.dealers import DealerVendors, LiveBot, LiveTemplates
from entrypoints.composition.events import LiveEvents
from entrypoints.composition.matching import LiveMatching, MatchingSeam, MatchingVendors
from entrypoints.composition.messaging import LiveMessaging
from entrypoints.composition.notices import LiveNotices
from entrypoints.composition.scheduling import settled_pace, settled_retention, settled_terms
from entrypoints.composition.systems import LiveSystems
from entrypoints.composition.tenancy import Tenancy
from entrypoints.composition.use_cases import use_cases
from entrypoints.composition.vendors import Vendors
from entrypoints.settings import Settings, webhook_base

_KEPT_FOR_READERS = 8
"""Connections, of the twenty that a process may have."""


class Persistence(Provider):
    """PostgreSQL and Redis."""

    scope = Scope.APP
    settings = from_context(Settings, scope=Scope.APP)

    @provide
    async def engine(self, settings: Settings, metrics: Metrics) -> AsyncIterator[Engine]:
        engine = make_engine(settings.database_url)
        metrics.watch_pool(lambda: connections(engine))
        yield engine
        await engine.dispose()

    @provide
    async def redis(self, settings: Settings) -> AsyncIterator[Client]:
        client = connect_redis(settings.redis_url)
        yield client
        await client.aclose()

    @provide
    def broker(self, settings: Settings) -> Broker:
        return make_broker(settings.redis_url)

    @provide
    def publisher(self, broker: Broker) -> Publisher:
        return TracedPublisher(DramatiqPublisher(broker, {work.tag: work.queue for work in WORK}))

    @provide
    def queues(self, client: Client) -> Queues:
        return RedisQueues(client, QUEUE_NAMES)

    @provide
    def traces(self, client: Client) -> CompanyTraces:
        return RedisTraces(client, QUEUE_NAMES)

    @provide
    def locks(self, client: Client) -> Locks:
        return RedisLocks(client)

    @provide
    async def budgets(self, settings: Settings, client: Client, watch: VendorWatch) -> AsyncIterator[VendorBudgets]:
        moysklad = settings.moysklad
        budgets = RedisBudgets(
            client,
            VendorLimits(
                units=moysklad.units,
                window=moysklad.window,
                parallel=moysklad.parallel,
                account_parallel=moysklad.account_parallel,
                transit=moysklad.transit,
            ),
        )
        yield WatchedBudgets(budgets, watch)
        await budgets.close()

    @provide
    async def google_budgets(
        self, settings: Settings, client: Client, watch: VendorWatch
    ) -> AsyncIterator[GoogleBudgets]:
        google = settings.google
        budgets = RedisGoogleBudgets(
            client,
            GoogleLimits(
                user=google.user_requests,
                project=google.project_requests,
                projects={
                    project_of(client.id): client.requests for client in google.clients if client.requests is not None
                },
                window=google.window,
                spacing=google.write_spacing,
            ),
        )
        yield WatchedGoogleBudgets(budgets, watch)
        await budgets.close()

    @provide
    async def rate_limits(self, client: Client) -> AsyncIterator[RateLimits]:
        limits = RedisRateLimits(client)
        yield limits
        await limits.close()

    @provide
    def rates(self, settings: Settings) -> Rates:
        guarding = settings.guarding
        return Rates(
            Rate(guarding.sign_ins), Rate.loose(guarding.address_requests), Rate.loose(guarding.company_requests)
        )

    @provide
    def own_books(self) -> OwnBooks:
        return OwnBooks()

    configs = provide(SqlExportConfigs, provides=ExportConfigs)

    @provide
    def systems(self, engine: Engine, client: Client) -> Systems:
        return LiveSystems(engine, client)

    plain_transaction = provide(SqlTransaction)
    upkeep = provide(SqlTransaction, provides=UpkeepTransaction)

    @provide
    async def reading(self, engine: Engine) -> AsyncIterator[ReadTransaction]:
        reading = SqlReadTransaction(engine, kept=_KEPT_FOR_READERS)
        yield reading
        await reading.close()

    @provide
    def transaction(
        self, plain: SqlTransaction, trail: AuditTrail, answers: KeptAnswers, ids: Ids, clock: Clock
    ) -> Transaction:
        return WitnessedTransaction(plain, trail, answers, ids, clock)

    trail = provide(SqlAuditTrail, provides=AuditTrail)
    kept_answers = provide(SqlKeptAnswers, provides=KeptAnswers)
    system_transaction = provide(SqlSystemTransaction, provides=SystemTransaction)
    moysklad_connections = provide(SqlMoySkladConnections, provides=MoySkladConnections)
    google_connections = provide(SqlGoogleConnections, provides=GoogleConnections)
    google_homes = provide(SqlGoogleHomes, provides=GoogleHomes)
    picked_spreadsheets = provide(SqlPickedSpreadsheets, provides=PickedSpreadsheets)
    consent_requests = provide(SqlConsentRequests, provides=ConsentRequests)
    vendor_requests = provide(SqlVendorRequests, provides=VendorRequests)
    installations = provide(SqlInstallations, provides=Installations)
    company_views = provide(SqlCompanyViews, provides=CompanyViews)
    canaries = provide(SqlCanaries, provides=Canaries)
    sealed_secrets = provide(SqlSealedSecrets, provides=SealedSecrets)
    tasks = provide(SqlExportTasks, provides=ExportTasks)
    rows = provide(SqlExportedRows, provides=ExportedRows)
    quarantine = provide(SqlQuarantine, provides=Quarantine)
    intents = provide(SqlWriteIntents, provides=WriteIntents)
    pseudonym_keys = provide(SqlPseudonymKeys, provides=PseudonymKeys)
    tellings = provide(SqlTellings, provides=Tellings)
    places = provide(SqlRunPlaces, provides=RunPlaces)
    workers = provide(SqlWorkers, provides=Workers)
    turns = provide(SqlTurns, provides=Turns)
    occurrences = provide(SqlOccurrences, provides=Occurrences)
    standings = provide(SqlStandings, provides=Standings)
    views = provide(SqlExportViews, provides=ExportViews)
    freshness_views = provide(SqlFreshnessViews, provides=FreshnessViews)
    backlog_views = provide(SqlBacklogViews, provides=BacklogViews)
    outbox = provide(SqlOutbox, provides=Outbox)
    failed_messages = provide(SqlFailedMessages, provides=FailedMessages)
    outbox_queue = provide(SqlOutboxQueue, provides=OutboxQueue)
    replays = provide(SqlReplays, provides=Replays)
    nonces = provide(SqlNonces, provides=Nonces)
    marks = provide(SqlChangeMarks, provides=ChangeMarks)
    endpoints = provide(SqlWebhookEndpoints, provides=WebhookEndpoints)
    registrations = provide(SqlWebhookRegistrations, provides=WebhookRegistrations)
    deliveries = provide(SqlDeliveries, provides=Deliveries)
    delivery_counts = provide(SqlDeliveryCounts, provides=DeliveryCounts)
    watches = provide(SqlExportWatches, provides=ExportWatches)
    beats = provide(SqlReceiverBeats, provides=ReceiverBeats)
    webhook_views = provide(SqlWebhookViews, provides=WebhookViews)


class Surroundings(Provider):
    """The clock, identities, secrets, and what is read from the running process."""

    scope = Scope.APP

    clock = provide(SystemClock, provides=Clock)
    calendar = provide(CronsimCalendar, provides=CronCalendar)
    formulas = provide(CelFormulas, provides=Formulas)
    run_words = provide(RussianRunWords, provides=RunWords)
    headers = provide(ContextHeaders, provides=Headers)
    metrics = from_context(Metrics, scope=Scope.APP)
    vendor_watch = provide(ObservedVendors, provides=VendorWatch)
    run_watch = provide(ObservedRuns, provides=RunWatch)

    @provide
    def ids(self) -> Ids:
        return WitnessedIds(SystemIds())

    @provide
    def keeper(self, settings: Settings) -> KeyKeeper:
        return LocalKeyRing(parse_key_ring(settings.encryption_keys))

    @provide
    def vault(self, settings: Settings, keeper: KeyKeeper) -> Vault:
        return AesGcmVault(parse_key_ring(settings.encryption_keys), keeper)

    @provide
    def terms(self, settings: Settings) -> Terms:
        return settled_terms(settings)

    @provide
    def retention(self, settings: Settings) -> Retention:
        return settled_retention(settings)

    @provide
    def limits(self, settings: Settings) -> RunLimits:
        return RunLimits(lease=timedelta(seconds=settings.lease_seconds))

    @provide
    def shares(self, settings: Settings) -> Shares:
        return Shares(settings.company_runs, settings.company_backfills)

    @provide
    def addresses(self, settings: Settings) -> WebhookAddresses:
        return WebhookAddresses(webhook_base(settings.public_url), tuple(map(webhook_base, settings.former_urls)))

    @provide
    def pace(self, settings: Settings) -> Pace:
        return settled_pace(settings)


def live_container(settings: Settings, metrics: Metrics) -> AsyncContainer:
    """A container of the real adapters. dishka checks that nothing is missing."""
    context = {Settings: settings, Metrics: metrics}
    kept = (Persistence(), Tenancy(), LiveBilling(), LiveEvents(), LiveAutomations(), LiveMatching())
    dealing = (LiveNotices(), LiveDirectory(), LiveBot(), LiveMessaging(), DealerVendors(), LiveTemplates())
    providers = (*kept, *dealing, Vendors(), MatchingVendors(), MatchingSeam(), Surroundings(), use_cases())
    return make_async_container(*providers, context=context)


@asynccontextmanager
async def live_application(
    settings: Settings, metrics: Metrics | None = None, *, complete_keys: bool = True
) -> AsyncIterator[Application]:
    """The application over the real adapters. Raises NotIsolated where companies would not be kept apart,
    KeyRingForeign or KeyRingIncomplete where secrets would not be sealed and opened rightly; with an incomplete ring
    it is opened if `complete_keys` is false.
    """
    metrics = metrics or Metrics()
    container = live_container(settings, metrics)
    try:
        engine = await container.get(Engine)
        await once_it_is_up(partial(require_isolation, engine), announce)
        application = make_application(container, (observed, counted(metrics)))
        await once_it_is_up(partial(application.execute, CheckKeys(complete=complete_keys)), announce)
        yield application
    finally:
        await container.close()
