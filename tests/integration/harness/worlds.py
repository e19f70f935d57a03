"""The same ports twice: over dictionaries and over PostgreSQL."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.memory.access import MemoryApiKeys, MemoryLinks
from adapters.memory.announcements import MemoryAnnouncements
from adapters.memory.audit import MemoryAuditTrail
from adapters.memory.automations import (
    MemoryAutomationRules,
    MemoryExecutions,
    MemoryLinkSides,
    MemoryReceivedExecutions,
)
from adapters.memory.billing import (
    MemoryBillingAccounts,
    MemoryCustomers,
    MemoryManualBilling,
    MemoryMoySkladBilling,
    MemoryUsage,
)
from adapters.memory.connections import (
    MemoryConsentRequests,
    MemoryGoogleConnections,
    MemoryGoogleHomes,
    MemoryMoySkladConnections,
    MemoryPickedSpreadsheets,
)
from adapters.memory.dealers import MemoryBindLinks, MemoryChatBindings, MemoryDealers
from adapters.memory.delivery import (
    MemoryFailedMessages,
    MemoryHeaders,
    MemoryNonces,
    MemoryOutbox,
    MemoryOutboxQueue,
    MemoryReplays,
)
from adapters.memory.dispatch import MemoryRunPlaces, MemoryTurns, MemoryWorkers
from adapters.memory.events import MemoryInterests, MemoryObjectEvents
from adapters.memory.exports import MemoryExportConfigs, MemoryExportedRows, MemoryExportTasks, MemoryQuarantine
from adapters.memory.installations import MemoryCompanyViews, MemoryInstallations, MemoryVendorRequests
from adapters.memory.intents import MemoryWriteIntents
from adapters.memory.kept_answers import MemoryKeptAnswers
from adapters.memory.keys import MemoryCanaries, MemorySealedSecrets
from adapters.memory.machine import MemoryClock, MemoryIds
from adapters.memory.matching import MemoryMatchPairs, MemoryMatchReviews
from adapters.memory.notices import MemoryNotices, MemoryNoticeViews
from adapters.memory.personal import MemoryPseudonymKeys
from adapters.memory.records import MemoryCompanyRecords, MemoryErasures
from adapters.memory.schedules import MemoryOccurrences, MemoryStandings
from adapters.memory.seen_documents import MemoryDocumentStates
from adapters.memory.store import MemoryStore
from adapters.memory.tellings import MemoryTellings
from adapters.memory.templates import MemoryNoticeTemplates
from adapters.memory.tenants import MemoryCompanies, MemoryMembers, MemorySessions
from adapters.memory.transaction import MemoryReadTransaction, MemorySystemTransaction, MemoryTransaction
from adapters.memory.views import MemoryExportViews, MemoryFreshnessViews
from adapters.memory.watching import MemoryBacklogViews
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
from adapters.postgres.repositories.access import SqlApiKeys, SqlLinks
from adapters.postgres.repositories.announcements import SqlAnnouncements
from adapters.postgres.repositories.audit import SqlAuditTrail
from adapters.postgres.repositories.automations import SqlAutomationRules, SqlLinkSides
from adapters.postgres.repositories.billing import (
    SqlBillingAccounts,
    SqlCustomers,
    SqlManualBilling,
    SqlMoySkladBilling,
    SqlUsage,
)
from adapters.postgres.repositories.change_marks import SqlChangeMarks
from adapters.postgres.repositories.connections import (
    SqlConsentRequests,
    SqlGoogleConnections,
    SqlGoogleHomes,
    SqlMoySkladConnections,
    SqlPickedSpreadsheets,
)
from adapters.postgres.repositories.dealers import SqlBindLinks, SqlChatBindings, SqlDealers
from adapters.postgres.repositories.deliveries import (
    SqlDeliveries,
    SqlDeliveryCounts,
    SqlReceiverBeats,
    SqlWebhookViews,
)
from adapters.postgres.repositories.delivery import SqlFailedMessages, SqlNonces, SqlOutbox, SqlOutboxQueue, SqlReplays
from adapters.postgres.repositories.dispatch import SqlRunPlaces, SqlTurns, SqlWorkers
from adapters.postgres.repositories.erasures import SqlErasures
from adapters.postgres.repositories.events import SqlInterests, SqlObjectEvents
from adapters.postgres.repositories.executions import SqlExecutions, SqlReceivedExecutions
from adapters.postgres.repositories.exported_rows import SqlExportedRows
from adapters.postgres.repositories.exports import SqlExportConfigs
from adapters.postgres.repositories.installations import SqlCompanyViews, SqlInstallations, SqlVendorRequests
from adapters.postgres.repositories.kept_answers import SqlKeptAnswers
from adapters.postgres.repositories.matching import SqlMatchPairs, SqlMatchReviews
from adapters.postgres.repositories.notice_templates import SqlNoticeTemplates
from adapters.postgres.repositories.notices import SqlNotices
from adapters.postgres.repositories.pseudonym_keys import SqlPseudonymKeys
from adapters.postgres.repositories.quarantine import SqlQuarantine
from adapters.postgres.repositories.records import SqlCompanyRecords
from adapters.postgres.repositories.schedules import SqlOccurrences, SqlStandings
from adapters.postgres.repositories.sealed_secrets import SqlCanaries, SqlSealedSecrets
from adapters.postgres.repositories.seen_documents import SqlDocumentStates
from adapters.postgres.repositories.tasks import SqlExportTasks
from adapters.postgres.repositories.tellings import SqlTellings
from adapters.postgres.repositories.tenants import SqlCompanies, SqlMembers, SqlSessions
from adapters.postgres.repositories.webhooks import SqlExportWatches, SqlWebhookEndpoints, SqlWebhookRegistrations
from adapters.postgres.repositories.write_intents import SqlWriteIntents
from adapters.postgres.transaction import SqlReadTransaction, SqlSystemTransaction, SqlTransaction
from adapters.postgres.views.backlog import SqlBacklogViews
from adapters.postgres.views.exports import SqlExportViews, SqlFreshnessViews
from adapters.postgres.views.notices import SqlNoticeViews
from adapters.system.ids import SystemIds
from application.automations.pair_ports import MatchPairs, MatchReviews
from application.automations.ports import AutomationRules, Executions, LinkSides, ReceivedExecutions
from application.billing.ports import BillingAccounts, BillingProvider, Customers, Usage
from application.connections.google_ports import GoogleHomes, PickedSpreadsheets
from application.connections.installation_ports import CompanyViews, Installations, VendorRequests
from application.connections.key_ports import Canaries, SealedSecrets
from application.connections.ports import ConsentRequests, GoogleConnections, MoySkladConnections
from application.dealers.directory_ports import BindLinks, ChatBindings, Dealers
from application.dealers.notice_ports import Notices, NoticeViews
from application.dealers.template_ports import NoticeTemplates
from application.delivery.ports import BacklogViews
from application.exports.dispatch_ports import RunPlaces, Workers
from application.exports.intent_ports import WriteIntents
from application.exports.mark_ports import ChangeMarks
from application.exports.personal_ports import PseudonymKeys
from application.exports.ports import ExportConfigs, ExportedRows, ExportTasks, Quarantine, Tellings
from application.exports.schedule_ports import Occurrences, Standings
from application.exports.views import ExportViews, FreshnessViews
from application.ports import (
    FailedMessages,
    Ids,
    Nonces,
    Outbox,
    OutboxQueue,
    ReadTransaction,
    Replays,
    SystemTransaction,
    Transaction,
    Turns,
)
from application.tenants.announcing import Announcements
from application.tenants.audit import AuditTrail
from application.tenants.kept_answers import KeptAnswers
from application.tenants.ports import ApiKeys, Companies, Links, Members, Sessions
from application.tenants.record_ports import CompanyRecords, Erasures
from application.webhooks.event_ports import DocumentStates, Interests, ObjectEvents
from application.webhooks.ports import (
    Deliveries,
    DeliveryCounts,
    ExportWatches,
    ReceiverBeats,
    WebhookEndpoints,
    WebhookRegistrations,
    WebhookViews,
)
from domain.billing.grants import Offer
from domain.billing.plans import PlanKey

_ERAS = itertools.count()
_ERA = timedelta(days=20)


ON_SALE = Offer(tariffs={"s": PlanKey.START, "b": PlanKey.BUSINESS}, usual=PlanKey.FREE, after=PlanKey.FREE)
"""How plans are sold in these worlds."""


@dataclass(frozen=True)
class World:
    """Every port that keeps something. The clock stands in an era of the test's own."""

    transaction: Transaction
    system_transaction: SystemTransaction
    reading: ReadTransaction
    companies: Companies
    members: Members
    sessions: Sessions
    links: Links
    api_keys: ApiKeys
    moysklad: MoySkladConnections
    google: GoogleConnections
    homes: GoogleHomes
    picked: PickedSpreadsheets
    consents: ConsentRequests
    installations: Installations
    calls: VendorRequests
    company_views: CompanyViews
    canaries: Canaries
    secrets: SealedSecrets
    configs: ExportConfigs
    tasks: ExportTasks
    rows: ExportedRows
    quarantine: Quarantine
    intents: WriteIntents
    tellings: Tellings
    places: RunPlaces
    workers: Workers
    turns: Turns
    failed: FailedMessages
    outbox: Outbox
    queue: OutboxQueue
    replays: Replays
    answers: KeptAnswers
    trail: AuditTrail
    nonces: Nonces
    views: ExportViews
    freshness: FreshnessViews
    occurrences: Occurrences
    standings: Standings
    marks: ChangeMarks
    endpoints: WebhookEndpoints
    registrations: WebhookRegistrations
    deliveries: Deliveries
    counts: DeliveryCounts
    watches: ExportWatches
    beats: ReceiverBeats
    interests: Interests
    events: ObjectEvents
    pairs: MatchPairs
    reviews: MatchReviews
    notices: Notices
    notice_views: NoticeViews
    notice_templates: NoticeTemplates
    announcements: Announcements
    dealers: Dealers
    chats: ChatBindings
    bind_links: BindLinks
    document_states: DocumentStates
    webhook_views: WebhookViews
    backlog: BacklogViews
    accounts: BillingAccounts
    customers: Customers
    billing: tuple[BillingProvider, BillingProvider]
    usage: Usage
    pseudonym_keys: PseudonymKeys
    records: CompanyRecords
    erasures: Erasures
    link_sides: LinkSides
    rules: AutomationRules
    executions: Executions
    received: ReceivedExecutions
    ids: Ids
    clock: MemoryClock
    headers: MemoryHeaders

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self.clock.now()


def era_clock() -> MemoryClock:
    """A clock that stands before everything that earlier tests left in the database.

    So whatever works across companies by time (what is due, what has expired) meets this test's rows only.
    """
    clock = MemoryClock()
    clock.set(datetime(2026, 1, 12, 6, tzinfo=UTC) - next(_ERAS) * _ERA)
    return clock


def memory_world() -> World:
    """A world of its own."""
    store, clock, ids, headers = MemoryStore(), era_clock(), MemoryIds(), MemoryHeaders()
    return World(
        transaction=MemoryTransaction(store),
        system_transaction=MemorySystemTransaction(store),
        reading=MemoryReadTransaction(store),
        companies=MemoryCompanies(store),
        members=MemoryMembers(store),
        sessions=MemorySessions(store),
        links=MemoryLinks(store),
        api_keys=MemoryApiKeys(store),
        moysklad=MemoryMoySkladConnections(store),
        google=MemoryGoogleConnections(store),
        homes=MemoryGoogleHomes(store),
        picked=MemoryPickedSpreadsheets(store),
        consents=MemoryConsentRequests(store),
        installations=MemoryInstallations(store),
        calls=MemoryVendorRequests(store),
        company_views=MemoryCompanyViews(store),
        canaries=MemoryCanaries(store),
        secrets=MemorySealedSecrets(store),
        configs=MemoryExportConfigs(store),
        tasks=MemoryExportTasks(store),
        rows=MemoryExportedRows(store),
        quarantine=MemoryQuarantine(store),
        intents=MemoryWriteIntents(store),
        tellings=MemoryTellings(store),
        places=MemoryRunPlaces(store),
        workers=MemoryWorkers(store),
        turns=MemoryTurns(store),
        failed=MemoryFailedMessages(store),
        outbox=MemoryOutbox(store, ids, clock, headers),
        queue=MemoryOutboxQueue(store),
        replays=MemoryReplays(store, clock),
        answers=MemoryKeptAnswers(store),
        trail=MemoryAuditTrail(store),
        nonces=MemoryNonces(store),
        views=MemoryExportViews(store),
        freshness=MemoryFreshnessViews(store),
        occurrences=MemoryOccurrences(store),
        standings=MemoryStandings(store),
        marks=MemoryChangeMarks(store),
        endpoints=MemoryWebhookEndpoints(store),
        registrations=MemoryWebhookRegistrations(store),
        deliveries=MemoryDeliveries(store),
        counts=MemoryDeliveryCounts(store),
        watches=MemoryExportWatches(store),
        beats=MemoryReceiverBeats(store),
        interests=MemoryInterests(store),
        events=MemoryObjectEvents(store),
        pairs=MemoryMatchPairs(store),
        reviews=MemoryMatchReviews(store),
        notices=MemoryNotices(store),
        notice_views=MemoryNoticeViews(store),
        notice_templates=MemoryNoticeTemplates(store),
        announcements=MemoryAnnouncements(store),
        dealers=MemoryDealers(store),
        chats=MemoryChatBindings(store),
        bind_links=MemoryBindLinks(store),
        document_states=MemoryDocumentStates(store),
        webhook_views=MemoryWebhookViews(store),
        backlog=MemoryBacklogViews(store),
        accounts=MemoryBillingAccounts(store),
        customers=MemoryCustomers(store),
        billing=(MemoryMoySkladBilling(store, ON_SALE), MemoryManualBilling(store, ON_SALE)),
        usage=MemoryUsage(store),
        pseudonym_keys=MemoryPseudonymKeys(store),
        records=MemoryCompanyRecords(store),
        erasures=MemoryErasures(store),
        link_sides=MemoryLinkSides(store),
        rules=MemoryAutomationRules(store),
        executions=MemoryExecutions(store),
        received=MemoryReceivedExecutions(store),
        ids=ids,
        clock=clock,
        headers=headers,
    )


def postgres_world(engine: AsyncEngine) -> World:
    """The world of that database; companies made in it are of one's own, the rest is shared with other tests."""
    clock, ids, headers = era_clock(), SystemIds(), MemoryHeaders()
    return World(
        transaction=SqlTransaction(engine),
        system_transaction=SqlSystemTransaction(engine),
        reading=SqlReadTransaction(engine),
        companies=SqlCompanies(),
        members=SqlMembers(),
        sessions=SqlSessions(),
        links=SqlLinks(),
        api_keys=SqlApiKeys(),
        moysklad=SqlMoySkladConnections(),
        google=SqlGoogleConnections(),
        homes=SqlGoogleHomes(),
        picked=SqlPickedSpreadsheets(),
        consents=SqlConsentRequests(),
        installations=SqlInstallations(),
        calls=SqlVendorRequests(),
        company_views=SqlCompanyViews(),
        canaries=SqlCanaries(),
        secrets=SqlSealedSecrets(),
        configs=SqlExportConfigs(),
        tasks=SqlExportTasks(),
        rows=SqlExportedRows(),
        quarantine=SqlQuarantine(),
        intents=SqlWriteIntents(),
        tellings=SqlTellings(),
        places=SqlRunPlaces(),
        workers=SqlWorkers(),
        turns=SqlTurns(),
        failed=SqlFailedMessages(),
        outbox=SqlOutbox(ids, clock, headers),
        queue=SqlOutboxQueue(),
        replays=SqlReplays(clock),
        answers=SqlKeptAnswers(),
        trail=SqlAuditTrail(),
        nonces=SqlNonces(),
        views=SqlExportViews(),
        freshness=SqlFreshnessViews(),
        occurrences=SqlOccurrences(),
        standings=SqlStandings(),
        marks=SqlChangeMarks(),
        endpoints=SqlWebhookEndpoints(),
        registrations=SqlWebhookRegistrations(),
        deliveries=SqlDeliveries(),
        counts=SqlDeliveryCounts(),
        watches=SqlExportWatches(),
        beats=SqlReceiverBeats(),
        interests=SqlInterests(),
        events=SqlObjectEvents(),
        pairs=SqlMatchPairs(),
        reviews=SqlMatchReviews(),
        notices=SqlNotices(),
        notice_views=SqlNoticeViews(),
        notice_templates=SqlNoticeTemplates(),
        announcements=SqlAnnouncements(),
        dealers=SqlDealers(),
        chats=SqlChatBindings(),
        bind_links=SqlBindLinks(),
        document_states=SqlDocumentStates(),
        webhook_views=SqlWebhookViews(),
        backlog=SqlBacklogViews(),
        accounts=SqlBillingAccounts(),
        customers=SqlCustomers(),
        billing=(SqlMoySkladBilling(ON_SALE), SqlManualBilling(ON_SALE)),
        usage=SqlUsage(),
        pseudonym_keys=SqlPseudonymKeys(),
        records=SqlCompanyRecords(),
        erasures=SqlErasures(),
        link_sides=SqlLinkSides(),
        rules=SqlAutomationRules(),
        executions=SqlExecutions(),
        received=SqlReceivedExecutions(),
        ids=ids,
        clock=clock,
        headers=headers,
    )


class Trouble(Exception):
    """Something went wrong inside a transaction."""


@asynccontextmanager
async def troubled(
    transaction: AbstractAsyncContextManager[None], trouble: type[BaseException] = Trouble
) -> AsyncIterator[None]:
    """The transaction, with trouble at its end: what happens inside is rolled back."""
    with suppress(trouble):
        async with transaction:
            yield
            raise trouble
