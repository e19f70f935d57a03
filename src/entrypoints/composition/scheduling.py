"""The scheduler's process: a few commands over PostgreSQL. It loads nothing that speaks to a vendor, to Redis or to
people, which takes a third off its memory.
"""

import multiprocessing
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import uvloop
from dishka import AsyncContainer, Provider, Scope, from_context, make_async_container, provide

from adapters.moysklad.catalogue import ScannedExporters
from adapters.observability.behaviours import counted, observed
from adapters.observability.context import ContextHeaders
from adapters.observability.logs import announce, configure_logs
from adapters.observability.metrics import Metrics
from adapters.observability.reports import report
from adapters.observability.schedules import ObservedConfigs
from adapters.postgres.engine import Engine, connections, make_engine
from adapters.postgres.health import require_isolation
from adapters.postgres.repositories.access import SqlLinks
from adapters.postgres.repositories.audit import SqlAuditTrail
from adapters.postgres.repositories.change_marks import SqlChangeMarks
from adapters.postgres.repositories.connections import (
    SqlConsentRequests,
    SqlGoogleConnections,
    SqlMoySkladConnections,
)
from adapters.postgres.repositories.deliveries import SqlDeliveries, SqlDeliveryCounts
from adapters.postgres.repositories.delivery import SqlNonces, SqlOutbox, SqlOutboxQueue, SqlReplays
from adapters.postgres.repositories.dispatch import SqlRunPlaces, SqlTurns, SqlWorkers
from adapters.postgres.repositories.erasures import SqlErasures
from adapters.postgres.repositories.executions import SqlExecutions
from adapters.postgres.repositories.exports import SqlExportConfigs
from adapters.postgres.repositories.installations import SqlVendorRequests
from adapters.postgres.repositories.kept_answers import SqlKeptAnswers
from adapters.postgres.repositories.records import SqlCompanyRecords
from adapters.postgres.repositories.schedules import SqlOccurrences, SqlStandings
from adapters.postgres.repositories.tasks import SqlExportTasks
from adapters.postgres.repositories.tellings import SqlTellings
from adapters.postgres.repositories.tenants import SqlCompanies, SqlSessions
from adapters.postgres.repositories.webhooks import SqlExportWatches, SqlWebhookEndpoints
from adapters.postgres.transaction import SqlSystemTransaction, SqlTransaction
from adapters.postgres.waiting import once_it_is_up
from adapters.system.calendar import CronsimCalendar
from adapters.system.clock import SystemClock
from adapters.system.ids import SystemIds
from application.automations.commands.recover_executions import RecoverExecutions, RecoverExecutionsHandler
from application.automations.ports import Executions
from application.billing.quotas import Quotas
from application.bus import Application
from application.connections.installation_ports import VendorRequests
from application.connections.ports import ConsentRequests, GoogleConnections, MoySkladConnections
from application.dealers.commands.recover_notices import RecoverNotices, RecoverNoticesHandler
from application.delivery.commands.purge_expired import PurgeExpired, PurgeExpiredHandler, Retention
from application.delivery.erasing import Erasing
from application.exports.allowing import Allowances
from application.exports.commands.book_due_exports import BookDueExports, BookDueExportsHandler
from application.exports.commands.make_room import MakeRoom, MakeRoomHandler
from application.exports.commands.recover_tasks import RecoverTasks, RecoverTasksHandler
from application.exports.dispatch_ports import RunPlaces, Workers
from application.exports.dispatching import Places
from application.exports.mark_ports import ChangeMarks
from application.exports.ports import CronCalendar, ExportConfigs, ExporterCatalogue, ExportTasks, Tellings
from application.exports.resting import Resting
from application.exports.schedule_ports import Occurrences, Standings
from application.exports.succession import Succession
from application.exports.tidings import Tidings
from application.messages import Message
from application.ports import (
    Clock,
    Headers,
    Ids,
    Nonces,
    Outbox,
    OutboxQueue,
    Replays,
    SystemTransaction,
    Transaction,
    Turns,
)
from application.tenants.announcing import Announcing
from application.tenants.audit import AuditTrail
from application.tenants.kept_answers import KeptAnswers
from application.tenants.ports import Companies, Links, Sessions
from application.tenants.record_ports import CompanyRecords, Erasures
from application.webhooks.commands.book_follow_ups import BookFollowUps, BookFollowUpsHandler
from application.webhooks.commands.book_hearings import BookHearings, BookHearingsHandler
from application.webhooks.commands.book_tendings import BookTendings, BookTendingsHandler
from application.webhooks.commands.interpret_deliveries import InterpretDeliveries, InterpretDeliveriesHandler
from application.webhooks.following import Following
from application.webhooks.ports import Deliveries, DeliveryCounts, ExportWatches, WebhookEndpoints
from domain.exports.schedule import Terms
from domain.exports.sharing import Shares
from domain.shared.errors import SkladSheetsError
from domain.webhooks.watch import Pace
from entrypoints.composition.application import ContainerScopes
from entrypoints.composition.billing import LiveBilling
from entrypoints.composition.dealer_directory import LiveDirectory
from entrypoints.composition.events import LiveEvents
from entrypoints.composition.notices import LiveNotices
from entrypoints.composition.observing import observe, refusals_told
from entrypoints.rounds import stop_on_signals
from entrypoints.scheduler.main import schedule
from entrypoints.settings import Settings

SCHEDULED: dict[type[Message[Any]], type[Any]] = {
    BookDueExports: BookDueExportsHandler,
    RecoverTasks: RecoverTasksHandler,
    MakeRoom: MakeRoomHandler,
    PurgeExpired: PurgeExpiredHandler,
    RecoverNotices: RecoverNoticesHandler,
    InterpretDeliveries: InterpretDeliveriesHandler,
    BookFollowUps: BookFollowUpsHandler,
    BookTendings: BookTendingsHandler,
    BookHearings: BookHearingsHandler,
    RecoverExecutions: RecoverExecutionsHandler,
}
"""What a scheduler can be told. entrypoints.scheduler tells nothing else."""


class SchedulerAdapters(Provider):
    """As much as these handlers need. dishka checks that nothing is missing."""

    scope = Scope.APP
    settings = from_context(Settings, scope=Scope.APP)
    metrics = from_context(Metrics, scope=Scope.APP)

    @provide
    async def engine(self, settings: Settings, metrics: Metrics) -> AsyncIterator[Engine]:
        engine = make_engine(settings.database_url, pool_size=2)
        metrics.watch_pool(lambda: connections(engine))
        yield engine
        await engine.dispose()

    @provide
    def ids(self) -> Ids:
        return SystemIds()

    @provide
    def terms(self, settings: Settings) -> Terms:
        return settled_terms(settings)

    @provide
    def configs(self, metrics: Metrics) -> ExportConfigs:
        return ObservedConfigs(SqlExportConfigs(), metrics)

    @provide
    def retention(self, settings: Settings) -> Retention:
        return settled_retention(settings)

    @provide
    def catalogue(self) -> ExporterCatalogue:
        return ScannedExporters()

    @provide
    def pace(self, settings: Settings) -> Pace:
        return settled_pace(settings)

    @provide
    def shares(self, settings: Settings) -> Shares:
        return Shares(settings.company_runs, settings.company_backfills)

    announcing = provide(Announcing, scope=Scope.REQUEST)
    quotas = provide(Quotas, scope=Scope.REQUEST)
    allowances = provide(Allowances, scope=Scope.REQUEST)
    resting = provide(Resting, scope=Scope.REQUEST)
    clock = provide(SystemClock, provides=Clock)
    calendar = provide(CronsimCalendar, provides=CronCalendar)
    headers = provide(ContextHeaders, provides=Headers)
    system_transaction = provide(SqlSystemTransaction, provides=SystemTransaction)
    tasks = provide(SqlExportTasks, provides=ExportTasks)
    tellings = provide(SqlTellings, provides=Tellings)
    executions = provide(SqlExecutions, provides=Executions)
    occurrences = provide(SqlOccurrences, provides=Occurrences)
    standings = provide(SqlStandings, provides=Standings)
    run_places = provide(SqlRunPlaces, provides=RunPlaces)
    workers = provide(SqlWorkers, provides=Workers)
    turns = provide(SqlTurns, provides=Turns)
    transaction = provide(SqlTransaction, provides=Transaction)
    companies = provide(SqlCompanies, provides=Companies)
    moysklad_connections = provide(SqlMoySkladConnections, provides=MoySkladConnections)
    google_connections = provide(SqlGoogleConnections, provides=GoogleConnections)
    marks = provide(SqlChangeMarks, provides=ChangeMarks)
    endpoints = provide(SqlWebhookEndpoints, provides=WebhookEndpoints)
    deliveries = provide(SqlDeliveries, provides=Deliveries)
    counts = provide(SqlDeliveryCounts, provides=DeliveryCounts)
    watches = provide(SqlExportWatches, provides=ExportWatches)
    outbox = provide(SqlOutbox, provides=Outbox)
    outbox_queue = provide(SqlOutboxQueue, provides=OutboxQueue)
    nonces = provide(SqlNonces, provides=Nonces)
    sessions = provide(SqlSessions, provides=Sessions)
    links = provide(SqlLinks, provides=Links)
    requests = provide(SqlConsentRequests, provides=ConsentRequests)
    calls = provide(SqlVendorRequests, provides=VendorRequests)
    replays = provide(SqlReplays, provides=Replays)
    records = provide(SqlCompanyRecords, provides=CompanyRecords)
    erasures = provide(SqlErasures, provides=Erasures)
    erasing = provide(Erasing, scope=Scope.REQUEST)
    answers = provide(SqlKeptAnswers, provides=KeptAnswers)
    trail = provide(SqlAuditTrail, provides=AuditTrail)
    succession = provide(Succession, scope=Scope.REQUEST)
    tidings = provide(Tidings, scope=Scope.REQUEST)
    places = provide(Places, scope=Scope.REQUEST)
    following = provide(Following, scope=Scope.REQUEST)


def settled_terms(settings: Settings) -> Terms:
    """The terms that hold for every company; its plan may be stricter."""
    shortest, spread = settings.schedule_minimum_seconds, settings.schedule_spread_seconds
    return Terms(timedelta(seconds=shortest), timedelta(seconds=spread))


def settled_retention(settings: Settings) -> Retention:
    """For how long what is over is remembered."""
    return Retention(
        timedelta(days=settings.retention_days),
        timedelta(days=settings.company_retention_days),
        timedelta(days=settings.audit_days),
    )


def settled_pace(settings: Settings) -> Pace:
    """How soon runs follow what was told."""
    return Pace(catch_up=timedelta(minutes=settings.catch_up_minutes))


def scheduler_container(settings: Settings, metrics: Metrics) -> AsyncContainer:
    """A container of what schedulers need."""
    provider = SchedulerAdapters()
    for handler in SCHEDULED.values():
        provider.provide(handler, scope=Scope.REQUEST)
    rooms = (LiveBilling(), LiveEvents(), LiveNotices(), LiveDirectory())
    return make_async_container(provider, *rooms, context={Settings: settings, Metrics: metrics})


@asynccontextmanager
async def scheduler_application(settings: Settings, metrics: Metrics) -> AsyncIterator[Application]:
    """The application of a scheduler. Raises NotIsolated where companies would not be kept apart."""
    container = scheduler_container(settings, metrics)
    try:
        engine = await container.get(Engine)
        await once_it_is_up(partial(require_isolation, engine), announce)
        yield Application(SCHEDULED, ContainerScopes(container), (observed, counted(metrics)))
    finally:
        await container.close()


def run_scheduler(settings: Settings) -> None:
    """Schedules until stopped. Ends at once where the keys are not the database's own: a scheduler opens nothing, but
    such a one has another installation's settings. A process of its own looks at them, so that what opens secrets takes
    none of the scheduler's memory.
    """
    looking = multiprocessing.get_context("fork").Process(target=_look_at_keys, args=(settings,))
    looking.start()
    looking.join()
    if looking.exitcode:
        raise SystemExit(looking.exitcode)
    uvloop.run(_schedule(settings, observe(settings, "scheduler")))


def _look_at_keys(settings: Settings) -> None:
    from entrypoints.composition.keys import check_keys  # noqa: PLC0415 - loaded in the child alone

    configure_logs("scheduler", settings.log_level)
    with refusals_told():
        try:
            uvloop.run(check_keys(settings))
        except SkladSheetsError:
            raise
        except Exception as failed:  # noqa: BLE001 - it is reported, and ends the process
            report(failed)
            raise SystemExit(1) from None


async def _schedule(settings: Settings, metrics: Metrics) -> None:
    stop = stop_on_signals()
    async with scheduler_application(settings, metrics) as application:
        announce("scheduler ready")
        await schedule(application, stop, time.monotonic, report)
